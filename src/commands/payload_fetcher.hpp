// SPDX-License-Identifier: MIT
// `listen --fetch-payload`: downloads what the links of `s3_payload` events lead to, at once and
// beside the deliveries, and keeps it as a capture.
//
// A forged event must not make this machine talk to arbitrary hosts. So: only events whose
// signature is valid, or unchecked because there is no secret, are followed; https only; the host
// must resolve to an address on the internet, which is then the one that is connected to. An event
// that is valid may also lead to this machine, with http too: that is where an emulator is. No
// redirects, no credentials, no field of the delivery goes along.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "capture/store.hpp"
#include "commands/display.hpp"
#include "http/client.hpp"
#include "webhook/ping.hpp"

namespace terra_hook {

struct FetchOptions {
  std::uint64_t max_body = 64ULL << 20;  ///< of what is downloaded, and again once decoded
  std::chrono::milliseconds timeout{60'000};
};

class PayloadFetcher {
 public:
  /// `store` may be null: then what is downloaded is shown and not kept. All must outlive it.
  PayloadFetcher(const FetchOptions& options, StoreWriter* store, Display& display, Env& env);
  ~PayloadFetcher();
  PayloadFetcher(const PayloadFetcher&) = delete;
  PayloadFetcher& operator=(const PayloadFetcher&) = delete;

  /// Downloads what `capture` links to, if it is such an event and not the repetition of one that
  /// was followed already. Never waits: with 256 events in line the next is given up. Any thread.
  void consider(const std::shared_ptr<const Capture>& capture);

  /// Finishes what is in line, for at most `patience`; the rest is given up.
  void stop(std::chrono::milliseconds patience);

 private:
  struct Job {
    std::shared_ptr<const Capture> event;
    Ping ping;
  };

  void run();
  void fetch(const Job& job);
  void keep(const Job& job, const Url& url, const std::string& address, ClientResponse response,
            UtcTime received_at);
  void fail(const Capture& event, std::string host, int status, std::string reason);
  bool enlist(Client& client);
  void strike_off(Client& client);

  const FetchOptions options_;
  StoreWriter* store_;
  Display& display_;
  Env& env_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::size_t active_ = 0;
  std::set<Client*> clients_;        ///< that are busy
  std::set<std::int64_t> followed_;  ///< first sightings of events whose payload is kept
  bool is_stopping_ = false;
  bool is_given_up_ = false;
  std::vector<std::thread> threads_;
};

/// Why an event that failed verification, or whose signature is stale, is not followed; "" when it
/// may be.
std::string refusal_to_follow(Verdict verdict);

/// Where to connect to for `url`: the first of its `addresses` that may be. Errors: input, with a
/// sentence about what may not.
Result<std::string> choose_address(const Url& url, const std::vector<std::string>& addresses,
                                   Verdict verdict);

}  // namespace terra_hook
