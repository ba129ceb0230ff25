// SPDX-License-Identifier: MIT
#include "cli/man_page.hpp"
namespace terra_hook {
std::string man_page(std::span<const CommandModel>) { return ""; }
}
