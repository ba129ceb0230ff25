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
#include "capture/attempt.hpp"
#include "capture/capture.hpp"
#include "http/route.hpp"
#include "http/server.hpp"
#include "render/wait_report.hpp"
#include "webhook/chunk_set.hpp"
#include "webhook/diagnosis.hpp"
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
  std::vector<Route> routes;    ///< empty: nothing is forwarded
  bool acks_first = false;      ///< answered before it is forwarded
};

/// Whether a delivery is forwarded, and why not.
enum class Forwarding {
  off,          ///< there are no routes
  sent,         ///< queued for its targets; ForwardDone follows, for each
  no_route,     ///< no route takes its type
  unauthentic,  ///< answered 401 here, as the developer's server should
  no_room,      ///< too many were waiting; answered 503
  on_purpose,   ///< it was made to fail (`--respond`, `--drop`)
};

/// `sent`, `no_route`, …; "" for `off`.
std::string_view to_string(Forwarding forwarding);

/// A delivery was answered (and kept, unless the store is off).
struct DeliveryReceived {
  std::shared_ptr<const Capture> capture;
  Verification verification;
  std::optional<int> status;            ///< what was answered; none: not yet (forwarded), or never
  std::chrono::microseconds elapsed{};  ///< from the head's arrival to the answer, or to `sent`
  Forwarding forwarding = Forwarding::off;
  std::string fault;  ///< what was done wrong on purpose: `500`, `timeout`, `drop`; else empty
};

/// Why a delivery's signature failed; some time after its DeliveryReceived.
struct SignatureDiagnosed {
  std::int64_t number = 0;
  Verdict verdict = Verdict::invalid;
  Diagnosis diagnosis;
};

/// A target has answered or failed. One for each target of a delivery.
struct ForwardDone {
  std::shared_ptr<const Capture> capture;
  Attempt attempt;
  std::string failure;                ///< a word for programs, when there is no answer
  std::optional<int> answered;        ///< what the sender got for it; none: see another target
  std::chrono::milliseconds limit{};  ///< Terra's
  bool is_over_limit = false;
};

/// What was forwarded, at the end.
struct ForwardSummary {
  std::uint64_t sent = 0;  ///< attempts, one for each delivery and target
  std::map<int, std::uint64_t> by_status;
  std::map<std::string, std::uint64_t> by_failure;
  std::chrono::microseconds p50{}, p95{}, max{};  ///< of those that answered or timed out
  std::chrono::milliseconds limit{};
  std::uint64_t over_limit = 0;
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

/// An expectation was met for the first time, or can't be met any more.
struct ExpectationSettled {
  std::string expression;
  bool is_for_every = false;
  bool is_met = false;
  std::int64_t number = 0;           ///< the delivery that settled it
  std::vector<std::string> reasons;  ///< when it is not met
};

/// The command that a delivery was handed to has ended.
struct CommandDone {
  std::int64_t number = 0;
  bool is_ok = false;
  std::string end;               ///< `exit code 0`, `signal 9 (Killed)`, `timed out`
  std::optional<int> exit_code;  ///< none when it did not end by itself
  std::chrono::microseconds duration{};
  std::string output;  ///< both streams, as they came; bounded
  bool is_cut = false;
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
  std::uint64_t not_diagnosed = 0;  ///< failed signatures that there was no room or time to explain
  std::map<std::string, std::uint64_t> by_type;
  std::map<Verdict, std::uint64_t> by_verdict;
  std::map<Forwarding, std::uint64_t> by_forwarding;  ///< deliveries; without `off`
  std::map<std::string, std::uint64_t> by_fault;      ///< deliveries failed on purpose, as `fault`
  std::optional<ForwardSummary> forwards;
  std::vector<IncompleteRequest> incomplete;
  std::optional<WaitReport> wait;  ///< when something was waited for
  std::chrono::microseconds duration{};
};

using Event =
    std::variant<Ready, DeliveryReceived, SignatureDiagnosed, ForwardDone, RequestRefused,
                 DeliveryLost, PayloadFetched, PayloadNotFetched, TunnelOpen, TunnelClosed,
                 TunnelOutput, ExpectationSettled, CommandDone, Note, Stopping, Stopped>;

}  // namespace terra_hook
