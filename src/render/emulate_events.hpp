// SPDX-License-Identifier: MIT
// What `emulate` tells: small values that are turned into text or JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/latency.hpp"
#include "base/time.hpp"
#include "terra/connection.hpp"

namespace terra_hook {

struct EmulatorReady {
  UtcTime at{};
  std::string url;      ///< without a path
  std::string webhook;  ///< empty: none
  std::vector<Connection> users;
  int days = 0;
  std::string today;
  std::uint64_t seed = 0;
  std::vector<std::string> secrets;  ///< names; empty: deliveries are not signed
  std::string retries;
  double speed = 1;
  bool is_loopback = true;
  bool checks_credentials = false;
};

/// A call of the API, of a link, or of the control endpoint, answered.
struct ApiExchangeDone {
  UtcTime at{};
  std::string method;
  std::string target;
  std::string remote_address;
  int status = 0;  ///< 0: not answered, on purpose
  std::uint64_t answer_size = 0;
  std::chrono::microseconds latency{};
  std::string user_id;    ///< may be empty
  std::string reference;  ///< the terra-reference of the answer
  std::string remark;     ///< may be empty
};

enum class DeliveryOutcome {
  delivered,
  retrying,   ///< another try follows
  given_up,   ///< no more tries, or too old
  unsent,     ///< there is no webhook
  duplicate,  ///< of a delivery that is counted already, whatever came of it
};

/// A try to deliver an event.
struct WebhookAttempt {
  UtcTime started_at{};
  std::uint64_t delivery = 0;  ///< its number from 1
  std::string event_type;
  std::string user_id;  ///< may be empty
  std::string trace_id;
  std::string reference;
  std::size_t chunk = 0;  ///< 0: none
  std::size_t chunks = 0;
  std::int64_t ordering_timestamp = 0;  ///< Unix milliseconds
  bool is_ping = false;
  std::string url;
  std::uint64_t body_size = 0;
  std::string body_sha256;  ///< hex
  std::string signed_with;  ///< names of secrets; empty: not signed
  std::size_t number = 1;   ///< which try it is
  std::size_t tries = 1;
  std::chrono::microseconds latency{};
  std::optional<int> status;
  std::string error;    ///< why there is no answer
  std::string failure;  ///< the same for programs
  std::string answer;   ///< the body, as far as it was kept
  DeliveryOutcome outcome = DeliveryOutcome::delivered;
  std::optional<std::chrono::microseconds> retry_in;
};

/// A step of a script or the control endpoint.
struct StepTaken {
  UtcTime at{};
  std::size_t line = 0;  ///< of the script; 0: asked for from outside
  std::string action;
  std::string text;
  std::string error;  ///< why it could not be done
};

struct EmulatorSummary {
  std::uint64_t requests = 0;
  std::map<int, std::uint64_t> answers;  ///< by status
  std::uint64_t deliveries = 0;
  std::uint64_t delivered = 0;
  std::uint64_t given_up = 0;
  std::uint64_t unsent = 0;  ///< for want of a webhook, or because of the stop
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t bytes = 0;                ///< of bodies, over all attempts
  std::map<int, std::uint64_t> statuses;  ///< of attempts; 0: no answer
  LatencyHistogram latency;               ///< of answers to deliveries
  std::chrono::microseconds duration{};
};

}  // namespace terra_hook
