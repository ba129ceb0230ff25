// SPDX-License-Identifier: MIT
// What came of listen's waiting, for people and as checks.
#pragma once

#include <string>

#include "render/check_report.hpp"
#include "render/events.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// A line for each thing that was waited for, and below it what was seen instead; indented by two,
/// without a line end at the end.
std::string wait_text(const WaitReport& report, const Style& style);

/// `✓ expected type==sleep  #3`.
std::string settled_text(const ExpectationSettled& settled, const Style& style);

/// A line that says how the command went, and below it what it printed (all of it that is known
/// when it failed, else a few lines).
std::string command_text(const CommandDone& done, const Style& style);

/// The same report as checks: enough deliveries, each expectation, the commands.
std::vector<Check> wait_checks(const WaitReport& report);

}  // namespace terra_hook
