// SPDX-License-Identifier: MIT
#include "cli/in_force.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/configuration.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_variable_prefix = "TERRA_HOOK_";

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
bool is_passed_over(const InForce& item, bool is_for_all, const CommandModel& model,
                    const std::vector<CommandModel>& models) {
  return is_for_all && item.flag == "--format" && !item.values.empty() &&
         is_format_of_others(item.values.back(), model, models);
}

}  // namespace

Result<std::vector<InForce>> find_in_force(std::string_view name, const Binder& binder,
                                           const Env& env, std::vector<std::string>& notes) {
  const std::vector<CommandModel> models = all_models();
  TRY_ASSIGN(
      const Configuration configuration,
      load_configuration(binder.config_file(), env.environment, [&models] { return models; }));
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
      if (!is_passed_over(item, is_for_all, model, models)) {
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
  std::vector<std::string> given;
  if (!env.variables) return given;
  for (const std::string& variable : env.variables()) {
    const std::size_t end = variable.find('=');
    if (!variable.starts_with(k_variable_prefix) || end + 1 >= variable.size()) continue;
    given.push_back(variable.substr(k_variable_prefix.size(), end - k_variable_prefix.size()));
  }
  std::vector<std::string> lines;
  if (given.empty()) return lines;
  // Without what all of them begin with, by which any two would be near.
  std::vector<std::string> known;
  for (const CommandModel& model : all_models()) {
    for (const OptionModel& option : model.options) {
      if (option.environment.empty()) continue;
      known.push_back(option.environment.substr(k_variable_prefix.size()));
    }
  }
  for (const std::string& name : given) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string meant = nearest(name, known);
    if (meant.empty()) continue;
    lines.push_back(fmt::format("{0}{1} is a variable that nothing reads; did you mean {0}{2}?",
                                k_variable_prefix, sanitize(name), meant));
  }
  return lines;
}

}  // namespace terra_hook
