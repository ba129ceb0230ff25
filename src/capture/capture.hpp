// SPDX-License-Identifier: MIT
// One delivery as it is kept: the exact request, and what was found out about it on arrival.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/header_field.hpp"
#include "base/time.hpp"
#include "webhook/delivery_ids.hpp"
#include "webhook/signature.hpp"
#include "webhook/summary.hpp"

namespace terra_hook {

/// How a capture came to be.
enum class Origin {
  listen,   ///< a sender delivered it
  import,   ///< read from a file
  fetch,    ///< downloaded from the URL of an `s3_payload` event
  request,  ///< an answer of Terra's REST API
};

std::string_view to_string(Origin origin);
std::optional<Origin> parse_origin(std::string_view name);

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
  /// last_record, expected_payloads and problem's presence survive a round trip through the store;
  /// the rest does not.
  Summary summary;
  std::string headline;  ///< the figures a person looks for first, one line of UTF-8; may be empty
  DeliveryIds ids;

  /// The first capture with the same trace id and the same body, when this is a repetition; when no
  /// body is the same, the first one with that trace id.
  std::optional<std::int64_t> duplicate_of;
  /// No earlier delivery with this trace id had this body: not a retry but an alarm.
  bool duplicate_differs = false;
  /// The newest earlier capture of the same thing (user, event type, first record) that was emitted
  /// after this one: what it says is out of date. One without an ordering timestamp is taken to
  /// have been emitted when it was received, and is never marked itself. Neither side may have
  /// failed verification.
  std::optional<std::int64_t> older_than;
  /// Whether the captures that these two name have been removed. Not stored but looked up.
  bool duplicate_is_pruned = false;
  bool newer_is_pruned = false;
  /// Of a chunk: how many its request announced. Not stored but looked up: it may be known later.
  std::optional<std::int64_t> chunk_count;

  /// What the sender was answered where more than the verdict decides that, as a target that it is
  /// forwarded to, or where the file that it was imported from says so: a status, 0 as long as
  /// there is no answer. None: as the verdict has it.
  std::optional<std::int64_t> answered;

  Origin origin = Origin::listen;
  std::optional<std::int64_t> ping_of;  ///< the `s3_payload` capture whose URL this came from
};

/// The status that the sender of `capture` was answered, as far as that is known.
std::optional<std::int64_t> answered_status(const Capture& capture);

}  // namespace terra_hook
