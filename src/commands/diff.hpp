// SPDX-License-Identifier: MIT
// `terra-hook diff`: what changed from one delivery to another.
#pragma once

#include <string>

#include "commands/options.hpp"

namespace terra_hook {

struct DiffCommandOptions {
  std::string a;  ///< a capture's name, a file or `-`
  std::string b;
  double number_tolerance = 0;
  bool is_full = false;  ///< `--full`: long arrays element by element
  OutputOptions output;
  StoreOptions store;
};

/// What `b` differs in from `a` (both loaded), as `diff` prints it for people; long texts are cut.
/// Errors: input (one of them is not JSON).
Result<std::string> diff_captures(const Capture& a, const Capture& b, const Style& style);

/// Prints the differences by record; ok when there are none, expectation when there are. What is
/// not JSON, or no capture, is refused (input).
Result<ExitCode> run_diff(const DiffCommandOptions& options, Env& env);

}  // namespace terra_hook
