// SPDX-License-Identifier: MIT
// Which settings of the configuration files hold for a command. What a flag or an environment
// variable says goes before all of them.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/terminal.hpp"
#include "cli/config_file.hpp"
#include "cli/model.hpp"

namespace terra_hook {

struct Configuration {
  std::vector<std::filesystem::path> files;  ///< those that were read, the user's first
  std::vector<Setting> settings;
  std::vector<std::string> notes;  ///< for people: a file that was left alone
};

/// The user's file, `config.toml` in the configuration directory.
Result<std::filesystem::path> user_config_path(const EnvironmentLookup& environment);

/// The name of a project's file, looked for from the working directory upward.
inline constexpr const char* k_project_config = ".terra-hook.toml";

/// Reads the user's file and the project's, or only `file` when there is one. Every key must be a
/// flag of the command it stands under, or of any when it stands under none; a project's file,
/// which may be a stranger's, can set nothing that runs a program, sends deliveries off this
/// machine or weakens a check. One that belongs to another user is left alone. Errors (usage)
/// name the place. `models` is asked only when there is a file.
Result<Configuration> load_configuration(const std::optional<std::string>& file,
                                         const EnvironmentLookup& environment,
                                         const std::function<std::vector<CommandModel>()>& models);

/// The setting of each flag of `command` that holds: of the profile before others, the project's
/// before the user's, the command's own before general ones. The Error (usage) is that there is no
/// such profile.
Result<std::vector<Setting>> settings_for(const Configuration& configuration,
                                          const std::optional<std::string>& profile,
                                          const CommandModel& command);

/// What a project's file may do with a key.
enum class ProjectMay { set, set_for_this_machine, not_set };

/// What a key means, and to which commands it means that.
struct ConfigUse {
  std::string help;
  std::vector<std::string> commands;
};

/// A key that files may have.
struct ConfigKey {
  std::string name;
  std::string value;  ///< as of an OptionModel; the one with the most choices
  bool is_list = false;
  ProjectMay of_project = ProjectMay::set;
  std::vector<ConfigUse> uses;
};

/// All of them, by name.
std::vector<ConfigKey> config_keys(std::span<const CommandModel> models);

/// Whether `arguments` give a value to `option`.
bool is_given(const OptionModel& option, const std::vector<std::string>& arguments);

}  // namespace terra_hook
