// SPDX-License-Identifier: MIT
// Attempts for programs: the members of `forward` lines and of `attempts`, the same everywhere.
#pragma once

#include <string>

#include "capture/attempt.hpp"
#include "render/events.hpp"

namespace terra_hook {

/// One JSON object on one line, without a newline: kind, target, started_at, latency_ms, status,
/// error, headers, body_size, and the kept part of the body as `body_text` or, where it is not
/// UTF-8, `body_base64`.
std::string attempt_json(const Attempt& attempt);

/// The `forward` line.
std::string forward_json(const ForwardDone& done);

}  // namespace terra_hook
