// SPDX-License-Identifier: MIT
// `completion` and the hidden `man`: what is generated from the command model.
#include <memory>

#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/man_page.hpp"
#include "cli/option_groups.hpp"

namespace terra_hook {

Runner bind_completion(Binder& binder, CommandModel& model) {
  model.description = "Prints a script that completes commands, flags and their values.";
  model.examples = {
      {"bash", "source <(terra-hook completion bash)"},
      {"zsh", "terra-hook completion zsh > \"${fpath[1]}/_terra-hook\""},
      {"fish", "terra-hook completion fish > ~/.config/fish/completions/terra-hook.fish"},
  };
  auto shell = std::make_shared<std::string>();
  binder.argument(*shell, "bash|zsh|fish", "the shell", true);
  return [shell](Env& env) -> Result<ExitCode> {
    TRY_ASSIGN(const std::size_t index, parse_choice(*shell, {"bash", "zsh", "fish"}));
    constexpr Shell shells[] = {Shell::bash, Shell::zsh, Shell::fish};
    env.out.write(completion_script(shells[index], all_models()));
    return ExitCode::ok;
  };
}

Runner bind_man(Binder&, CommandModel& model) {
  model.description = "Prints the source of terra-hook(1).";
  return [](Env& env) -> Result<ExitCode> {
    env.out.write(man_page(all_models()));
    return ExitCode::ok;
  };
}

}  // namespace terra_hook
