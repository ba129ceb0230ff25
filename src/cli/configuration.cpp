// SPDX-License-Identifier: MIT
#include "cli/configuration.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <tuple>

#include "base/file.hpp"
#include "base/suggest.hpp"
#include "http/address.hpp"
#include "http/route.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_max_config = 1 << 20;

/// What somebody's sources must not decide for whoever works on them: programs to run, where keys
/// and data go, checks to leave out.
constexpr std::string_view k_not_of_project[] = {"api-url",  "bind",       "cacert",     "exec",
                                                 "insecure", "no-verify",  "on-invalid", "junit",
                                                 "ready-fd", "ready-file", "tunnel"};

constexpr std::string_view k_targets[] = {"forward-to", "to", "webhook"};

template <typename List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

/// A flag about one call only, or one that would put a secret into a file.
bool is_settable(const OptionModel& option) {
  const std::string_view name = option.name();
  return !option.environment.empty() && name != "--secret" && name != "--config" &&
         name != "--profile";
}

/// Whether `key` sets a flag of `command`. One of that name may be for typing alone there: what
/// prune removes, where export writes.
bool is_setting_of(const CommandModel& command, const std::string& key) {
  const OptionModel* option = find_flag(command, "--" + key);
  return option != nullptr && is_settable(*option);
}

bool stays_here(const std::string& target) {
  const auto route = parse_route(target);
  return route && is_this_machine(route->target.host);
}

ProjectMay of_project(std::string_view key) {
  if (is_one_of(key, k_not_of_project)) return ProjectMay::not_set;
  return is_one_of(key, k_targets) ? ProjectMay::set_for_this_machine : ProjectMay::set;
}

Error refused(const Setting& setting, const std::string& message, std::string hint) {
  return {ErrorKind::input, fmt::format("{}: {}", setting.place(), message), std::move(hint)};
}

Result<void> check_key(const Setting& setting, const std::vector<CommandModel>& models) {
  std::vector<std::string> keys;
  bool is_known = false;
  for (const CommandModel& model : models) {
    if (!model.is_configurable) continue;
    if (!setting.command.empty() && model.name != setting.command) continue;
    for (const OptionModel& option : model.options) {
      if (is_settable(option)) keys.push_back(option.name().substr(2));
    }
    is_known = is_known || is_setting_of(model, setting.key);
  }
  if (is_known) return {};
  const std::string of = setting.command.empty() ? "" : " of " + setting.command;
  std::string hint = did_you_mean(setting.key, keys);
  if (setting.key == "secret") hint = "secret-file names a file that only you can read";
  return refused(
      setting, fmt::format("'{}' is no setting{}", sanitize(setting.key), of),
      hint.empty() ? "keys are long names of flags that are not about one call only" : hint);
}

Result<void> check_project(const Setting& setting) {
  if (!setting.is_of_project) return {};
  const std::string hint = "set it in your own file (terra-hook config path) or as a flag";
  const ProjectMay may = of_project(setting.key);
  if (may == ProjectMay::not_set) {
    return refused(setting, fmt::format("a project's file can't set {}", setting.key), hint);
  }
  if (may == ProjectMay::set) return {};
  for (const std::string& value : setting.values) {
    if (stays_here(value)) continue;
    return refused(setting,
                   fmt::format("a project's file can't send deliveries off this machine ({}: {})",
                               setting.key, sanitize(value)),
                   hint);
  }
  return {};
}

struct ConfigPath {
  fs::path path;
  bool is_of_project = false;
};

