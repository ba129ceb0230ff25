// SPDX-License-Identifier: MIT
#include "commands/display.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_events = 1024;
constexpr std::uint64_t k_max_bytes = 64ULL << 20;
constexpr std::chrono::seconds k_finish_time{5};
/// Types are named by strangers; past so many distinct ones the tally stops telling them apart.
constexpr std::size_t k_max_types = 100;

std::uint64_t body_bytes(const Event& event) {
  if (const auto* forward = std::get_if<ForwardDone>(&event)) return forward->attempt.body.size();
  if (const auto* command = std::get_if<CommandDone>(&event)) return command->output.size();
  if (const auto* delivery = std::get_if<DeliveryReceived>(&event)) {
    return delivery->capture->body.size();
  }
  const auto* fetched = std::get_if<PayloadFetched>(&event);
  return fetched == nullptr ? 0 : fetched->capture->body.size();
}

bool may_be_dropped(const Event& event) {
  return std::holds_alternative<DeliveryReceived>(event) ||
         std::holds_alternative<SignatureDiagnosed>(event) ||
         std::holds_alternative<ForwardDone>(event) ||
         std::holds_alternative<PayloadFetched>(event) ||
         std::holds_alternative<PayloadNotFetched>(event) ||
         std::holds_alternative<CommandDone>(event) ||
         std::holds_alternative<RequestRefused>(event);
}

}  // namespace

Display::Display(std::unique_ptr<Renderer> renderer, Env& env, Overflow overflow,
                 std::function<void()> on_closed)
    : renderer_(std::move(renderer)),
      env_(env),
      overflow_(overflow),
      on_closed_(std::move(on_closed)),
      thread_([this] { run(); }) {}

Display::~Display() {
  finish();
}

bool Display::has_room() const {
  return queue_.empty() || (queue_.size() < k_max_events && queued_bytes_ < k_max_bytes);
}

void Display::push(Event event) {
  std::unique_lock lock(mutex_);
  count(event);
  // A program that floods takes no room from the deliveries.
  if (std::holds_alternative<TunnelOutput>(event) && queue_.size() >= k_max_events / 2) return;
  if (!has_room() && may_be_dropped(event)) {
    if (overflow_ == Overflow::drop) {
      ++tally_.not_shown;
      return;
    }
    changed_.wait(lock, [this] { return has_room() || is_closed_ || overflow_ == Overflow::drop; });
    if (!has_room()) {
      ++tally_.not_shown;
      return;
    }
  }
  if (is_closed_ || !thread_.joinable()) return;
  queued_bytes_ += body_bytes(event);
  queue_.push_back(std::move(event));
  changed_.notify_all();
}

void Display::count(const Event& event) {
  if (const auto* delivery = std::get_if<DeliveryReceived>(&event)) {
    const Capture& capture = *delivery->capture;
    ++tally_.deliveries;
    tally_.bytes += capture.body_size;
    ++tally_.by_verdict[capture.verdict];
    std::string type = capture.summary.event_type.value_or("(no type)");
    if (tally_.by_type.size() >= k_max_types && !tally_.by_type.contains(type)) type = "(other)";
    ++tally_.by_type[type];
    if (!delivery->fault.empty()) ++tally_.by_fault[delivery->fault];
    if (delivery->forwarding != Forwarding::off) ++tally_.by_forwarding[delivery->forwarding];
  } else if (std::holds_alternative<RequestRefused>(event)) {
    ++tally_.refused;
  } else if (std::holds_alternative<DeliveryLost>(event)) {
    ++tally_.lost;
  } else if (std::holds_alternative<PayloadFetched>(event)) {
    ++tally_.fetched;
  } else if (std::holds_alternative<PayloadNotFetched>(event)) {
    ++tally_.not_fetched;
  }
}

void Display::run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !queue_.empty() || is_finishing_; });
    if (queue_.empty()) break;
    const Event event = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();

    const Rendered rendered = renderer_->render(event);
    if (!rendered.err.empty()) env_.err.write(rendered.err);
    const bool is_written = rendered.out.empty() || env_.out.write(rendered.out);

    lock.lock();
    // Counted down only now, so that what is being printed takes its room too.
    queued_bytes_ -= body_bytes(event);
    if (!is_written && !is_closed_) {
      is_closed_ = true;
      queue_.clear();
      queued_bytes_ = 0;
      lock.unlock();
      on_closed_();
    }
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  is_finished_ = true;
  changed_.notify_all();
}

void Display::stop_waiting() {
  const std::lock_guard lock(mutex_);
  overflow_ = Overflow::drop;
  changed_.notify_all();
}

void Display::finish() {
  if (!thread_.joinable()) return;
  std::unique_lock lock(mutex_);
  is_finishing_ = true;
  overflow_ = Overflow::drop;
  changed_.notify_all();
  if (!changed_.wait_for(lock, k_finish_time, [this] { return is_finished_; })) {
    env_.out.abandon();
    env_.err.abandon();
  }
  lock.unlock();
  thread_.join();
}

Stopped Display::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

}  // namespace terra_hook
