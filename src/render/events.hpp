// SPDX-License-Identifier: MIT
// What commands tell the user: small values that a Renderer turns into text. A command emits them
// and never formats.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "capture/capture.hpp"
#include "http/server.hpp"
#include "webhook/chunk_set.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

/// The listener accepts connections from now on.
struct Ready {
  UtcTime at{};
  std::string url;    ///< `http://127.0.0.1:4567`, with the path when restricted
  std::string store;  ///< the store's path; empty with --no-store
  std::vector<std::string> secret_names;  ///< empty: signatures are not checked
  Tolerance tolerance;
  bool is_verifying = true;  ///< false with --no-verify
  bool is_loopback = true;
  std::string tls_fingerprint;  ///< empty without TLS
};

/// A delivery was answered (and kept, unless the store is off).
struct DeliveryReceived {
  std::shared_ptr<const Capture> capture;
  Verification verification;
  int status = 0;                       ///< what was answered
  std::chrono::microseconds elapsed{};  ///< from the head's arrival to the answer
};

/// A request was refused before it became a delivery.
struct RequestRefused {
  UtcTime at{};
  Refusal refusal;
};

/// A delivery could not be kept and was answered 503, so that the sender tries again.
struct DeliveryLost {
  UtcTime at{};
  std::string event_type;
  Error error;
};

/// The listener can be reached from outside at `url`, which is what Terra has to be told.
struct TunnelOpen {
  UtcTime at{};
  std::string url;
  bool is_changed = false;  ///< another one was shown before
};

/// The tunnel's program ended by itself; it is started again.
struct TunnelClosed {
  UtcTime at{};
  std::string reason;     ///< `exit code 1`
  std::string last_line;  ///< that it printed; may be empty
  std::chrono::milliseconds pause{};
};

/// A line that the tunnel's program printed.
struct TunnelOutput {
  std::string line;
};

/// What the link of an `s3_payload` event led to was downloaded, and kept unless the store is off.
struct PayloadFetched {
  std::shared_ptr<const Capture> capture;
  std::string host;
  int status = 0;                       ///< that the host answered
  std::chrono::microseconds elapsed{};  ///< of the download
};

/// It was not, which the sender of the event does not learn.
struct PayloadNotFetched {
  UtcTime at{};
  std::int64_t ping = 0;  ///< the event's number
  std::string host;       ///< empty when there was no telling
  int status = 0;         ///< 0 without an answer
  std::string reason;
};

/// Something a user should know: a warning or a hint.
struct Note {
  std::string message;
};

/// A stop was asked for while deliveries were in flight.
struct Stopping {
  std::size_t in_flight = 0;
};

/// A large request of which not all has come, as far as is known.
struct IncompleteRequest {
  std::string reference;
  RequestProgress progress;
};

/// The end, with what went through.
struct Stopped {
  std::uint64_t deliveries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t refused = 0;
  std::uint64_t lost = 0;
  std::uint64_t not_shown = 0;
  std::uint64_t fetched = 0;
  std::uint64_t not_fetched = 0;
  std::map<std::string, std::uint64_t> by_type;
  std::map<Verdict, std::uint64_t> by_verdict;
  std::vector<IncompleteRequest> incomplete;
  std::chrono::microseconds duration{};
};

using Event = std::variant<Ready, DeliveryReceived, RequestRefused, DeliveryLost, PayloadFetched,
                           PayloadNotFetched, TunnelOpen, TunnelClosed, TunnelOutput, Note,
                           Stopping, Stopped>;

}  // namespace terra_hook
