// SPDX-License-Identifier: MIT
// What a target's status usually means for a handler of Terra's webhooks, in words.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "capture/attempt.hpp"
#include "capture/capture.hpp"

namespace terra_hook {

/// A line of advice on an answer that is not 2xx, or "". Parts of it come from strangers: sanitize
/// before printing.
std::string status_hint(const Capture& capture, const Attempt& attempt);

/// The same for 401 and 403 to what was sent with `headers`, signed with the secret called
/// `signed_with`; empty: not signed afresh.
std::string refusal_hint(std::string_view signed_with, const HeaderFields& headers);

/// The same for 300 to 399 with the header fields `answer`.
std::string redirect_hint(const HeaderFields& answer);

/// The same for a target that gave none: `failure` is ForwardDone's. Empty where the error says
/// all.
std::string failure_hint(std::string_view failure);

/// What an answer that took too long means at Terra, or "" when `latency` is within `limit`.
std::string clock_hint(std::chrono::microseconds latency, std::chrono::milliseconds limit);

/// `30% of 8 s` when `latency` is more than a quarter of `limit`, else "".
std::string clock_share(std::chrono::microseconds latency, std::chrono::milliseconds limit);

}  // namespace terra_hook
