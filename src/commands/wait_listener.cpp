// SPDX-License-Identifier: MIT
#include "commands/wait_listener.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "commands/listen.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_wait_drain_time = 2s;

/// Tells of what must not go unnoticed and renders nothing.
class QuietRenderer final : public Renderer {
 public:
  explicit QuietRenderer(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  Rendered render(const Event& event) override {
    if (const auto* lost = std::get_if<DeliveryLost>(&event)) {
      tell_("a delivery could not be kept: " + lost->error.message);
    } else if (const auto* refused = std::get_if<RequestRefused>(&event)) {
      tell_("a request was refused: " + refused->refusal.reason);
    } else if (const auto* got = std::get_if<DeliveryReceived>(&event)) {
      if (got->status != 200) {
        tell_(fmt::format("#{} was answered {}: {}", got->capture->number, got->status.value_or(0),
                          got->verification.reason));
      }
    }
    return {};
  }

 private:
  std::function<void(const std::string&)> tell_;
};

}  // namespace

WaitListener::WaitListener(SecretSet secrets, std::unique_ptr<StoreWriter> store,
                           std::function<void(const std::string&)> tell, Env& env)
    : secrets_(std::move(secrets)),
      store_(std::move(store)),
      display_(std::make_unique<QuietRenderer>(std::move(tell)), env, Overflow::drop, [] {}),
      answers_({}, nullptr, nullptr, display_),
      receiver_({}, secrets_, store_.get(), answers_, display_, env) {}

Result<std::unique_ptr<WaitListener>> WaitListener::start(
    const WaitListenerOptions& options, SecretSet secrets,
    std::function<void(const std::string&)> tell, Env& env) {
  TRY_ASSIGN(std::unique_ptr<StoreWriter> store, StoreWriter::open(options.store));
  std::unique_ptr<WaitListener> listener(
      new WaitListener(std::move(secrets), std::move(store), std::move(tell), env));
  ServerOptions server;
  server.port = options.port.value_or(k_default_port);
  server.port_attempts = options.port ? 1 : k_port_attempts;
  server.now = env.now;
  TRY_ASSIGN(listener->server_, Server::bind(server, listener->receiver_));
  listener->server_->start();
  return listener;
}

WaitListener::~WaitListener() {
  if (server_) {
    server_->stop_accepting();
    server_->wait_until_drained(k_wait_drain_time);
    display_.stop_waiting();
    server_->stop();
  }
  // Between the server's end and its destruction: what is queued refers to the server.
  store_.reset();
  display_.finish();
}

std::string WaitListener::url() const {
  return fmt::format("http://127.0.0.1:{}", server_->port());
}

}  // namespace terra_hook
