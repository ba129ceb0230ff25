// SPDX-License-Identifier: MIT
#include "commands/replay_once.hpp"

#include <fmt/format.h>

#include <utility>

namespace terra_hook {

Result<PreparedSend> prepare_replay(Capture capture, const Route& route,
                                    const ForwardOptions& forward,
                                    const std::vector<NamedSecret>& secrets,
                                    std::optional<std::string> body, UtcTime now) {
  RequestOptions request;
  request.headers = forward.header_changes;
  request.body = std::move(body);
  TRY_ASSIGN(const RequestMaker maker, RequestMaker::create(std::move(request), secrets));
  std::string name = fmt::format("#{}", capture.number);
  return prepare_request(std::move(capture), std::move(name), maker, route, now);
}

ReplayOnce::~ReplayOnce() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    if (client_ != nullptr) client_->interrupt();
  }
  if (thread_.joinable()) thread_.join();
}

bool ReplayOnce::start(Capture capture, std::optional<std::string> body) {
  {
    const std::lock_guard lock(mutex_);
    if (is_busy_) return false;
    is_busy_ = true;
  }
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this, capture = std::move(capture), body = std::move(body)] {
    work(capture, body);
    const std::lock_guard lock(mutex_);
    is_busy_ = false;
  });
  return true;
}

void ReplayOnce::work(const Capture& capture, const std::optional<std::string>& body) {
  std::unique_ptr<StoreWriter> store;
  if (auto opened = StoreWriter::open(options_.store)) store = *std::move(opened);
  AttemptRecorder recorder(store.get());
  const std::vector<Route>& routes = options_.forward.routes;
  for (const std::size_t index : routes_for(routes, capture.summary.event_type)) {
    const Result<Attempt> attempt = send(capture, routes[index], body);
    if (attempt) {
      recorder.record(*attempt);
      recorder.finish();
    }
    done_(capture.number, body, attempt);
  }
}

Result<Attempt> ReplayOnce::send(const Capture& capture, const Route& route,
                                 const std::optional<std::string>& body) {
  const UtcTime started_at = env_.now();
  TRY_ASSIGN(const PreparedSend prepared,
             prepare_replay(capture, route, options_.forward, options_.secrets, body, started_at));
  ClientOptions settings;
  settings.timeout = options_.forward.timeout;
  settings.verifies_tls = options_.forward.verifies_tls;
  settings.ca_file = options_.forward.ca_file;
  settings.max_body = k_max_attempt_body;
  TRY_ASSIGN(Client client, Client::create(route.target, settings));
  {
    const std::lock_guard lock(mutex_);
    if (is_ending_) client.interrupt();
    client_ = &client;
  }
  Attempt attempt = begin_attempt(prepared.told, started_at);
  const auto started = std::chrono::steady_clock::now();
  auto answer = client.send(prepared.request.method, prepared.sent_target, prepared.request.headers,
                            prepared.request.body);
  end_attempt(attempt, std::move(answer), started);
  const std::lock_guard lock(mutex_);
  client_ = nullptr;
  return attempt;
}

}  // namespace terra_hook
