// SPDX-License-Identifier: MIT
// For each odd delivery: where Terra says what a handler should do, and what to do about one that
// does not. Pure.
#pragma once

#include <string_view>

namespace terra_hook {

/// Terra's documentation of webhooks: signatures, what counts as success, retries.
inline constexpr std::string_view k_webhook_pages =
    "docs.tryterra.co, setting up data destinations: webhooks";

struct ConformAdvice {
  std::string_view odd;     ///< the odd delivery's name
  std::string_view source;  ///< a rule of Terra's agent-skills, a page, a schema
  std::string_view mend;
};

/// The row of that name; an empty one when there is none.
const ConformAdvice& conform_advice(std::string_view odd);

}  // namespace terra_hook
