// SPDX-License-Identifier: MIT
// The manual pages, made from the command model.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/model.hpp"

namespace terra_hook {

struct ManPage {
  std::string file;  ///< `terra-hook-listen.1`
  std::string text;
};

/// terra-hook(1), a page for each command and terra-hook-config(5), in man(7) macros and without a
/// date: the same model gives the same bytes; `man/` holds them.
std::vector<ManPage> man_pages(std::span<const CommandModel> commands);

}  // namespace terra_hook
