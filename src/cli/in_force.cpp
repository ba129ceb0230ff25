// SPDX-License-Identifier: MIT
#include "cli/in_force.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "commands/options.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_flag_prefix = "TERRA_HOOK_";
constexpr std::string_view k_terra_prefix = "TERRA_";
constexpr std::size_t k_most_slips = 2;
/// Read beside k_secret_variables.
constexpr const char* k_api_variables[] = {"TERRA_DEV_ID", "TERRA_API_KEY", "TERRA_USER_ID",
                                           "TERRA_DATA_BASE_URL"};

// Names are compared without what all of them begin with, by which any two would be near.

std::vector<std::string> flag_variables() {
  std::vector<std::string> names;
  for (const CommandModel& model : all_models()) {
    for (const OptionModel& option : model.options) {
      if (option.environment.empty()) continue;
      names.push_back(option.environment.substr(k_flag_prefix.size()));
    }
  }
  return names;
}

std::vector<std::string> terra_variables() {
  std::vector<std::string> names;
  for (const std::string_view name : k_secret_variables) {
    names.emplace_back(name.substr(k_terra_prefix.size()));
  }
  for (const std::string_view name : k_api_variables) {
    names.emplace_back(name.substr(k_terra_prefix.size()));
  }
  return names;
}

/// What the command's own parser says of `item`, with `origin` in the flag's place.
std::optional<Error> refusal_by(const Command& command, const InForce& item,
                                const std::string& origin) {
  Binder binder;
  CommandModel ignored;
  const Runner holds_what_flags_set = command.bind(binder, ignored);
  std::optional<Error> refusal = binder.refusal_of(item.flag, item.values);
  if (refusal) refusal->message.replace(0, item.flag.size(), origin);
  return refusal;
}

/// A format for all commands breaks none that has not got it.
bool is_passed_over(const InForce& item, bool is_for_all, const CommandModel& model) {
  return is_for_all && item.flag == "--format" && !item.values.empty() &&
         is_format_of_others(item.values.back(), model, all_models);
}

}  // namespace

Result<std::vector<InForce>> find_in_force(std::string_view name, const Binder& binder,
                                           const Env& env, std::vector<std::string>& notes) {
  TRY_ASSIGN(const Configuration configuration,
             load_configuration(binder.config_file(), env.environment, all_models));
  notes.insert(notes.end(), configuration.notes.begin(), configuration.notes.end());
  std::vector<InForce> all;
  for (const Command& command : all_commands()) {
    if (command.is_hidden || (!name.empty() && command.name != name)) continue;
    const CommandModel model = model_of(command);
    std::vector<Setting> settings;
    if (command.is_configurable) {
      TRY_ASSIGN(settings, settings_for(configuration, binder.profile(), model));
    }
    const auto add = [&](InForce item, const std::string& blamed, bool is_for_all) {
      if (!is_passed_over(item, is_for_all, model)) {
        item.refusal = refusal_by(command, item, blamed);
      }
      all.push_back(std::move(item));
    };
    for (const OptionModel& option : model.options) {
      if (option.environment.empty() || option.name() == "--secret") continue;
      const auto variable = env.environment(option.environment);
      if (variable && !variable->empty()) {
        add({model.name, option.name(), {*variable}, option.environment, {}}, option.environment,
            true);
        continue;
      }
      for (const Setting& setting : settings) {
        if ("--" + setting.key != option.name()) continue;
        add({model.name, option.name(), setting.values, setting.place(), {}},
            setting.place() + ": " + setting.key, setting.command.empty());
      }
    }
  }
  return all;
}

std::vector<std::string> misspelt_variables(const Env& env) {
  std::vector<std::string> lines;
  if (!env.variables) return lines;
  std::vector<std::string> of_flags;
  std::vector<std::string> of_terra;
  for (const std::string& variable : env.variables()) {
    const std::size_t end = variable.find('=');
    if (end + 1 >= variable.size()) continue;
    const std::string name = variable.substr(0, end);
    if (name.starts_with(k_flag_prefix)) {
      of_flags.push_back(name.substr(k_flag_prefix.size()));
    } else if (name.starts_with(k_terra_prefix)) {
      of_terra.push_back(name.substr(k_terra_prefix.size()));
    }
  }
  const auto tell = [&lines](std::string_view prefix, const std::string& name,
                             const std::string& meant) {
    if (meant.empty()) return;
    lines.push_back(fmt::format("{0}{1} is a variable that nothing reads; did you mean {0}{2}?",
                                prefix, sanitize(name), meant));
  };
  const auto holds = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (!of_flags.empty()) {
    const std::vector<std::string> known = flag_variables();
    for (const std::string& name : of_flags) {
      if (!holds(known, name)) tell(k_flag_prefix, name, nearest(name, known));
    }
  }
  const std::vector<std::string> known = terra_variables();
  for (const std::string& name : of_terra) {
    if (holds(known, name)) continue;
    // Other programs have TERRA_ variables too: one letter more is a slip, another word is not.
    const std::string meant = nearest_within(name, known, k_most_slips);
    // What is set itself was not meant.
    if (!holds(of_terra, meant)) tell(k_terra_prefix, name, meant);
  }
  return lines;
}

}  // namespace terra_hook
