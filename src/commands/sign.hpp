// SPDX-License-Identifier: MIT
// `terra-hook sign`: the signature header that Terra would send with a body.
#pragma once

#include <optional>
#include <string>

#include "commands/options.hpp"

namespace terra_hook {

struct SignOptions {
  std::string input = "-";               ///< a file or `-`
  std::optional<std::string> timestamp;  ///< Unix seconds, used as they are; none: now
  std::optional<std::string> sign_with;  ///< the name of the secret; none: the first
  OutputOptions output;
  SecretOptions secrets;
};

/// Prints `X-Terra-Signature: t=…,v1=…`, ready for curl's -H, or an object that holds its parts.
Result<ExitCode> run_sign(const SignOptions& options, Env& env);

}  // namespace terra_hook
