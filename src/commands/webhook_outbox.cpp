// SPDX-License-Identifier: MIT
#include "commands/webhook_outbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_kept_answer = 4096;

/// `t=…,v1=…` of each secret, as a sender has it while a secret is being exchanged.
std::string signature_of(const std::vector<NamedSecret>& secrets, const std::string& timestamp,
                         const std::string& body) {
  std::string value;
  for (const NamedSecret& secret : secrets) {
    const std::string one = sign(secret.value, timestamp, body);
    value += value.empty() ? one : one.substr(one.find(','));
  }
  return value;
}

}  // namespace

WebhookOutbox::WebhookOutbox(const EmulateOptions& options, std::vector<NamedSecret> secrets,
                             std::string base_url, const RecordSource& source, PingPayloads& pings,
                             EmulateDisplay& display, Env& env)
    : options_(options),
      secrets_(std::move(secrets)),
      base_url_(std::move(base_url)),
      source_(source),
      pings_(pings),
      display_(display),
      env_(env),
      destination_{options.webhook, options.uses_ping},
      workers_(options.concurrency) {
  for (const NamedSecret& secret : secrets_) {
    secret_names_ += (secret_names_.empty() ? "" : ", ") + secret.name;
  }
  for (Worker& worker : workers_) threads_.emplace_back([this, &worker] { work(worker); });
}

WebhookOutbox::~WebhookOutbox() {
  stop();
  join();
}

WebhookOutbox::Clock::duration WebhookOutbox::scaled(std::chrono::microseconds duration) const {
  return at_speed(duration, options_.speed);
}

void WebhookOutbox::push(Task task) {
  task.order = orders_++;
  tasks_.push(std::move(task));
  changed_.notify_one();
}

void WebhookOutbox::emit(Emission emission, Clock::time_point now) {
  auto delivery = std::make_shared<Delivery>();
  delivery->emission = std::move(emission);
  delivery->number = ++deliveries_;
  delivery->emitted_at = env_.now();
  const ChaosFate fate = chaos_fate(options_.chaos, delivery->number);
  delivery->due = now + scaled(delivery->emission.after + fate.delay);
  display_.count_delivery();
  if (fate.duplicate) {
    const auto due = now + scaled(delivery->emission.after + *fate.duplicate);
    push({due, 0, delivery, nullptr, 1, true});
  }
  push({delivery->due, 0, delivery, nullptr, 1, false});
}

void WebhookOutbox::send(std::vector<Emission> emissions) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  for (Emission& emission : emissions) emit(std::move(emission), now);
}

void WebhookOutbox::send(std::vector<LargeRequest> requests) {
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  for (LargeRequest& request : requests) {
    const auto due = now + scaled(request.after);
    push({due, 0, nullptr, std::make_shared<const LargeRequest>(std::move(request)), 1, false});
  }
}

void WebhookOutbox::set_destination(std::optional<std::optional<Url>> url,
                                    std::optional<bool> uses_ping) {
  const std::lock_guard lock(mutex_);
  if (url) destination_.url = *std::move(url);
  if (uses_ping) destination_.uses_ping = *uses_ping;
}

std::optional<WebhookOutbox::Task> WebhookOutbox::take() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_) {
    if (tasks_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Clock::time_point due = tasks_.top().due;
    if (due <= Clock::now()) {
      Task task = tasks_.top();
      tasks_.pop();
      ++taken_;
      return task;
    }
    changed_.wait_until(lock, due);
  }
  return std::nullopt;
}

void WebhookOutbox::finish_task() {
  const std::lock_guard lock(mutex_);
  --taken_;
  if (taken_ == 0 && tasks_.empty()) idle_.notify_all();
}

void WebhookOutbox::work(Worker& worker) {
  while (const auto task = take()) {
    if (task->large) {
      send(work_off(*task->large, source_));
    } else {
      try_delivery(*task, worker);
    }
    finish_task();
  }
}

bool WebhookOutbox::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, timeout, [this] { return taken_ == 0 && tasks_.empty(); });
}

std::size_t WebhookOutbox::stop() {
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
  return taken_;
}

void WebhookOutbox::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

Destination WebhookOutbox::destination_of(Delivery& delivery) {
  const std::lock_guard lock(mutex_);
  if (options_.follows_settings) return destination_;
  if (!delivery.destination) delivery.destination = destination_;
  return *delivery.destination;
}

std::string WebhookOutbox::body_of(Delivery& delivery, const Destination& destination) {
  const EventPlan& event = delivery.emission.event;
  if (!destination.uses_ping || !event.has_records()) return event_body(event, source_);
  const std::lock_guard lock(mutex_);
  if (delivery.ping_body.empty()) {
    const auto expires_in = std::chrono::floor<std::chrono::seconds>(options_.ping_expires);
    const std::string url = base_url_ + pings_.add(event, delivery.emitted_at, expires_in);
    NoticeDetails details;
    details.url = url;
    details.expires_in = expires_in.count();
    delivery.ping_body = notice("s3_payload", {}, details).body;
  }
  return delivery.ping_body;
}

