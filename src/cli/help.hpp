// SPDX-License-Identifier: MIT
// What `--help` prints.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "cli/model.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// Help of one command, wrapped to the style's width (at most 100 columns).
std::string command_help(const CommandModel& command, const Style& style);

/// Help of the program: its commands, exit codes and environment.
std::string program_help(std::span<const CommandModel> commands, const Style& style);

}  // namespace terra_hook
