// SPDX-License-Identifier: MIT
#include "cli/in_force.hpp"

#include "cli/commands.hpp"
#include "cli/configuration.hpp"

namespace terra_hook {

Result<std::vector<InForce>> find_in_force(std::string_view command, const Binder& binder,
                                           const Env& env, std::vector<std::string>& notes) {
  const std::vector<CommandModel> models = all_models();
  TRY_ASSIGN(
      const Configuration configuration,
      load_configuration(binder.config_file(), env.environment, [&models] { return models; }));
  notes.insert(notes.end(), configuration.notes.begin(), configuration.notes.end());
  std::vector<InForce> all;
  for (const CommandModel& model : models) {
    if (!command.empty() && model.name != command) continue;
    TRY_ASSIGN(const std::vector<Setting> settings,
               settings_for(configuration, binder.profile(), model));
    for (const OptionModel& option : model.options) {
      if (option.environment.empty() || option.name() == "--secret") continue;
      const auto variable = env.environment(option.environment);
      if (variable && !variable->empty()) {
        all.push_back({model.name, option.name(), {*variable}, option.environment});
        continue;
      }
      for (const Setting& setting : settings) {
        if ("--" + setting.key != option.name()) continue;
        all.push_back({model.name, option.name(), setting.values, setting.place()});
      }
    }
  }
  return all;
}

}  // namespace terra_hook
