// SPDX-License-Identifier: MIT
// The events of `emulate` for people and for programs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "render/emulate_events.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// What it is, where, and who is in it; several lines.
std::string ready_text(const EmulatorReady& ready, const Style& style);

/// One line, at most `width` columns where that is possible; `is_verbose` shows queries and the
/// answers' bodies.
std::string exchange_text(const ApiExchangeDone& exchange, bool is_verbose, std::size_t width,
                          const Style& style);
std::string attempt_text(const WebhookAttempt& attempt, bool is_verbose, std::size_t width,
                         const Style& style);
std::string step_text(const StepTaken& step, std::size_t width, const Style& style);

std::string summary_text(const EmulatorSummary& summary, const Style& style);

/// For programs.
std::string_view to_string(DeliveryOutcome outcome);

/// One object on one line, with its newline: `ready`, `request`, `attempt`, `step`, `note`,
/// `summary`.
std::string ready_json(const EmulatorReady& ready);
std::string exchange_json(const ApiExchangeDone& exchange);
std::string attempt_json(const WebhookAttempt& attempt);
std::string step_json(const StepTaken& step);
std::string emulator_note_json(std::string_view text);
std::string summary_json(const EmulatorSummary& summary);

}  // namespace terra_hook
