// SPDX-License-Identifier: MIT
#include "commands/forwarder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "commands/attempt_recorder.hpp"
#include "http/client_failure.hpp"
#include "http/outgoing_fields.hpp"

namespace terra_hook {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Bodies of the deliveries that are pending, together.
constexpr std::uint64_t k_max_pending_bytes = 256ULL << 20;
/// More of an answer's body is read only to leave the connection usable.
constexpr std::uint64_t k_max_read = 16ULL << 20;
constexpr auto k_connection_check = 250ms;

ClientOptions client_options(const ForwardOptions& options) {
  ClientOptions client;
  client.timeout = options.timeout;
  client.connect_timeout = std::min(client.connect_timeout, options.timeout);
  client.verifies_tls = options.verifies_tls;
  client.ca_file = options.ca_file;
  client.max_body = k_max_attempt_body;
  client.max_read = k_max_read;
  return client;
}

/// What the sender is told when the target gave no answer; why is nothing for a stranger.
HttpResponse gateway_answer(ClientFailure failure) {
  if (failure == ClientFailure::timed_out) {
    return json_error(504, "the target did not answer in time");
  }
  if (failure == ClientFailure::interrupted) {
    HttpResponse response = json_error(503, "listening ended before the target answered");
    response.headers.push_back({"Retry-After", "30"});
    return response;
  }
  return json_error(502, "the target gave no answer");
}

/// The target's answer as the sender gets it. A body that was cut is passed on in part, and not as
/// coded, which it no longer is.
HttpResponse relayed(const ClientResponse& response) {
  if (response.status < 200 || response.status > 599) return gateway_answer(ClientFailure::closed);
  const bool is_cut = response.body_size > response.body.size();
  HttpResponse answer{response.status, {}, response.body};
  for (HeaderField& field : without_hop_fields(response.headers)) {
    const bool is_own = equals_ignoring_case(field.name, "Date") ||
                        (is_cut && equals_ignoring_case(field.name, "Content-Encoding"));
    // Older cpp-httplib decodes percent-escapes in values: line breaks may have come of it.
    if (!is_own && field_problem(field).empty()) answer.headers.push_back(std::move(field));
  }
  return answer;
}

}  // namespace

/// One try's end.
struct Forwarder::Outcome {
  Attempt attempt;
  ClientFailure failure = ClientFailure::none;
  HttpResponse answer;
  bool is_over_limit = false;

  /// The worse one of several is what the sender gets.
  int badness() const {
    if (!attempt.status) return 2;
    return is_success(*attempt.status) ? 0 : 1;
  }
};

/// A delivery on its way to its targets.
struct Forwarder::Delivery {
  std::shared_ptr<const Capture> capture;
  Answer answer;
  std::mutex mutex;
  std::size_t left = 0;  ///< targets that have not ended
  int badness = -1;
  HttpResponse worst;

  /// One more target has ended. True for the last one, which answers the sender; `answered` is the
  /// status that it got, if it was not answered long ago.
  bool take(Outcome& outcome, std::optional<int>& answered) {
    const std::lock_guard lock(mutex);
    if (outcome.badness() > badness) {
      badness = outcome.badness();
      worst = std::move(outcome.answer);
    }
    if (--left > 0) return false;
    if (answer) {
      answered = worst.status;
      answer(std::move(worst));
    }
    return true;
  }
};

Result<std::unique_ptr<Forwarder>> Forwarder::create(const ForwardOptions& options,
                                                     StoreWriter* store, Display& display,
                                                     Env& env) {
  TRY(check_routes(options.routes));
  std::unique_ptr<Forwarder> forwarder(new Forwarder(options, store, display, env));
  forwarder->idle_clients_.resize(options.routes.size());
  for (std::size_t i = 0; i < options.routes.size(); ++i) {
    TRY_ASSIGN(std::unique_ptr<Client> client, forwarder->take_client(i));
    forwarder->give_back(i, std::move(client));
  }
  return forwarder;
}

Forwarder::~Forwarder() {
  stop();
}

bool Forwarder::reserve(const Capture& capture) {
  const std::lock_guard lock(mutex_);
  const bool has_room =
      pending_ < options_.queue + options_.concurrency &&
      (pending_ == 0 || pending_bytes_ + capture.body_size <= k_max_pending_bytes);
  if (is_stopping_ || !has_room) return false;
  ++pending_;
  pending_bytes_ += capture.body_size;
  return true;
}

void Forwarder::forward(std::shared_ptr<const Capture> capture,
                        const std::vector<std::size_t>& targets, Answer answer) {
  auto delivery = std::make_shared<Delivery>();
  delivery->capture = std::move(capture);
  delivery->answer = std::move(answer);
  delivery->left = targets.size();
  std::unique_lock lock(mutex_);
  if (is_stopping_) {
    lock.unlock();
    for (const std::size_t target : targets) give_up({delivery, target});
    return;
  }
  for (const std::size_t target : targets) {
    queue_.push_back({delivery, target});
    has_work_.notify_one();
  }
  while (idle_threads_ < queue_.size() && threads_.size() < options_.concurrency) {
    ++idle_threads_;
    threads_.emplace_back([this] { work(); });
  }
}

void Forwarder::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
    if (is_stopping_) return;
    const Job job = std::move(queue_.front());
    queue_.pop_front();
    --idle_threads_;
    lock.unlock();
    finish(job, send(job));
    lock.lock();
    ++idle_threads_;
  }
}

