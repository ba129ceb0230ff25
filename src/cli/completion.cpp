// SPDX-License-Identifier: MIT
#include "cli/completion.hpp"
namespace terra_hook {
std::string completion_script(Shell, std::span<const CommandModel>) { return ""; }
}
