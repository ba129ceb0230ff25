// SPDX-License-Identifier: MIT
// What Terra's request headers say about a delivery besides its signature (Terra agent-skills:
// webhooks-dedupe-terra-reference, data-superset-overwrite).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/header_field.hpp"
#include "webhook/summary.hpp"

namespace terra_hook {

struct DeliveryIds {
  /// `X-Terra-Trace-Id` as sent: unique a delivery and stable across its retries, hence the key to
  /// find duplicates by.
  std::optional<std::string> trace_id;
  /// `terra-reference` without a `:chunk:<n>` suffix: shared by all deliveries of one request. Of
  /// large_request_* without that header, the body's `reference`.
  std::optional<std::string> terra_reference;
  /// The n of a `:chunk:<n>` suffix on the trace id or, failing that, on the reference.
  std::optional<std::int64_t> chunk;
  /// `X-Terra-Ordering-Timestamp`, Unix milliseconds: when the payload was emitted.
  std::optional<std::int64_t> ordering_timestamp;

  bool operator==(const DeliveryIds&) const = default;
};

/// Reads the headers; values that do not parse are left out. Values longer than 512 bytes are
/// ignored: they come from strangers and end up in an index.
DeliveryIds read_delivery_ids(const HeaderFields& fields);

/// `large_request_sending` and its siblings; older examples spell them with hyphens.
bool is_large_request(const std::optional<std::string>& event_type);

/// The same, with the reference that the body of a large_request_* event names when no header does.
DeliveryIds read_delivery_ids(const HeaderFields& fields, const Summary& summary);

}  // namespace terra_hook