Result<std::unique_ptr<Client>> Forwarder::take_client(std::size_t target) {
  std::unique_lock lock(mutex_);
  std::unique_ptr<Client> client;
  if (auto& idle = idle_clients_[target]; !idle.empty()) {
    client = std::move(idle.back());  // the one used last: its connection is the freshest
    idle.pop_back();
  } else {
    lock.unlock();
    TRY_ASSIGN(Client made,
               Client::create(options_.routes[target].target, client_options(options_)));
    client = std::make_unique<Client>(std::move(made));
    lock.lock();
  }
  if (is_stopping_) client->interrupt();
  busy_clients_.push_back(client.get());
  return client;
}

void Forwarder::give_back(std::size_t target, std::unique_ptr<Client> client) {
  const std::lock_guard lock(mutex_);
  std::erase(busy_clients_, client.get());
  idle_clients_[target].push_back(std::move(client));
}

Attempt Forwarder::begin_attempt(const Job& job) const {
  const Url& url = options_.routes[job.target].target;
  Attempt attempt;
  attempt.capture = job.delivery->capture->number;
  attempt.target = url.origin() + target_at(url, job.delivery->capture->target);
  attempt.started_at = env_.now();
  return attempt;
}

void Forwarder::give_up(const Job& job) {
  Attempt attempt = begin_attempt(job);
  attempt.error = "not sent: listening ended";
  finish(job, {std::move(attempt), ClientFailure::interrupted,
               gateway_answer(ClientFailure::interrupted)});
}

Forwarder::Outcome Forwarder::send(const Job& job) {
  Attempt attempt = begin_attempt(job);
  auto client = take_client(job.target);
  if (!client) {
    attempt.error = client.error().message;
    return {std::move(attempt), ClientFailure::closed, gateway_answer(ClientFailure::closed)};
  }
  Outcome outcome = exchange(**client, job, std::move(attempt));
  give_back(job.target, *std::move(client));
  return outcome;
}

Forwarder::Outcome Forwarder::exchange(Client& client, const Job& job, Attempt attempt) {
  const Capture& capture = *job.delivery->capture;
  const auto started = Clock::now();
  HeaderFields headers = capture.headers;
  change_headers(headers, options_.header_changes);
  auto response =
      client.send(capture.method, target_at(options_.routes[job.target].target, capture.target),
                  headers, capture.body);
  Outcome outcome{std::move(attempt), client.failure(), {}};
  outcome.answer = response ? relayed(*response) : gateway_answer(outcome.failure);
  outcome.is_over_limit =
      response ? response->latency > options_.limit : outcome.failure == ClientFailure::timed_out;
  end_attempt(outcome.attempt, std::move(response), started);
  return outcome;
}

/// The sender first, then the books, then the user.
void Forwarder::finish(const Job& job, Outcome outcome) {
  ForwardDone done;
  const bool is_last = job.delivery->take(outcome, done.answered);
  count(outcome);
  if (outcome.failure != ClientFailure::none) done.failure = to_string(outcome.failure);
  if (store_ != nullptr && outcome.failure != ClientFailure::interrupted) keep(outcome.attempt);
  done.capture = job.delivery->capture;
  done.attempt = std::move(outcome.attempt);
  done.limit = options_.limit;
  done.is_over_limit = outcome.is_over_limit;
  display_.push(std::move(done));
  if (!is_last) return;
  const std::lock_guard lock(mutex_);
  --pending_;
  pending_bytes_ -= job.delivery->capture->body_size;
  if (pending_ == 0) became_idle_.notify_all();
}

void Forwarder::keep(const Attempt& attempt) {
  store_->append(std::make_shared<const Attempt>(attempt), [this](const Result<void>& kept) {
    if (!kept) display_.push(Note{"a forward was not recorded: " + kept.error().message});
  });
}

void Forwarder::count(const Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  ++summary_.sent;
  if (outcome.attempt.status) {
    ++summary_.by_status[*outcome.attempt.status];
  } else {
    ++summary_.by_failure[std::string(to_string(outcome.failure))];
  }
  if (outcome.attempt.status || outcome.failure == ClientFailure::timed_out) {
    latencies_.add(outcome.attempt.latency);
  }
  if (outcome.is_over_limit) ++summary_.over_limit;
}

std::size_t Forwarder::pending() const {
  const std::lock_guard lock(mutex_);
  return pending_;
}

bool Forwarder::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return became_idle_.wait_for(lock, timeout, [this] { return pending_ == 0; });
}

void Forwarder::stop() {
  std::deque<Job> given_up;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    for (Client* client : busy_clients_) client->interrupt();
    given_up.swap(queue_);
    threads.swap(threads_);
    has_work_.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
  for (const Job& job : given_up) give_up(job);
}

ForwardSummary Forwarder::summary() const {
  const std::lock_guard lock(mutex_);
  ForwardSummary summary = summary_;
  summary.limit = options_.limit;
  summary.p50 = latencies_.percentile(50);
  summary.p95 = latencies_.percentile(95);
  summary.max = latencies_.max();
  return summary;
}

bool wait_for_targets(const ForwardOptions& options, Env& env) {
  if (!options.target_wait) return true;
  const auto deadline = Clock::now() + *options.target_wait;
  for (const Route& route : options.routes) {
    if (accepts_connections(route.target)) continue;
    const std::string origin = route.target.origin();
    env.err.write(fmt::format("waiting for {} to accept connections\n", origin));
    do {
      if (Clock::now() >= deadline) {
        env.err.write(fmt::format("{} accepts no connections after {}\n", origin,
                                  to_human_duration(*options.target_wait)));
        return false;
      }
      // Stopped before it began: as asked.
      if (env.stop.wait_for_more_than(0, k_connection_check)) return true;
    } while (!accepts_connections(route.target));
  }
  return true;
}

}  // namespace terra_hook
