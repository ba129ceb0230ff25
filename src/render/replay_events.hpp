// SPDX-License-Identifier: MIT
// What `replay` tells: small values that are turned into text or JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/latency.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// What is sent otherwise than it is kept.
struct ReplayDifference {
  bool is_header = false;
  std::string place;                ///< a field's name, or a JSON Pointer into the body
  std::optional<std::string> kept;  ///< none: it is added; of a body JSON as it is spelled
  std::optional<std::string> sent;  ///< none: it is left out
};

/// One request that was sent, or would be.
struct ReplayedRequest {
  std::string name;              ///< `#12`, or a file's name
  std::size_t name_columns = 6;  ///< as wide as it is shown at least
  std::int64_t capture = 0;      ///< 0: from a file
  std::string event_type;        ///< may be empty
  std::string trace_id;          ///< may be empty
  std::string method;
  std::string url;
  std::uint64_t body_size = 0;
  std::string signed_with;  ///< the secret's name; empty when not signed afresh
  std::string changes;      ///< as Attempt::changes
  bool is_duplicate = false;
  std::vector<ReplayDifference> differences;  ///< looked at for what is planned only
};

/// A try and what came of it.
struct ReplayAttempt {
  ReplayedRequest request;
  std::size_t number = 1;  ///< which try it is
  std::size_t tries = 1;   ///< how many there may be
  UtcTime started_at{};
  std::chrono::microseconds latency{};
  std::optional<int> status;
  std::string error;    ///< why there is no answer
  std::string hint;     ///< what to do about it; may be empty
  std::string failure;  ///< the same for programs: `timed_out`, `unreachable`, …
  std::string body;     ///< of the answer, as far as it was kept
  std::uint64_t answer_size = 0;
  bool is_answer_cut = false;                            ///< there is more of it than was read
  std::optional<std::chrono::milliseconds> retry_after;  ///< what the answer asked for
  bool is_ok = false;                                    ///< the answer is what was wanted
  std::optional<std::chrono::microseconds> retry_in;
};

struct ReplayProgress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t failed = 0;
  std::uint64_t retrying = 0;
  std::chrono::microseconds elapsed{};
};

/// What went to one target.
struct TargetSummary {
  std::string url;
  std::uint64_t succeeded = 0;  ///< deliveries
  std::uint64_t failed = 0;
  std::uint64_t attempts = 0;
  std::map<int, std::uint64_t> statuses;  ///< of attempts; 0: no answer
  LatencyHistogram latency;               ///< of answers
};

struct ReplaySummary {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_sent = 0;    ///< because of a stop
  std::uint64_t unfinished = 0;  ///< whose last try failed and whose next one a stop prevented
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t bytes = 0;          ///< of bodies, over all attempts
  std::uint64_t without_route = 0;  ///< captures that no target takes
  std::uint64_t not_recorded = 0;   ///< attempts that the store could not take
  std::chrono::microseconds duration{};
  std::optional<std::uint64_t> seed;  ///< when chance played a part
  std::string expected;               ///< what --expect-status asked for; may be empty
  bool is_interrupted = false;
  std::vector<TargetSummary> targets;
};

}  // namespace terra_hook
