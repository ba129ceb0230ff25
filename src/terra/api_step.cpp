// SPDX-License-Identifier: MIT
#include "terra/api_step.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace terra_hook {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Where an answer does not say how long.
constexpr milliseconds k_processing_wait = 30s;
constexpr milliseconds k_limit_wait = 60s;
constexpr milliseconds k_first_backoff = 1s;
constexpr milliseconds k_longest_backoff = 30s;
constexpr milliseconds k_most_spread = 5s;

ApiStep failed() {
  return {ApiStep::Kind::failed, {}, {}, false, false};
}

/// `wait` and up to a tenth more, so that several do not come back at once.
milliseconds spread(milliseconds wait, double chance) {
  const milliseconds most = std::min<milliseconds>(wait / 10 + 50ms, k_most_spread);
  return wait + milliseconds(static_cast<std::int64_t>(chance * static_cast<double>(most.count())));
}

ApiStep wait_for(milliseconds wait, std::string reason, const ApiPatience& patience,
                 double chance) {
  if (wait > patience.max_wait) return failed();
  return {ApiStep::Kind::wait, spread(wait, chance), std::move(reason), false, false};
}

ApiStep after_limit(const ApiLimits& limits, const ApiPatience& patience, double chance) {
  if (limits.rule == "r1") return failed();  // the range itself is too long
  const milliseconds wait = limits.retry_after.value_or(limits.reset_after.value_or(k_limit_wait));
  ApiStep step = wait_for(wait, limits.rule.empty() ? "rate limit" : "rate limit " + limits.rule,
                          patience, chance);
  step.concerns_all = true;
  return step;
}

ApiStep retry(const ApiOutcome& outcome, std::string reason, const ApiPatience& patience,
              int retries, double chance) {
  if (retries >= patience.retries) return failed();
  if (outcome.limits.retry_after) {
    ApiStep step = wait_for(*outcome.limits.retry_after, std::move(reason), patience, chance);
    step.is_retry = true;
    return step;
  }
  const milliseconds longest =
      std::min<milliseconds>(k_first_backoff * (1LL << std::min(retries, 10)), k_longest_backoff);
  // From half of it to all of it.
  const auto wait = milliseconds(
      static_cast<std::int64_t>(static_cast<double>(longest.count()) * (0.5 + chance / 2)));
  return {ApiStep::Kind::wait, std::min(wait, patience.max_wait), std::move(reason), true, false};
}

ApiStep after_no_answer(const ApiOutcome& outcome, const ApiTraits& traits,
                        const ApiPatience& patience, int retries, double chance) {
  switch (outcome.failure) {
    case ClientFailure::timed_out:
      if (traits.is_history) return {ApiStep::Kind::too_large, {}, {}, false, false};
      return failed();
    case ClientFailure::closed:
      if (traits.is_delivered) return failed();
      return retry(outcome, "the connection was closed", patience, retries, chance);
    case ClientFailure::unreachable:
    case ClientFailure::unresolved:
      // Of many windows some may meet a network that is away for a moment.
      if (!traits.is_split) return failed();
      return retry(outcome, "no connection", patience, retries, chance);
    default: return failed();
  }
}

}  // namespace

ApiStep next_api_step(const ApiOutcome& outcome, const ApiTraits& traits,
                      const ApiPatience& patience, int retries, double chance) {
  const int status = outcome.status;
  if (status == 0) return after_no_answer(outcome, traits, patience, retries, chance);
  if (status / 100 == 2) {
    if (outcome.answer.kind != AnswerReading::Kind::processing || traits.is_delivered) return {};
    const milliseconds wait =
        outcome.answer.retry_after.value_or(outcome.limits.retry_after.value_or(k_processing_wait));
    return wait_for(wait, "still processing", patience, chance);
  }
  if (status == 429) return after_limit(outcome.limits, patience, chance);
  if (traits.is_history && (status == 504 || status == 413 || status == 408)) {
    return {ApiStep::Kind::too_large, {}, {}, false, false};
  }
  const bool was_refused = status == 503;  // not begun, so that it can't be done twice
  const bool may_pass = status == 408 || status == 500 || status == 502 || status == 504;
  if (!was_refused && (!may_pass || traits.is_delivered)) return failed();
  ApiStep step = retry(outcome, fmt::format("answered {}", status), patience, retries, chance);
  if (step.kind == ApiStep::Kind::failed && traits.is_history && status == 500)
    step.kind = ApiStep::Kind::too_large;
  return step;
}

}  // namespace terra_hook
