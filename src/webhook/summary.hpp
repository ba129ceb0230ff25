// SPDX-License-Identifier: MIT
// What a body says at a glance, for the columns of the store. terra/body_reading.hpp reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json_scanner.hpp"

namespace terra_hook {

/// Values are cut to 256 bytes: they come from strangers and end up in an index. Absent and null
/// are both nothing here.
struct Summary {
  std::optional<json::Problem> problem;  ///< set when the body is not JSON
  std::optional<std::string>
      event_type;                      ///< `type`, or Vantage's `event_type` where it is a string
  std::optional<std::string> status;   ///< top-level `status`
  std::optional<std::string> user_id;  ///< `user.user_id`; of `new_user` for user_reauth
  std::optional<std::string> provider;
  std::optional<std::string> reference_id;
  std::optional<std::int64_t> record_count;  ///< elements of `data[]`; 1 for an `athlete` object
  std::optional<std::string> first_record;   ///< earliest record start, as sent
  std::optional<std::string> last_record;    ///< latest record end (or start), as sent
  std::optional<std::string> reference;      ///< `reference` of large_request_* events
  std::optional<std::int64_t> expected_payloads;  ///< of large_request_sending

  bool operator==(const Summary&) const = default;
};

}  // namespace terra_hook
