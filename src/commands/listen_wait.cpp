// SPDX-License-Identifier: MIT
#include "commands/listen_wait.hpp"

#include <algorithm>
#include <utility>

#include "render/check_report.hpp"
#include "render/listen_wait_text.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How often it is looked whether a stop was asked for while commands finish.
constexpr auto k_stop_check = 100ms;

}  // namespace

Result<std::unique_ptr<ListenWait>> ListenWait::prepare(const WaitOptions& options, Env& env) {
  TRY_ASSIGN(ReadyNotice notice, ReadyNotice::prepare(options.ready));
  std::optional<NewFile> junit;
  if (!options.junit.empty()) {
    TRY_ASSIGN(NewFile file, NewFile::create(options.junit, true));
    junit.emplace(std::move(file));
  }
  return std::unique_ptr<ListenWait>(
      new ListenWait(options, std::move(notice), std::move(junit), env));
}

Result<void> ListenWait::begin(Display& display, std::uint64_t max_decoded, bool shows_values,
                               bool accepts_unauthentic) {
  WatchOptions watch;
  TRY_ASSIGN(watch.filter, to_filter(options_.filter, env_));
  if (options_.count) watch.count = static_cast<std::uint64_t>(*options_.count);
  watch.some = options_.some;
  watch.every = options_.every;
  watch.timeout = options_.timeout;
  watch.max_decoded = max_decoded;
  watch.shows_values = shows_values;
  watch_.emplace(std::move(watch), display, [this] { env_.stop.request(); });
  if (!options_.command.command.empty()) command_.emplace(options_.command, display, env_);
  accepts_unauthentic_ = accepts_unauthentic;
  return {};
}

void ListenWait::note(const std::shared_ptr<const Capture>& capture) {
  const bool is_refused = is_unauthentic(capture->verdict) && !accepts_unauthentic_;
  if (watch_->note(*capture) && command_ && !is_refused) command_->run(capture);
}

Result<void> ListenWait::announce(std::string_view url) {
  started_at_ = env_.now();
  started_ = Clock::now();
  return notice_.announce(url);
}

void ListenWait::wait() {
  std::optional<std::chrono::milliseconds> left;
  if (options_.timeout) {
    left = std::max(0ms, *options_.timeout - std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 Clock::now() - started_));
  }
  if (!env_.stop.wait_for_more_than(0, left)) end_ = WaitEnd::timed_out;
  duration_ = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_);
}

bool ListenWait::was_stopped() const {
  return watch_->report(end_).end == WaitEnd::stopped;
}

void ListenWait::stop_waiting() {
  if (command_ && was_stopped()) command_->stop_waiting();
}

void ListenWait::finish_commands(std::chrono::milliseconds patience) {
  if (!command_) return;
  const int stops = env_.stop.count();
  if (was_stopped()) {
    command_->wait_until_idle(patience);
  } else {
    while (!command_->wait_until_idle(k_stop_check) && env_.stop.count() == stops) {
    }
  }
  command_->stop();
}

bool ListenWait::is_asked_for() const {
  return options_.is_waiting() || options_.timeout || options_.is_tap || !options_.junit.empty() ||
         command_ || is_filtering(options_.filter);
}

std::optional<WaitReport> ListenWait::report() const {
  if (!is_asked_for()) return std::nullopt;
  WaitReport report = watch_->report(end_);
  report.duration = duration_;
  if (command_) report.commands = command_->report();
  return report;
}

Result<void> ListenWait::write_junit(const WaitReport& report) {
  if (!junit_) return {};
  CheckSuite suite;
  suite.name = "terra-hook listen";
  suite.started_at = started_at_;
  suite.duration = duration_;
  suite.checks = wait_checks(report);
  TRY(junit_->append(to_junit(suite)));
  return junit_->commit();
}

}  // namespace terra_hook
