// SPDX-License-Identifier: MIT
// Sends the deliveries of a check, the way the check says.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "base/secret.hpp"
#include "http/client.hpp"
#include "http/header_change.hpp"
#include "http/url.hpp"
#include "terra/conformance.hpp"

namespace terra_hook {

struct ConformTarget {
  Url url;
  ClientOptions client;
  Secret secret;
  std::vector<HeaderChange> headers;  ///< done last, to every delivery
};

/// One thread plays; a stop signal ends what is under way.
class ConformPlayer {
 public:
  /// `env` must outlive it. Errors: file (the CA file), internal (no thread).
  static Result<std::unique_ptr<ConformPlayer>> start(ConformTarget target, Env& env);
  ~ConformPlayer();
  ConformPlayer(const ConformPlayer&) = delete;
  ConformPlayer& operator=(const ConformPlayer&) = delete;

  /// One answer a delivery, in their order.
  std::vector<ConformAnswer> play(ConformPlay play, const std::vector<SampleDelivery>& deliveries);

  const Url& url() const { return target_.url; }
  bool is_interrupted() const { return is_interrupted_; }

 private:
  ConformPlayer(ConformTarget target, Env& env) : target_(std::move(target)), env_(env) {}

  void watch_for_stop();
  ConformAnswer send(const SampleDelivery& delivery, std::unique_ptr<Client>& client);
  void connect(std::unique_ptr<Client>& client);
  void disconnect(std::unique_ptr<Client>& client);

  const ConformTarget target_;
  Env& env_;
  std::mutex mutex_;
  std::vector<Client*> clients_;  ///< those in use, to be interrupted
  std::atomic<bool> is_interrupted_ = false;
  std::atomic<bool> is_ending_ = false;
  std::thread watcher_;
};

}  // namespace terra_hook
