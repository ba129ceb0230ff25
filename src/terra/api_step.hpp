// SPDX-License-Identifier: MIT
// What follows after one try of a request to Terra's REST API: it is done, asked again after a
// while, or has failed, and how. Pure: chance comes in, time goes out.
#pragma once

#include <chrono>
#include <string>

#include "http/client.hpp"
#include "terra/api_answer.hpp"

namespace terra_hook {

/// What is asked, as far as it matters to failures.
struct ApiTraits {
  bool is_history = false;    ///< of records between two dates, answered in the response
  bool is_delivered = false;  ///< `to_webhook=true`: once more would deliver twice
  bool is_split = false;      ///< one of several windows
};

/// How one try ended.
struct ApiOutcome {
  int status = 0;  ///< 0: no answer
  ClientFailure failure = ClientFailure::none;
  ApiLimits limits;
  AnswerReading answer;  ///< of a 2xx one
};

struct ApiPatience {
  int retries = 3;                             ///< after failures that may pass
  std::chrono::milliseconds max_wait{60'000};  ///< none is waited for longer at once
};

struct ApiStep {
  enum class Kind {
    done,
    wait,       ///< ask again after `wait`
    too_large,  ///< it took too long or is too big: less may do
    failed,
  };
  Kind kind = Kind::done;
  std::chrono::milliseconds wait{};
  std::string reason;         ///< of a wait, for people: `rate limit r2`
  bool is_retry = false;      ///< of a wait: it counts as one of the retries
  bool concerns_all = false;  ///< of a wait: other requests have to wait as well
};

/// The step after a try, `retries` of which before it followed a failure. `chance` is
/// from 0 to 1 and spreads the waits of several who failed together.
ApiStep next_api_step(const ApiOutcome& outcome, const ApiTraits& traits,
                      const ApiPatience& patience, int retries, double chance);

}  // namespace terra_hook
