// SPDX-License-Identifier: MIT
// From the command line to an exit code.
#pragma once

#include <string>
#include <vector>

#include "base/env.hpp"

namespace terra_hook {

/// Parses `arguments` (without the program's name), runs the command and reports its Error on
/// standard error. Never throws.
ExitCode run(const std::vector<std::string>& arguments, Env& env);

}  // namespace terra_hook
