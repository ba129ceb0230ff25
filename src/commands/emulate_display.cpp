// SPDX-License-Identifier: MIT
#include "commands/emulate_display.hpp"

#include "base/terminal.hpp"
#include "commands/line_width.hpp"

namespace terra_hook {

EmulateDisplay::EmulateDisplay(const OutputOptions& options, Env& env)
    : options_(options),
      env_(env),
      out_(out_style(options, env)),
      err_(err_style(options, env)),
      width_(line_width(env)) {}

void EmulateDisplay::write(const std::string& line) {
  // Nobody reads any more: as with every command, a reason to stop quietly.
  if (!env_.out.write(line) && env_.stop.count() == 0) env_.stop.request();
}

void EmulateDisplay::show(const EmulatorReady& ready) {
  const std::lock_guard lock(mutex_);
  if (is_json()) return write(ready_json(ready));
  if (!options_.is_quiet) env_.err.write(ready_text(ready, err_));
}

void EmulateDisplay::show(const ApiExchangeDone& exchange) {
  const std::lock_guard lock(mutex_);
  ++summary_.requests;
  ++summary_.answers[exchange.status];
  write(is_json() ? exchange_json(exchange)
                  : exchange_text(exchange, options_.is_verbose, width_, out_));
}

void EmulateDisplay::count_delivery() {
  const std::lock_guard lock(mutex_);
  ++summary_.deliveries;
}

void EmulateDisplay::show(const WebhookAttempt& attempt) {
  const std::lock_guard lock(mutex_);
  const DeliveryOutcome outcome = attempt.outcome;
  if (outcome != DeliveryOutcome::unsent) {
    ++summary_.attempts;
    ++summary_.statuses[attempt.status.value_or(0)];
    summary_.bytes += attempt.body_size;
    if (attempt.status) summary_.latency.add(attempt.latency);
    if (attempt.number > 1) ++summary_.retries;
  }
  if (outcome == DeliveryOutcome::delivered) ++summary_.delivered;
  if (outcome == DeliveryOutcome::given_up) ++summary_.given_up;
  if (outcome == DeliveryOutcome::duplicate) ++summary_.duplicates;
  write(is_json() ? attempt_json(attempt)
                  : attempt_text(attempt, options_.is_verbose, width_, out_));
}

void EmulateDisplay::show(const StepTaken& step) {
  const std::lock_guard lock(mutex_);
  write(is_json() ? step_json(step) : step_text(step, width_, out_));
}

void EmulateDisplay::note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (is_json()) return write(emulator_note_json(text));
  env_.err.write(err_.paint(err_.warn, "note: ") + sanitize(text) + "\n");
}

EmulatorSummary EmulateDisplay::summary() const {
  const std::lock_guard lock(mutex_);
  EmulatorSummary summary = summary_;
  summary.unsent = summary.deliveries - summary.delivered - summary.given_up;
  return summary;
}

void EmulateDisplay::finish(const EmulatorSummary& summary) {
  const std::lock_guard lock(mutex_);
  if (is_json()) {
    env_.out.write(summary_json(summary));
  } else if (!options_.is_quiet) {
    env_.err.write(summary_text(summary, err_));
  }
}

}  // namespace terra_hook
