// SPDX-License-Identifier: MIT
// What variables and configuration files set for commands, and where each of it comes from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "cli/binder.hpp"

namespace terra_hook {

/// A setting in force, wherever it came from.
struct InForce {
  std::string command;
  std::string flag;  ///< `--port`
  std::vector<std::string> values;
  std::string origin;            ///< `TERRA_HOOK_PORT`, `config.toml:3`
  std::optional<Error> refusal;  ///< what the command says of it instead of running
};

/// Those of the command `name`, of all when it is empty, with the --config and --profile that
/// `binder` was given. What is said of the files goes to `notes`. Errors as of load_configuration()
/// and settings_for().
Result<std::vector<InForce>> find_in_force(std::string_view name, const Binder& binder,
                                           const Env& env, std::vector<std::string>& notes);

/// A line for each TERRA_* variable that nothing reads and that is nearly one that is read.
std::vector<std::string> misspelt_variables(const Env& env);

}  // namespace terra_hook
