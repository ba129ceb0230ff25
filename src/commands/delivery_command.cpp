// SPDX-License-Identifier: MIT
#include "commands/delivery_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t k_most_in_line = 64;
constexpr std::uint64_t k_most_bytes_in_line = 64ULL << 20;
/// execve() takes 128 KiB in a string at most, and all of it counts against the stack.
constexpr std::size_t k_longest_variable = 4096;
constexpr std::size_t k_most_output = 16 << 10;
constexpr std::size_t k_most_named_failures = 10;
constexpr auto k_command_end_patience = 2s;

std::string variable(std::string_view name, std::string_view value) {
  value = value.substr(0, std::min(value.find('\0'), k_longest_variable));
  return fmt::format("DELIVERY_{}={}", name, value);
}

std::string number_text(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : std::string();
}

/// Ours, without what an earlier delivery may have left in it.
std::vector<std::string> command_environment(const Capture& capture, const Env& env) {
  std::vector<std::string> variables = env.variables ? env.variables() : std::vector<std::string>();
  std::erase_if(variables, [](const std::string& one) { return one.starts_with("DELIVERY_"); });
  for (std::string& one : delivery_variables(capture)) variables.push_back(std::move(one));
  return variables;
}

}  // namespace

std::vector<std::string> delivery_variables(const Capture& capture) {
  const Summary& summary = capture.summary;
  const DeliveryIds& ids = capture.ids;
  return {
      variable("NUMBER", std::to_string(capture.number)),
      variable("RECEIVED_AT", to_rfc3339(capture.received_at)),
      variable("TYPE", summary.event_type.value_or("")),
      variable("USER_ID", summary.user_id.value_or("")),
      variable("REFERENCE_ID", summary.reference_id.value_or("")),
      variable("PROVIDER", summary.provider.value_or("")),
      variable("TERRA_REFERENCE", ids.terra_reference.value_or("")),
      variable("TRACE_ID", ids.trace_id.value_or("")),
      variable("CHUNK", number_text(ids.chunk)),
      variable("RECORDS", number_text(summary.record_count)),
      variable("VERDICT", to_string(capture.verdict)),
      variable("SECRET_NAME", capture.secret_name),
      variable("DUPLICATE_OF", number_text(capture.duplicate_of)),
      variable("METHOD", capture.method),
      variable("TARGET", capture.target),
      variable("SIZE", std::to_string(capture.body_size)),
      variable("CONTENT_TYPE", find_field(capture.headers, "Content-Type").value_or("")),
      variable("CONTENT_ENCODING", find_field(capture.headers, "Content-Encoding").value_or("")),
  };
}

DeliveryCommand::DeliveryCommand(CommandOptions options, Display& display, Env& env)
    : options_(std::move(options)), display_(display), env_(env) {
  report_.command = options_.command;
}

DeliveryCommand::~DeliveryCommand() {
  stop();
}

bool DeliveryCommand::has_room() const {
  return queue_.empty() || (queue_.size() < k_most_in_line && queued_bytes_ < k_most_bytes_in_line);
}

void DeliveryCommand::run(std::shared_ptr<const Capture> capture) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return has_room() || never_waits_ || is_stopping_; });
  if (is_stopping_ || !has_room()) {
    ++report_.not_run;
    return;
  }
  queued_bytes_ += capture->body.size();
  queue_.push_back(std::move(capture));
  changed_.notify_all();
  if (idle_threads_ < queue_.size() && threads_.size() < options_.concurrency) {
    ++idle_threads_;
    threads_.emplace_back([this] { work(); });
  }
}

void DeliveryCommand::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
    if (is_stopping_) return;
    const std::shared_ptr<const Capture> capture = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= capture->body.size();
    --idle_threads_;
    ++running_;
    changed_.notify_all();
    lock.unlock();
    CommandDone done = execute(*capture);
    lock.lock();
    count(done);
    lock.unlock();
    display_.push(std::move(done));
    lock.lock();
    --running_;
    ++idle_threads_;
    changed_.notify_all();
  }
}

CommandDone DeliveryCommand::execute(const Capture& capture) {
  const auto started = Clock::now();
  CommandDone done;
  done.number = capture.number;
  SubprocessOptions options;
  options.program = "/bin/sh";
  options.words = {"sh", "-c", options_.command};
  options.environment = command_environment(capture, env_);
  options.input = capture.body;
  auto process = Subprocess::start(options);
  if (process) {
    follow(**process, done);
  } else {
    done.end = process.error().message;
  }
  done.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  return done;
}

/// Reads what the command prints until it ends or is to be ended.
void DeliveryCommand::follow(Subprocess& process, CommandDone& done) {
  const auto deadline = Clock::now() + options_.timeout;
  bool is_interrupted = false;
  {
    const std::lock_guard lock(mutex_);
    processes_.push_back(&process);
    is_interrupted = is_stopping_;
  }
  bool has_time = true;
  while (!is_interrupted && has_time) {
    const bool has_ended = process.end().has_value();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const Subprocess::Piece piece = process.read(has_ended ? 0ms : std::max(left, 0ms));
    const std::size_t room = k_most_output - done.output.size();
    done.output += piece.bytes.substr(0, room);
    if (piece.bytes.size() > room) done.is_cut = true;
    // A child of its own that has its streams may print for ever: what fits is enough then.
    if (has_ended && (piece.source == Subprocess::Source::none || done.is_cut)) break;
    has_time = has_ended || Clock::now() < deadline;
    const std::lock_guard lock(mutex_);
    is_interrupted = is_stopping_;
  }
  {
    const std::lock_guard lock(mutex_);
    std::erase(processes_, &process);
  }
  const bool ended_itself = process.end().has_value();
  const ProcessEnd end = process.stop(ended_itself ? 0ms : k_command_end_patience);
  done.end = ended_itself ? to_string(end) : (has_time ? "interrupted" : "timed out");
  if (ended_itself && !end.is_signal) done.exit_code = end.number;
  done.is_ok = done.exit_code == 0;
}

void DeliveryCommand::count(const CommandDone& done) {
  if (done.is_ok) {
    ++report_.succeeded;
    return;
  }
  ++report_.failed;
  if (report_.failures.size() < k_most_named_failures) {
    report_.failures.push_back(fmt::format("#{}: {}", done.number, done.end));
  }
}

void DeliveryCommand::stop_waiting() {
  const std::lock_guard lock(mutex_);
  never_waits_ = true;
  changed_.notify_all();
}

bool DeliveryCommand::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return queue_.empty() && running_ == 0; });
}

void DeliveryCommand::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    report_.not_run += queue_.size();
    queue_.clear();
    queued_bytes_ = 0;
    for (Subprocess* process : processes_) process->wake();
    threads.swap(threads_);
    changed_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

CommandReport DeliveryCommand::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace terra_hook
