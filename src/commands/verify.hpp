// SPDX-License-Identifier: MIT
// `terra-hook verify`: is this payload authentic, and if not, why not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/options.hpp"

namespace terra_hook {

struct VerifyOptions {
  std::vector<std::string> inputs{"-"};  ///< files, `-`, names of captures; at least one
  std::optional<std::string> signature;  ///< the header's value; none: from the capture or message
  std::optional<std::string> at;         ///< judge the age at this time instead of now
  OutputOptions output;
  SecretOptions secrets;
  StoreOptions store;
};

/// Prints the verdict, of several each; ok when valid, unauthentic when one is not, else
/// bad_input when an entry is damaged. Without a secret that is an auth error.
Result<ExitCode> run_verify(const VerifyOptions& options, Env& env);

}  // namespace terra_hook
