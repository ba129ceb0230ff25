// SPDX-License-Identifier: MIT
// `doctor`: looks at everything that terra-hook relies on, and says what to mend.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "commands/api_session.hpp"
#include "commands/options.hpp"

namespace terra_hook {

struct DoctorOptions {
  std::optional<std::uint16_t> port;  ///< that listen would take; none: its default
  std::vector<std::string> targets;   ///< as `--to` takes them
  bool is_offline = false;            ///< the API is not asked
  ApiOptions api;
  SecretOptions secrets;
  StoreOptions store;
  OutputOptions output;
  std::vector<std::string> settings;            ///< of files and variables, each with its origin
  std::optional<Error> settings_error;          ///< why the files can't be read
  std::vector<Error> refused_settings;          ///< by the command that each is for
  std::vector<std::string> misspelt_variables;  ///< a line each
};

/// Prints a line a check, or one document. Answers `failure` when something would keep a command
/// from working; warnings do not.
Result<ExitCode> run_doctor(const DoctorOptions& options, Env& env);

}  // namespace terra_hook
