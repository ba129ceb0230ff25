// SPDX-License-Identifier: MIT
// `completion`, and what is hidden: `man` writes what is generated from the command model, and
// `complete` answers the completion scripts.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/new_file.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/known_names.hpp"
#include "cli/man_page.hpp"
#include "cli/option_groups.hpp"

namespace terra_hook {

Runner bind_completion(Binder& binder, CommandModel& model) {
  model.description =
      "Prints a script that completes commands, flags and their values. Numbers of captures (the "
      "newest, with what they hold), tags and profiles are looked up as you type, by "
      "`terra-hook complete`, in the store and the files that the command being typed would use.";
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

Runner bind_complete(Binder& binder, CommandModel& model) {
  model.description =
      "Prints names for a completion script, each with a tab and a hint behind it. What stands "
      "behind -- is the command line that is being typed.";
  auto kind = std::make_shared<std::string>();
  auto typed = std::make_shared<std::vector<std::string>>();
  binder.argument(*kind, "captures|tags|profiles", "what is to be completed", true);
  binder.arguments(*typed, "WORD", "the words typed so far", false);
  return [kind, typed](Env& env) -> Result<ExitCode> {
    TRY_ASSIGN(const std::size_t index, parse_choice(*kind, {"captures", "tags", "profiles"}));
    constexpr NameKind kinds[] = {NameKind::captures, NameKind::tags, NameKind::profiles};
    env.out.write(known_names(kinds[index], *typed, env));
    return ExitCode::ok;
  };
}

Runner bind_man(Binder& binder, CommandModel& model) {
  model.description = "Prints the source of a manual page, or writes those of all to a folder.";
  auto page = std::make_shared<std::string>("terra-hook.1");
  auto folder = std::make_shared<std::string>();
  binder.argument(*page, "PAGE", "its file's name, such as terra-hook-listen.1", false);
  binder.group("Output");
  binder.text("--into", *folder, "DIR", "write all of them there").without_environment();
  return [page, folder](Env& env) -> Result<ExitCode> {
    const std::vector<ManPage> pages = man_pages(all_models());
    for (const ManPage& each : pages) {
      if (!folder->empty()) {
        TRY(write_new_file(std::filesystem::path(*folder) / each.file, each.text, true));
      } else if (each.file == *page) {
        env.out.write(each.text);
        return ExitCode::ok;
      }
    }
    if (!folder->empty()) return ExitCode::ok;
    return Error{ErrorKind::usage, fmt::format("there is no page '{}'", sanitize(*page)),
                 "they are named like terra-hook-listen.1"};
  };
}

}  // namespace terra_hook