Result<void> add_file(const ConfigPath& file, const std::vector<CommandModel>& models,
                      Configuration& configuration) {
  TRY_ASSIGN(const std::string text, read_file(file.path, k_max_config));
  std::vector<std::string> commands;
  for (const CommandModel& model : models) commands.push_back(model.name);
  TRY_ASSIGN(std::vector<Setting> settings, parse_config(text, file.path.string(), commands));
  for (Setting& setting : settings) {
    setting.is_of_project = file.is_of_project;
    TRY(check_key(setting, models));
    TRY(check_project(setting));
    configuration.settings.push_back(std::move(setting));
  }
  configuration.files.push_back(file.path);
  return {};
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// From the working directory upward; none when there is none.
std::optional<fs::path> find_project_file() {
  std::error_code failure;
  fs::path folder = fs::current_path(failure);
  if (failure) return std::nullopt;
  for (;; folder = folder.parent_path()) {
    if (is_file(folder / k_project_config)) return folder / k_project_config;
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

/// A file in a folder that everybody may write to could be anybody's.
bool is_own(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_uid == ::geteuid() || status.st_uid == 0);
}

/// The user's file and the project's, as far as there are any.
std::vector<ConfigPath> find_files(const EnvironmentLookup& environment,
                                   std::vector<std::string>& notes) {
  std::vector<ConfigPath> paths;
  // Without a home there is no file of the user's; commands that need one say so.
  const auto own = user_config_path(environment);
  if (own && is_file(*own)) paths.push_back({*own, false});
  const auto project = find_project_file();
  if (!project) return paths;
  if (is_own(*project)) {
    paths.push_back({*project, true});
  } else {
    notes.push_back(fmt::format("{} belongs to another user and is left alone", project->string()));
  }
  return paths;
}

}  // namespace

Result<fs::path> user_config_path(const EnvironmentLookup& environment) {
  TRY_ASSIGN(const fs::path directory, config_directory(environment));
  return directory / "config.toml";
}

Result<Configuration> load_configuration(const std::optional<std::string>& file,
                                         const EnvironmentLookup& environment,
                                         const std::function<std::vector<CommandModel>()>& models) {
  Configuration configuration;
  const std::vector<ConfigPath> paths =
      file ? std::vector<ConfigPath>{{*file, false}} : find_files(environment, configuration.notes);
  if (paths.empty()) return configuration;
  const std::vector<CommandModel> commands = models();
  for (const ConfigPath& path : paths) {
    if (auto added = add_file(path, commands, configuration); !added) {
      // Settings are flags in a file: whatever is wrong with one is wrong usage, as of a flag.
      return Error{ErrorKind::usage, added.error().message, added.error().hint};
    }
  }
  return configuration;
}

Result<std::vector<Setting>> settings_for(const Configuration& configuration,
                                          const std::optional<std::string>& profile,
                                          const CommandModel& command) {
  std::set<std::string> profiles;
  std::map<std::string, Setting> chosen;
  const auto rank = [](const Setting& setting) {
    return std::tuple(!setting.profile.empty(), setting.is_of_project, !setting.command.empty());
  };
  for (const Setting& setting : configuration.settings) {
    if (!setting.profile.empty()) profiles.insert(setting.profile);
    if (!setting.profile.empty() && setting.profile != profile) continue;
    if (!setting.command.empty() && setting.command != command.name) continue;
    if (!is_setting_of(command, setting.key)) continue;
    const auto held = chosen.find(setting.key);
    if (held == chosen.end()) {
      chosen.emplace(setting.key, setting);
    } else if (rank(setting) >= rank(held->second)) {
      held->second = setting;
    }
  }
  if (profile && !profiles.contains(*profile)) {
    const std::vector<std::string> names(profiles.begin(), profiles.end());
    const std::string hint = did_you_mean(*profile, names);
    return Error{ErrorKind::usage, fmt::format("there is no profile '{}'", sanitize(*profile)),
                 hint.empty() ? "[profile.NAME] in a configuration file makes one" : hint};
  }
  std::vector<Setting> settings;
  for (auto& [key, setting] : chosen) settings.push_back(std::move(setting));
  return settings;
}

std::vector<ConfigKey> config_keys(std::span<const CommandModel> models) {
  std::map<std::string, ConfigKey> keys;
  for (const CommandModel& model : models) {
    if (!model.is_configurable) continue;
    for (const OptionModel& option : model.options) {
      if (!is_settable(option)) continue;
      const std::string name = option.name().substr(2);
      ConfigKey& key = keys[name];
      if (key.name.empty()) {
        key = {name, option.value, option.is_repeatable, of_project(name), {}};
      }
      if (option.value.size() > key.value.size()) key.value = option.value;
      const auto use = std::find_if(key.uses.begin(), key.uses.end(), [&](const ConfigUse& known) {
        return known.help == option.help;
      });
      if (use != key.uses.end()) {
        use->commands.push_back(model.name);
      } else {
        key.uses.push_back({option.help, {model.name}});
      }
    }
  }
  std::vector<ConfigKey> list;
  for (auto& [name, key] : keys) list.push_back(std::move(key));
  return list;
}

bool is_given(const OptionModel& option, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "--") return false;
    for (const std::string& name : option.names) {
      const bool is_long = name.starts_with("--");
      if (argument == name || argument.starts_with(is_long ? name + "=" : name)) return true;
    }
  }
  return false;
}

}  // namespace terra_hook
