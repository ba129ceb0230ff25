// SPDX-License-Identifier: MIT
#include "commands/replay_sender.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "http/response.hpp"
#include "render/forward_hint.hpp"

namespace terra_hook {
namespace {

/// Nothing that can change while other deliveries go out: no server, no such name, no trust.
bool is_lasting(ClientFailure failure) {
  return failure == ClientFailure::unreachable || failure == ClientFailure::unresolved ||
         failure == ClientFailure::tls;
}

}  // namespace

Attempt begin_attempt(const ReplayedRequest& request, UtcTime started_at) {
  Attempt attempt;
  attempt.capture = request.capture;
  attempt.kind = AttemptKind::replay;
  attempt.target = request.url;
  attempt.changes = request.changes;
  attempt.started_at = started_at;
  return attempt;
}

Result<PreparedSend> prepare_request(Capture capture, std::string name, const RequestMaker& maker,
                                     const Route& route, UtcTime now) {
  PreparedSend prepared;
  ReplayedRequest& told = prepared.told;
  told.name = std::move(name);
  told.capture = capture.number;
  told.event_type = capture.summary.event_type.value_or("");
  told.trace_id = capture.ids.trace_id.value_or("");
  ReplayMessage message{told.name,
                        std::move(capture.method),
                        std::move(capture.target),
                        std::move(capture.headers),
                        std::move(capture.body),
                        std::move(capture.secret_name)};
  TRY_ASSIGN(prepared.request, maker.make(std::move(message), now));
  Url url = route.target;
  prepared.sent_target = target_at(url, prepared.request.target);
  url.target = prepared.sent_target;
  told.method = prepared.request.method;
  told.url = url.to_string();
  told.body_size = prepared.request.body.size();
  told.signed_with = prepared.request.signed_with;
  told.changes = prepared.request.changes;
  return prepared;
}

Result<PreparedSend> prepare_loaded(const PlannedSend& send, Capture capture,
                                    const RequestMaker& maker, const std::vector<Route>& routes,
                                    const ReplayLoader& loader, UtcTime now) {
  TRY_ASSIGN(PreparedSend prepared, prepare_request(std::move(capture), loader.name_of(*send.item),
                                                    maker, routes[send.target], now));
  prepared.told.name_columns = loader.name_columns();
  prepared.told.is_duplicate = send.is_duplicate;
  return prepared;
}

Result<PreparedSend> prepare_send(const PlannedSend& send, const RequestMaker& maker,
                                  const std::vector<Route>& routes, ReplayLoader& loader,
                                  UtcTime now) {
  TRY_ASSIGN(Capture capture, loader.load(*send.item));
  return prepare_loaded(send, std::move(capture), maker, routes, loader, now);
}

ReplaySender::ReplaySender(const ReplayOptions& options, const RequestMaker& maker,
                           ReplayQueue& queue, ReplayDisplay& display, AttemptRecorder& recorder,
                           Env& env)
    : options_(options),
      maker_(maker),
      queue_(queue),
      display_(display),
      recorder_(recorder),
      env_(env) {
  client_options_.timeout = options.timeout;
  client_options_.verifies_tls = options.verifies_tls;
  client_options_.ca_file = options.ca_file;
  client_options_.max_body = k_max_attempt_body;
  for (const Route& route : options.routes) {
    summary_.targets.emplace_back().url =
        route.target.names_target ? route.target.to_string() : route.target.origin();
  }
}

Result<std::unique_ptr<ReplaySender>> ReplaySender::start(
    const ReplayOptions& options, const ReplaySource& source, const RequestMaker& maker,
    ReplayQueue& queue, ReplayDisplay& display, AttemptRecorder& recorder, Env& env) {
  std::unique_ptr<ReplaySender> sender(
      new ReplaySender(options, maker, queue, display, recorder, env));
  for (const Route& route : options.routes) {
    TRY(Client::create(route.target, sender->client_options_));
  }
  for (std::size_t i = 0; i < options.concurrency; ++i) {
    TRY_ASSIGN(ReplayLoader loader, ReplayLoader::open(source));
    sender->workers_.push_back({std::move(loader), {}});
    sender->workers_.back().clients.resize(options.routes.size());
  }
  try {
    for (Worker& worker : sender->workers_) {
      sender->threads_.emplace_back([&self = *sender, &worker] { self.work(worker); });
    }
  } catch (const std::system_error& failure) {
    return Error{ErrorKind::internal, fmt::format("can't start a thread: {}", failure.what()),
                 "try a lower --concurrency"};
  }
  return sender;
}

ReplaySender::~ReplaySender() {
  queue_.stop();
  for (std::thread& thread : threads_) thread.join();
}

ReplaySummary ReplaySender::summary() const {
  const std::lock_guard lock(mutex_);
  return summary_;
}

void ReplaySender::work(Worker& worker) {
  while (const auto task = queue_.take()) {
    ReplayAttempt attempt = send(*task, worker);
    settle(*task, worker, attempt);
    count(*task, attempt);
    if (!display_.show(attempt)) queue_.stop();
    if (attempt.retry_in) {
      queue_.retry(*task, *attempt.retry_in);
    } else {
      queue_.finish(*task);
    }
  }
}

ReplayAttempt ReplaySender::send(const ReplayTask& task, Worker& worker) {
  ReplayAttempt attempt;
  attempt.number = task.number;
  attempt.tries = options_.retries.tries();
  attempt.started_at = env_.now();
  auto prepared =
      prepare_send(task.send, maker_, options_.routes, worker.loader, attempt.started_at);
  if (prepared) {
    attempt.request = std::move(prepared->told);
    exchange(task, *prepared, worker, attempt);
    return attempt;
  }
  attempt.request.name = worker.loader.name_of(*task.send.item);
  attempt.request.name_columns = worker.loader.name_columns();
  attempt.request.url = options_.routes[task.send.target].target.to_string();
  attempt.error = prepared.error().message;
  attempt.hint = prepared.error().hint;
  attempt.failure = "not_sent";
  return attempt;
}

void ReplaySender::exchange(const ReplayTask& task, const PreparedSend& prepared, Worker& worker,
                            ReplayAttempt& attempt) {
  std::optional<Client>& client = worker.clients[task.send.target];
  if (!client) {
    auto made = Client::create(options_.routes[task.send.target].target, client_options_);
    if (!made) {
      attempt.error = made.error().message;
      attempt.failure = "not_sent";
      return;
    }
    client.emplace(*std::move(made));
  }
  const auto started = std::chrono::steady_clock::now();
  auto answer = client->send(prepared.request.method, prepared.sent_target,
                             prepared.request.headers, prepared.request.body);
  Attempt record = begin_attempt(attempt.request, attempt.started_at);
  if (answer) {
    has_answer_ = true;
    attempt.is_answer_cut = !answer->is_complete;
    if (const auto value = find_field(answer->headers, "Retry-After")) {
      attempt.retry_after = parse_retry_after(*value, env_.now());
    }
  } else {
    attempt.failure = to_string(client->failure());
    const bool has_hint =
        client->failure() == ClientFailure::unreachable && !options_.unreachable_hint.empty();
    if (!has_answer_) attempt.hint = has_hint ? options_.unreachable_hint : answer.error().hint;
    stop_when_nobody_answers(client->failure());
  }
  end_attempt(record, std::move(answer), started);
  attempt.latency = record.latency;
  attempt.status = record.status;
  attempt.error = record.error;
  attempt.body = record.body;
  attempt.answer_size = record.body_size;
  const int status = record.status.value_or(0);
  if (status == 401 || status == 403) {
    attempt.hint = refusal_hint(attempt.request.signed_with, prepared.request.headers);
  } else if (status >= 300 && status < 400) {
    attempt.hint = redirect_hint(record.headers);
  }
  recorder_.record(std::move(record));
}

bool ReplaySender::is_wanted(const ReplayAttempt& attempt,
                             const std::optional<StatusSet>& expected) const {
  if (!attempt.status) return false;
  if (options_.expected) return options_.expected->contains(*attempt.status);
  if (expected) return expected->contains(*attempt.status);
  return is_success(*attempt.status);
}

/// Decides whether it went well and, if not, when it is tried again.
void ReplaySender::settle(const ReplayTask& task, const Worker& worker, ReplayAttempt& attempt) {
  const std::optional<StatusSet>& expected = worker.loader.expected_of(*task.send.item);
  attempt.is_ok = is_wanted(attempt, expected);
  if (!attempt.is_ok && expected && !options_.expected && attempt.status) {
    attempt.hint = "the right answer is " + expected->text();
  } else if (attempt.status && !attempt.hint.empty() &&
             (attempt.is_ok || has_told_refusal_.exchange(true))) {
    // The same advice on each of many would hide what differs.
    attempt.hint.clear();
  }
  const bool can_be_sent = attempt.failure != "not_sent" && attempt.failure != "not_sendable";
  if (attempt.is_ok || !can_be_sent ||
      !is_retried(options_.retries.rule, attempt.status.value_or(0))) {
    return;
  }
  if (const auto wait = wait_before_try(options_.retries, task.number + 1, attempt.retry_after)) {
    attempt.retry_in = at_speed(*wait, options_.speed.value_or(1));
  }
}

void ReplaySender::count(const ReplayTask& task, const ReplayAttempt& attempt) {
  const std::lock_guard lock(mutex_);
  TargetSummary& target = summary_.targets[task.send.target];
  ++summary_.attempts;
  ++target.attempts;
  ++target.statuses[attempt.status.value_or(0)];
  if (attempt.status) target.latency.add(attempt.latency);
  summary_.bytes += attempt.request.body_size;
  if (task.number > 1) ++summary_.retries;
  if (attempt.request.is_duplicate && task.number == 1) ++summary_.duplicates;
  if (attempt.retry_in) return;
  ++(attempt.is_ok ? summary_.succeeded : summary_.failed);
  ++(attempt.is_ok ? target.succeeded : target.failed);
}

/// A target that can't be reached at the start would have each delivery say so.
void ReplaySender::stop_when_nobody_answers(ClientFailure failure) {
  const bool gives_up = is_lasting(failure) && !has_answer_ && options_.routes.size() == 1 &&
                        options_.retries.waits.empty();
  if (gives_up) queue_.stop();
}

}  // namespace terra_hook
