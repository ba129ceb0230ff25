// SPDX-License-Identifier: MIT
#include "commands/display.hpp"

#include "render/capture_text.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_events = 1024;
/// So many are written at once when they come faster than they can be printed one by one.
constexpr std::size_t k_max_printing = 64;
/// Under load the thread looks so often, rather than be woken by each event: that would take the
/// processor from those who push.
constexpr std::chrono::milliseconds k_pause{2};
constexpr std::size_t k_long_text = std::size_t{64} << 10;
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
  const std::size_t events = queue_.size() + printing_;
  return events == 0 || (events < k_max_events && queued_bytes_ < k_max_bytes);
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
  if (queue_.size() >= wanted_) pushed_.notify_one();
}

void Display::count(const Event& event) {
  if (const auto* delivery = std::get_if<DeliveryReceived>(&event)) {
    const Capture& capture = *delivery->capture;
    ++tally_.deliveries;
    tally_.bytes += capture.body_size;
    ++tally_.by_verdict[capture.verdict];
    std::string type = type_name(capture);
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

bool Display::print(const std::vector<Event>& events) {
  std::string out;
  const auto write = [&] {
    const bool is_written = out.empty() || env_.out.write(out);
    out.clear();
    return is_written;
  };
  for (const Event& event : events) {
    const Rendered rendered = renderer_->render(event);
    if (!rendered.err.empty()) {
      if (!write()) return false;
      env_.err.write(rendered.err);
    }
    out += rendered.out;
    if (out.size() >= k_long_text && !write()) return false;
  }
  return write();
}

void Display::run() {
  std::vector<Event> events;
  std::unique_lock lock(mutex_);
  for (;;) {
    pushed_.wait(lock, [this] { return !queue_.empty() || is_finishing_; });
    if (queue_.empty()) break;
    std::uint64_t bytes = 0;
    while (!queue_.empty() && events.size() < k_max_printing) {
      bytes += body_bytes(queue_.front());
      events.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    // Counted down only afterwards, so that what is being printed takes its room too.
    printing_ = events.size();
    lock.unlock();
    const bool is_written = print(events);
    events.clear();
    lock.lock();
    printing_ = 0;
    queued_bytes_ -= bytes;
    if (!is_written && !is_closed_) {
      is_closed_ = true;
      queue_.clear();
      queued_bytes_ = 0;
      lock.unlock();
      on_closed_();
      lock.lock();
    }
    changed_.notify_all();
    wanted_ = k_max_printing;
    pushed_.wait_for(lock, k_pause, [this] { return queue_.size() >= wanted_ || is_finishing_; });
    wanted_ = 1;
  }
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
  pushed_.notify_one();
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
