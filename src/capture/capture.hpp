// SPDX-License-Identifier: MIT
// One delivery as it is kept: the exact request, and what was found out about it on arrival.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/header_field.hpp"
#include "base/time.hpp"
#include "webhook/delivery_ids.hpp"
#include "webhook/signature.hpp"
#include "webhook/summary.hpp"

namespace terra_hook {

struct Capture {
  std::int64_t number = 0;  ///< given by the store, rising, never used twice
  UtcTime received_at{};
  std::string remote_address;  ///< `127.0.0.1:53422`
  std::string method;
  std::string target;  ///< request target as sent: path and query
  HeaderFields headers;
  std::string body;  ///< as received, content coding not undone; empty when not loaded
  std::uint64_t body_size = 0;
  Sha256Digest body_sha256{};

  Verdict verdict = Verdict::unchecked;
  std::string secret_name;     ///< whose HMAC matched
  std::string verdict_reason;  ///< why it is not valid, for people

  /// Of Summary: event_type, user_id, provider, reference_id, record_count, first_record,
  /// last_record and problem's presence survive a round trip through the store; the rest does not.
  Summary summary;
  DeliveryIds ids;

  /// The first capture with the same trace id, when this is a repetition.
  std::optional<std::int64_t> duplicate_of;
  /// The repetition's body differs from the first one's: not a retry but an alarm.
  bool duplicate_differs = false;
};

}  // namespace terra_hook
