// SPDX-License-Identifier: MIT
// `doctor`: looks at everything that terra-hook relies on, and says what to mend.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "commands/api_session.hpp"
#include "commands/options.hpp"

namespace terra_hook {

struct DoctorOptions {
  std::uint16_t port = 4567;         ///< that listen would take
  std::vector<std::string> targets;  ///< as `--to` takes them
  bool is_offline = false;           ///< the API is not asked
  ApiOptions api;
  SecretOptions secrets;
  StoreOptions store;
  OutputOptions output;
  /// What the configuration files and variables set, a line each with its origin. The Error is what
  /// is wrong in a file.
  std::function<Result<std::vector<std::string>>(Env&)> settings;
};

/// Prints a line a check, or one document. Answers `failure` when something would keep a command
/// from working; warnings do not.
Result<ExitCode> run_doctor(const DoctorOptions& options, Env& env);

}  // namespace terra_hook
