// SPDX-License-Identifier: MIT
#include "commands/replay_display.hpp"

#include "base/terminal.hpp"
#include "commands/line_width.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_many = 20;

bool is_terminal(const Output& output, const Env& env) {
  return detect_terminal(output.fd(), env.environment, ColorChoice::automatic).is_terminal;
}

Style line_style(const OutputOptions& options, const Env& env) {
  Style style = out_style(options, env);
  style.width = line_width(env);
  return style;
}

}  // namespace

ReplayDisplay::ReplayDisplay(const OutputOptions& options, std::uint64_t total, Env& env)
    : options_(options),
      env_(env),
      out_(line_style(options, env)),
      err_(err_style(options, env)),
      has_bar_(total >= k_many && !options.is_quiet && is_terminal(env.err, env)),
      shares_terminal_(has_bar_ && is_terminal(env.out, env)) {}

bool ReplayDisplay::show(const ReplayAttempt& attempt) {
  if (options_.format == Format::ndjson) return write(attempt_json(attempt));
  // The bar counts the good ones.
  if (shares_terminal_ && attempt.is_ok && !options_.is_verbose) return true;
  return write(attempt_text(attempt, options_.is_verbose, out_));
}

bool ReplayDisplay::show(const ReplayedRequest& planned) {
  return write(options_.format == Format::ndjson ? planned_json(planned)
                                                 : planned_text(planned, out_));
}

void ReplayDisplay::show(const ReplayProgress& progress) {
  if (!has_bar_) return;
  const std::lock_guard lock(mutex_);
  env_.err.write("\r" + progress_text(progress, err_) + "\x1b[K");
  is_bar_drawn_ = true;
}

void ReplayDisplay::note(const std::string& text) {
  const std::lock_guard lock(mutex_);
  clear_bar();
  env_.err.write(err_.paint(err_.warn, "note: ") + sanitize(text) + "\n");
}

void ReplayDisplay::finish(const ReplaySummary& summary) {
  const std::lock_guard lock(mutex_);
  clear_bar();
  if (options_.format == Format::ndjson) {
    env_.out.write(summary_json(summary));
  } else if (!options_.is_quiet) {
    env_.err.write(summary_text(summary, err_));
  }
}

bool ReplayDisplay::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (shares_terminal_) clear_bar();
  return env_.out.write(text);
}

void ReplayDisplay::clear_bar() {
  if (is_bar_drawn_) env_.err.write("\r\x1b[K");
  is_bar_drawn_ = false;
}

}  // namespace terra_hook
