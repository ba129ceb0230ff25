// SPDX-License-Identifier: MIT
// `terra-hook list`: what has been captured, newest last.
#pragma once

#include "commands/options.hpp"

namespace terra_hook {

struct ListOptions {
  FilterOptions filter;
  OutputOptions output;
  bool groups_by_reference = false;  ///< `--group reference`
  bool redacts = false;              ///< `--redact`
  StoreOptions store;
};

/// Prints a line a capture. No match, or no store yet, is an empty answer and not an error.
Result<ExitCode> run_list(const ListOptions& options, Env& env);

}  // namespace terra_hook
