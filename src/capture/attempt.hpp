// SPDX-License-Identifier: MIT
// One try to send a capture to a target, and what came back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/time.hpp"

namespace terra_hook {

enum class AttemptKind {
  forward,  ///< while it was received
  replay,   ///< afterwards
};

std::string_view to_string(AttemptKind kind);
std::optional<AttemptKind> parse_attempt_kind(std::string_view name);

/// So much of an answer's body is kept.
inline constexpr std::size_t k_max_attempt_body = 64 << 10;

struct Attempt {
  std::int64_t capture = 0;  ///< the capture's number
  AttemptKind kind = AttemptKind::forward;
  std::string target;  ///< the URL it was sent to
  /// What of the capture was not sent as it was received, for people: `body edited, unsigned`;
  /// empty when nothing was but the signature, made anew.
  std::string changes;
  UtcTime started_at{};
  std::chrono::microseconds latency{};
  std::optional<int> status;    ///< none when there was no answer
  std::string error;            ///< why there was none, for people; empty when there was one
  HeaderFields headers;         ///< of the answer
  std::string body;             ///< of the answer, its first k_max_attempt_body bytes at most
  std::uint64_t body_size = 0;  ///< of the whole answer's body
};

}  // namespace terra_hook