HeaderFields WebhookOutbox::fields_of(const Delivery& delivery, const std::string& body,
                                      UtcTime now) const {
  HeaderFields fields{{"Content-Type", "application/json"}};
  if (!secrets_.empty()) {
    const std::string signature = signature_of(secrets_, unix_seconds_text(now), body);
    fields.push_back({std::string(k_signature_field), signature});
    fields.push_back({std::string(k_deprecated_signature_field), signature});
  }
  fields.push_back({"terra-reference", delivery.emission.reference});
  fields.push_back({"X-Terra-Trace-Id", delivery.emission.trace_id});
  fields.push_back(
      {"X-Terra-Ordering-Timestamp", std::to_string(unix_milliseconds(delivery.emitted_at))});
  return fields;
}

void WebhookOutbox::try_delivery(const Task& task, Worker& worker) {
  Delivery& delivery = *task.delivery;
  const Destination destination = destination_of(delivery);
  const Emission& emission = delivery.emission;
  WebhookAttempt attempt;
  attempt.started_at = env_.now();
  attempt.delivery = delivery.number;
  attempt.event_type = emission.event.type;
  attempt.user_id = emission.event.user_id;
  attempt.trace_id = emission.trace_id;
  attempt.reference = emission.reference;
  attempt.chunk = emission.chunk;
  attempt.chunks = emission.chunks;
  attempt.ordering_timestamp = unix_milliseconds(delivery.emitted_at);
  attempt.is_ping = destination.uses_ping && emission.event.has_records();
  attempt.number = task.number;
  attempt.tries = emission.is_retried ? options_.retries.tries() : 1;
  if (!destination.url) {
    if (task.is_duplicate) return;
    attempt.error = "no webhook is set";
    attempt.outcome = DeliveryOutcome::unsent;
    return display_.show(attempt);
  }
  const std::string body = body_of(delivery, destination);
  attempt.url = destination.url->to_string();
  attempt.body_size = body.size();
  attempt.body_sha256 = to_hex(sha256(body));
  attempt.signed_with = secret_names_;
  exchange(delivery, *destination.url, body, worker, attempt);
  const auto next = settle(task, attempt);
  display_.show(attempt);
  if (!next) return;
  const std::lock_guard lock(mutex_);
  push({*next, 0, task.delivery, nullptr, task.number + 1, false});
}

void WebhookOutbox::exchange(const Delivery& delivery, const Url& url, const std::string& body,
                             Worker& worker, WebhookAttempt& attempt) {
  auto client = worker.clients.find(url.origin());
  if (client == worker.clients.end()) {
    ClientOptions settings;
    settings.timeout = options_.timeout;
    settings.verifies_tls = options_.verifies_tls;
    settings.ca_file = options_.ca_file;
    settings.max_body = k_kept_answer;
    auto made = Client::create(url, settings);
    if (!made) {
      attempt.error = made.error().message;
      attempt.failure = "not_sent";
      return;
    }
    client = worker.clients.emplace(url.origin(), *std::move(made)).first;
  }
  const auto started = Clock::now();
  const auto answer =
      client->second.send("POST", url.target, fields_of(delivery, body, attempt.started_at), body);
  if (answer) {
    attempt.status = answer->status;
    attempt.latency = answer->latency;
    attempt.answer = answer->body;
    return;
  }
  attempt.latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
  attempt.error = answer.error().message;
  attempt.failure = to_string(client->second.failure());
}

/// Decides what becomes of the delivery; a time when it is to be tried again.
std::optional<WebhookOutbox::Clock::time_point> WebhookOutbox::settle(
    const Task& task, WebhookAttempt& attempt) const {
  attempt.outcome = DeliveryOutcome::delivered;
  if (task.is_duplicate) attempt.outcome = DeliveryOutcome::duplicate;
  if (task.is_duplicate || (attempt.status && is_success(*attempt.status))) return std::nullopt;
  attempt.outcome = DeliveryOutcome::given_up;
  const bool is_retried_at_all = task.delivery->emission.is_retried;
  if (!is_retried_at_all || !is_retried(options_.retries.rule, attempt.status.value_or(0))) {
    return std::nullopt;
  }
  const auto wait = wait_before_try(options_.retries, task.number + 1, std::nullopt);
  if (!wait) return std::nullopt;
  const Clock::time_point due = Clock::now() + scaled(*wait);
  if (due - task.delivery->due > scaled(options_.give_up_after)) return std::nullopt;
  attempt.outcome = DeliveryOutcome::retrying;
  attempt.retry_in = std::chrono::duration_cast<std::chrono::microseconds>(scaled(*wait));
  return due;
}

}  // namespace terra_hook
