// SPDX-License-Identifier: MIT
// `terra-hook show`: captures in full.
#pragma once

#include <string>
#include <vector>

#include "commands/options.hpp"

namespace terra_hook {

struct ShowOptions {
  std::vector<std::string> captures;
  bool only_headers = false;  ///< `--headers`
  bool only_body = false;     ///< `--body`
  OutputOptions output;
  bool redacts = false;  ///< `--redact`
  StoreOptions store;
};

/// Prints each capture: facts, headers and body as text; one JSON document; JSON lines; or, raw,
/// the exact bytes of the bodies (with `--headers` the whole HTTP message).
Result<ExitCode> run_show(const ShowOptions& options, Env& env);

}  // namespace terra_hook
