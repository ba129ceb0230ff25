// SPDX-License-Identifier: MIT
// Delivers the emulator's events as Terra does: signed at each try, with ids that stay the same,
// again after a while when the answer is not 2xx, until the schedule or the day has ended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "commands/emulate.hpp"
#include "commands/emulate_display.hpp"
#include "commands/ping_payloads.hpp"
#include "http/client.hpp"
#include "terra/emulated_event.hpp"

namespace terra_hook {

/// Where deliveries go, and how: what is set in Terra's dashboard.
struct Destination {
  std::optional<Url> url;
  bool uses_ping = false;
};

/// Any thread may call any member. Bodies are made for each try and not kept.
class WebhookOutbox {
 public:
  /// All that is referred to must outlive it. `base_url` begins ping mode's links.
  WebhookOutbox(const EmulateOptions& options, std::vector<NamedSecret> secrets,
                std::string base_url, const RecordSource& source, PingPayloads& pings,
                EmulateDisplay& display, Env& env);
  /// Stops.
  ~WebhookOutbox();
  WebhookOutbox(const WebhookOutbox&) = delete;
  WebhookOutbox& operator=(const WebhookOutbox&) = delete;

  void send(std::vector<Emission> emissions);
  void send(std::vector<LargeRequest> requests);

  /// For deliveries that have not been tried yet and, where settings are followed, for all.
  void set_destination(std::optional<std::optional<Url>> url, std::optional<bool> uses_ping);

  /// True once nothing waits and nothing is under way, waiting at most `timeout` for it.
  bool wait_until_idle(std::chrono::milliseconds timeout);

  /// Hands out nothing more and answers how many tries are under way.
  std::size_t stop();
  /// Waits for these.
  void join();

 private:
  using Clock = std::chrono::steady_clock;

  struct Delivery {
    Emission emission;
    std::uint64_t number = 0;
    UtcTime emitted_at{};
    Clock::time_point due;
    std::optional<Destination> destination;  ///< since the first try, where it is frozen
    std::string ping_body;
  };
  /// A try of a delivery, or a large request to be worked off.
  struct Task {
    Clock::time_point due;
    std::uint64_t order = 0;  ///< of equal times, first come, first served
    std::shared_ptr<Delivery> delivery;
    std::shared_ptr<const LargeRequest> large;
    std::size_t number = 1;
    bool is_duplicate = false;

    bool operator<(const Task& other) const {
      return due != other.due ? due > other.due : order > other.order;
    }
  };
  struct Worker {
    std::map<std::string, Client> clients;  ///< by origin
  };

  void push(Task task);
  void emit(Emission emission, Clock::time_point now);
  std::optional<Task> take();
  void finish_task();
  void work(Worker& worker);
  void try_delivery(const Task& task, Worker& worker);
  void exchange(const Delivery& delivery, const Url& url, const std::string& body, Worker& worker,
                WebhookAttempt& attempt);
  std::optional<Clock::time_point> settle(const Task& task, WebhookAttempt& attempt) const;
  Destination destination_of(Delivery& delivery);
  std::string body_of(Delivery& delivery, const Destination& destination);
  HeaderFields fields_of(const Delivery& delivery, const std::string& body, UtcTime now) const;
  Clock::duration scaled(std::chrono::microseconds duration) const;

  const EmulateOptions& options_;
  const std::vector<NamedSecret> secrets_;
  const std::string base_url_;
  const RecordSource& source_;
  PingPayloads& pings_;
  EmulateDisplay& display_;
  Env& env_;
  std::string secret_names_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable idle_;
  Destination destination_;
  std::priority_queue<Task> tasks_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t orders_ = 0;
  std::size_t taken_ = 0;
  bool is_stopped_ = false;
  std::vector<Worker> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace terra_hook
