// SPDX-License-Identifier: MIT
#include "commands/emulate_script.hpp"

#include <fmt/format.h>

#include "webhook/retry_schedule.hpp"

namespace terra_hook {
namespace {

constexpr std::chrono::milliseconds k_settle_tick{50};

bool is_pause(const Step& step) {
  return step.action == "wait" || step.action == "gap";
}

std::chrono::milliseconds duration_of(const Step& step) {
  const auto duration = parse_duration(step.argument("duration").value_or(""));
  return duration ? *duration : std::chrono::milliseconds(0);
}

}  // namespace

Result<void> check_waits(const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!is_pause(step)) continue;
    const auto duration = parse_duration(step.argument("duration").value_or(""));
    if (duration) continue;
    return Error{ErrorKind::input, fmt::format("line {}: {}", step.line, duration.error().message),
                 duration.error().hint};
  }
  return {};
}

EmulateScript::EmulateScript(std::vector<Step> steps, double speed, EmulateServer& server,
                             WebhookOutbox& outbox, Env& env)
    : steps_(std::move(steps)),
      speed_(speed),
      server_(server),
      outbox_(outbox),
      env_(env),
      thread_([this] { run(); }) {}

EmulateScript::~EmulateScript() {
  thread_.join();
}

std::optional<Error> EmulateScript::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

bool EmulateScript::has_stopped() const {
  const std::lock_guard lock(mutex_);
  return has_stopped_;
}

/// False when a stop came first.
bool EmulateScript::wait(std::chrono::milliseconds duration) {
  const auto scaled = at_speed(duration, speed_);
  return !env_.stop.wait_for_more_than(0, std::chrono::ceil<std::chrono::milliseconds>(scaled));
}

bool EmulateScript::settle() {
  while (!outbox_.wait_until_idle(k_settle_tick)) {
    if (env_.stop.count() > 0) return false;
  }
  return true;
}

/// False when nothing is to follow.
bool EmulateScript::take(const Step& step) {
  if (step.action == "wait") return wait(duration_of(step));
  if (step.action == "settle") return settle();
  if (step.action == "gap") {
    gap_ = duration_of(step);
    return true;
  }
  if (step.action == "stop") {
    if (!settle()) return false;
    const std::lock_guard lock(mutex_);
    has_stopped_ = true;
    return false;
  }
  auto done = server_.take_step(step);
  if (!done) {
    const std::lock_guard lock(mutex_);
    error_ = Error{ErrorKind::input, fmt::format("line {}: {}", step.line, done.error().message),
                   done.error().hint};
    return false;
  }
  return gap_.count() == 0 || wait(gap_);
}

void EmulateScript::run() {
  for (const Step& step : steps_) {
    if (env_.stop.count() > 0 || !take(step)) break;
  }
  if (has_stopped() || error()) env_.stop.request();
}

}  // namespace terra_hook
