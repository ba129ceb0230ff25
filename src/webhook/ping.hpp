// SPDX-License-Identifier: MIT
// A delivery of ping mode: instead of the payload an `s3_payload` event with a signed URL to
// download it from (Terra: destinations, ping mode). Whoever has the URL may download, so it is
// shown to nobody.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {

struct Ping {
  std::string url;                                 ///< as sent; at most 8 KiB
  std::optional<std::chrono::seconds> expires_in;  ///< from when it was emitted; 0 to 10 years
};

/// True for `s3_payload`, and `s3_upload`, its name in Terra's schema.
bool is_ping(const std::optional<std::string>& event_type);

/// The `url` and `expires_in` of an event's body (content coding undone); nothing without a URL.
std::optional<Ping> read_ping(std::string_view body);

/// When the link stops working. It was made when the event was emitted, which a retry is hours
/// after; without an ordering timestamp, or with one of the future, when it was received.
std::optional<UtcTime> expiry_of(const Ping& ping, UtcTime received_at, const DeliveryIds& ids);

}  // namespace terra_hook
