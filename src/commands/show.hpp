// SPDX-License-Identifier: MIT
// `terra-hook show`: captures in full.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/options.hpp"

namespace terra_hook {

struct ShowOptions {
  std::vector<std::string> captures;
  bool only_headers = false;           ///< `--headers`
  bool only_body = false;              ///< `--body`
  bool only_card = false;              ///< `--card`
  std::optional<std::int64_t> record;  ///< `--record`: the card of this one alone, from 1
  bool is_full = false;                ///< `--full`: no sample array folded, no string cut
  std::optional<std::string> path;     ///< `--path`: only this value of the body (JSON Pointer)
  OutputOptions output;
  bool redacts = false;  ///< `--redact`
  StoreOptions store;
};

/// Prints each capture: card, facts, headers and body as text; one JSON document; JSON lines; or,
/// raw, the exact bytes of the bodies (with `--headers` the whole HTTP message). With a path only
/// that value of each body. Bytes that would act on a terminal are an Error when that is where they
/// go.
Result<ExitCode> run_show(const ShowOptions& options, Env& env);

}  // namespace terra_hook
