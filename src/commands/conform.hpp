// SPDX-License-Identifier: MIT
// `terra-hook conform`: plays deliveries, right and wrong ones, to a handler and grades its
// answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "commands/options.hpp"
#include "http/header_change.hpp"

namespace terra_hook {

/// How long Terra waits for an answer, as its agent-skills say (webhooks-ack-within-timeout).
inline constexpr std::chrono::milliseconds k_terra_patience{8'000};

struct ConformOptions {
  std::string target;             ///< as parse_target() reads it
  std::vector<std::string> only;  ///< ids of checks; empty: all
  std::vector<std::string> skip;
  bool lists = false;
  bool is_strict = false;  ///< a weak check has failed
  std::vector<HeaderChange> headers;
  std::chrono::milliseconds timeout = k_terra_patience;
  bool verifies_tls = true;
  std::string ca_file;
  SecretOptions secrets;
  std::optional<std::string> sign_with;
  std::string junit;  ///< a file; empty: none
  bool is_tap = false;
  OutputOptions output;
};

/// Exits 0 when all checks passed, 8 when some failed, 1 (an Error) when nobody answers at the
/// target, 2 (an Error) without a secret, 130 when it was interrupted.
Result<ExitCode> run_conform(const ConformOptions& options, Env& env);

}  // namespace terra_hook
