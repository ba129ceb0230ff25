// SPDX-License-Identifier: MIT
// One request to Terra's REST API until it has an answer that counts: rate limits, answers that say
// "not yet" and failures that may pass are waited out.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "commands/api_session.hpp"
#include "http/client.hpp"
#include "terra/api_answer.hpp"
#include "terra/api_failure.hpp"
#include "terra/api_step.hpp"

namespace terra_hook {

/// Lets requests pass, or none of them for a while. Any thread.
class ApiGate {
 public:
  using Clock = std::chrono::steady_clock;

  /// Waits until it is open; false when it has ended.
  bool pass();
  /// Closed for at least so long from now.
  void close_for(std::chrono::milliseconds time);
  /// Waits so long; false when it has ended before.
  bool sleep(std::chrono::milliseconds time);
  /// Nothing passes any more.
  void end();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point opens_at_{};
  bool has_ended_ = false;
};

/// What is waited for, for people.
struct ApiWait {
  std::string reason;
  std::chrono::milliseconds time{};
  int retry = 0;  ///< the first, the second, …; 0: it is none
};

/// A 2xx answer.
struct ApiReply {
  ClientResponse response;
  std::optional<std::string> decoded;  ///< its body, where that had a content coding
  AnswerReading answer;
  UtcTime received_at{};

  const std::string& body() const { return decoded ? *decoded : response.body; }
};

/// How a request ended: with a reply, with a failure, or (neither) because the gate did.
struct ApiEnd {
  std::optional<ApiReply> reply;
  std::optional<ApiFailure> failure;
  bool is_too_large = false;  ///< of a failure: a smaller range may do
};

/// One thread at a time, except interrupt().
class ApiCaller {
 public:
  /// `on_wait` is told before each wait. All arguments must outlive it. Errors: file (the CA file).
  static Result<ApiCaller> create(const ApiSession& session, const ApiPatience& patience,
                                  ApiGate& gate, const Env& env,
                                  std::function<void(const ApiWait&)> on_wait);

  /// Asks for `target`; `days` is how many of the rate limit it may use up.
  ApiEnd call(const std::string& target, std::int64_t days, const ApiSubject& subject);

  /// Ends the exchange in progress and all later ones. Any thread.
  void interrupt() { client_.interrupt(); }

 private:
  struct Attempt;
  ApiCaller(const ApiSession& session, const ApiPatience& patience, ApiGate& gate, const Env& env,
            std::function<void(const ApiWait&)> on_wait, Client client)
      : session_(session),
        patience_(patience),
        gate_(gate),
        env_(env),
        on_wait_(std::move(on_wait)),
        client_(std::move(client)) {}

  Attempt attempt(const std::string& target);
  double chance() const;
  void heed(const ApiLimits& limits, std::int64_t days);

  const ApiSession& session_;
  const ApiPatience& patience_;
  ApiGate& gate_;
  const Env& env_;
  std::function<void(const ApiWait&)> on_wait_;
  Client client_;
};

}  // namespace terra_hook
