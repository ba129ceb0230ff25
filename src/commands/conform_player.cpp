// SPDX-License-Identifier: MIT
#include "commands/conform_player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "terra/sample_delivery.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_stop_tick = 50ms;
constexpr std::uint64_t k_kept_of_answer = 4 << 10;

}  // namespace

Result<std::unique_ptr<ConformPlayer>> ConformPlayer::start(ConformTarget target, Env& env) {
  target.client.max_body = k_kept_of_answer;
  TRY(Client::create(target.url, target.client));
  std::unique_ptr<ConformPlayer> player(new ConformPlayer(std::move(target), env));
  try {
    player->watcher_ = std::thread([&self = *player] { self.watch_for_stop(); });
  } catch (const std::system_error& failure) {
    return Error{ErrorKind::internal, fmt::format("can't start a thread: {}", failure.what())};
  }
  return player;
}

ConformPlayer::~ConformPlayer() {
  is_ending_ = true;
  if (watcher_.joinable()) watcher_.join();
}

void ConformPlayer::watch_for_stop() {
  while (!is_ending_) {
    if (!env_.stop.wait_for_more_than(0, k_stop_tick)) continue;
    const std::lock_guard lock(mutex_);
    is_interrupted_ = true;
    for (Client* client : clients_) client->interrupt();
    return;
  }
}

/// A client that is known to the watcher.
void ConformPlayer::connect(std::unique_ptr<Client>& client) {
  auto made = Client::create(target_.url, target_.client);
  if (!made) return;
  client = std::make_unique<Client>(*std::move(made));
  const std::lock_guard lock(mutex_);
  clients_.push_back(client.get());
  if (is_interrupted_) client->interrupt();
}

void ConformPlayer::disconnect(std::unique_ptr<Client>& client) {
  const std::lock_guard lock(mutex_);
  std::erase(clients_, client.get());
  client.reset();
}

ConformAnswer ConformPlayer::send(const SampleDelivery& delivery, std::unique_ptr<Client>& client) {
  ConformAnswer answer;
  if (!client) connect(client);
  if (!client) {
    answer.error = "can't make a client";
    return answer;
  }
  HeaderFields headers = headers_of(delivery, &target_.secret, env_.now());
  change_headers(headers, target_.headers);
  const auto started = std::chrono::steady_clock::now();
  auto came = client->send("POST", target_.url.target, headers, delivery.body);
  if (came) {
    answer.status = came->status;
    answer.latency = came->latency;
    answer.body = std::move(came->body);
    answer.is_on_kept_connection = came->is_on_kept_connection;
    return answer;
  }
  answer.latency = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  answer.failure = client->failure();
  answer.error = came.error().message;
  answer.hint = came.error().hint;
  return answer;
}

std::vector<ConformAnswer> ConformPlayer::play(ConformPlay play,
                                               const std::vector<SampleDelivery>& deliveries) {
  std::vector<ConformAnswer> answers(deliveries.size());
  if (play != ConformPlay::at_once) {
    std::unique_ptr<Client> client;
    for (std::size_t i = 0; i < deliveries.size() && !is_interrupted_; ++i) {
      answers[i] = send(deliveries[i], client);
      if (play == ConformPlay::in_order) disconnect(client);
    }
    disconnect(client);
    return answers;
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    try {
      threads.emplace_back([this, &answer = answers[i], &delivery = deliveries[i]] {
        std::unique_ptr<Client> client;
        answer = send(delivery, client);
        disconnect(client);
      });
    } catch (const std::system_error& failure) {
      answers[i].error = fmt::format("not sent: can't start a thread: {}", failure.what());
    }
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

}  // namespace terra_hook
