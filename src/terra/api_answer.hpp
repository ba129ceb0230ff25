// SPDX-License-Identifier: MIT
// What Terra's REST API answers, read for what a person or a retry needs to know. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// A 2xx answer's body. Texts are cut to 300 bytes and hold what a stranger sent: sanitize() them.
struct AnswerReading {
  enum class Kind {
    records,          ///< an array of them: `data`, `users`, `providers`, or the whole body
    acknowledgement,  ///< the data comes to the webhook: a `reference` and no data
    processing,       ///< not yet: the provider needs time
    document,         ///< any other JSON
    not_json,
  };
  Kind kind = Kind::document;
  std::string event_type;  ///< `type`
  std::string user_id;
  std::string provider;
  std::optional<std::int64_t> records;
  std::string reference;
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after;  ///< that the body asks for; at most a day
};

/// One pass over `body` (content coding undone), however long.
AnswerReading read_api_answer(std::string_view body);

/// Why a request failed: RFC 9457's members, or `message` of the older shape. Texts as above.
struct ApiProblem {
  std::string title;
  std::string detail;

  /// The more telling of the two; may be empty.
  const std::string& text() const { return detail.empty() ? title : detail; }
};

ApiProblem read_api_problem(std::string_view body);

/// What the header says of rate limits (Terra: rate-limits).
struct ApiLimits {
  std::string rule;  ///< `r1`: days in one request; `r2`: days an hour; else empty
  std::optional<std::int64_t> remaining;  ///< days that may still be asked for
  std::optional<std::chrono::milliseconds> reset_after;
  std::optional<std::chrono::milliseconds> retry_after;
};

ApiLimits read_api_limits(const HeaderFields& headers, UtcTime now);

}  // namespace terra_hook
