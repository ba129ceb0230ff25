// SPDX-License-Identifier: MIT
// The events of `replay` for people and for programs.
#pragma once

#include <string>

#include "render/replay_events.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// One line, and below it why it failed. `is_verbose` shows every answer's body.
std::string attempt_text(const ReplayAttempt& attempt, bool is_verbose, const Style& style);

/// One line for what would be sent.
std::string planned_text(const ReplayedRequest& request, const Style& style);

/// A bar as wide as the terminal, without line end.
std::string progress_text(const ReplayProgress& progress, const Style& style);

/// How many, how fast, and a table of the targets.
std::string summary_text(const ReplaySummary& summary, const Style& style);

/// `0.42 ms`, `7.1 ms`, `120 ms`, `3.2 s`.
std::string latency_text(std::chrono::microseconds latency);

/// One object on one line, with its newline: `attempt`, `planned`, `summary`.
std::string attempt_json(const ReplayAttempt& attempt);
std::string planned_json(const ReplayedRequest& request);
std::string summary_json(const ReplaySummary& summary);

}  // namespace terra_hook
