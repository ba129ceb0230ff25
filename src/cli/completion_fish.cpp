// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/completion_value.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_fish_begin =
    R"(# Completes terra-hook in fish. Made by: terra-hook completion fish

# True when this command was typed; without a name, when none was.
function __terra_hook_command
    set -l typed (commandline -opc)
    test "$typed[2]" = "$argv[1]"
end

# True when nothing but this command was typed.
function __terra_hook_only_command
    __terra_hook_command $argv; and test (count (commandline -opc)) -eq 2
end

# The words, each after what the comma list that is being typed has already.
function __terra_hook_list
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l before (string replace -rf -- '[^,]*$' '' "$typed")
    printf '%s\n' "$before"$argv
end

# What the store and the configuration know: captures, tags or profiles, with what they are.
function __terra_hook_known
    set -l typed (commandline -opc)
    command terra-hook complete $argv[1] -- $typed[2..-1] 2>/dev/null
end

complete -c terra-hook -f
)";

std::string fish_quoted(std::string_view text) {
  std::string escaped = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "'";
}

/// What follows `complete -c terra-hook -n CONDITION` for the value of a flag or for an argument.
std::string value_switches(const ValueCompletion& completion) {
  std::string text = completion.has_files ? " -F" : "";
  std::string words = join(completion.words, " ");
  if (completion.is_list) words = "(__terra_hook_list " + words + ")";
  if (!completion.known.empty()) {
    // The newest first, as they come.
    text += " -k";
    words = "(__terra_hook_known " + completion.known + ")" + (words.empty() ? "" : " " + words);
  }
  if (completion.has_directories) words = "(__fish_complete_directories)";
  if (!words.empty()) text += " -a " + fish_quoted(words);
  return text;
}

std::string option_line(std::string_view condition, const OptionModel& option) {
  std::string text = fmt::format("complete -c terra-hook -n {}", condition);
  for (const std::string& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) {
    const ValueCompletion completion = completion_of(option);
    text += completion.has_files ? " -r" : " -x";
    text += value_switches(completion);
  }
  return text + " -d " + fish_quoted(main_clause(option.help)) + "\n";
}

std::string command_lines(const CommandModel& command) {
  const std::string condition = fish_quoted("__terra_hook_command " + command.name);
  std::string text = "\n# " + command.name + "\n";
  for (const ArgumentModel& argument : command.arguments) {
    const std::string switches = value_switches(completion_of(argument));
    if (switches.empty()) continue;
    text += fmt::format("complete -c terra-hook -n {}{}\n", condition, switches);
  }
  for (const OptionModel& option : command.options) text += option_line(condition, option);
  return text;
}

}  // namespace

std::string fish_script(std::span<const CommandModel> commands) {
  std::string text(k_fish_begin);
  std::string per_command;
  const auto offer = [&](std::string_view condition, std::string_view name, std::string_view help) {
    text += fmt::format("complete -c terra-hook -n '{}' -a {} -d {}\n", condition, name,
                        fish_quoted(help));
  };
  for (const CommandModel& command : commands) {
    offer("__terra_hook_command", command.name, command.summary);
    per_command += command_lines(command);
  }
  offer("__terra_hook_command", "help", "print help");
  text +=
      "complete -c terra-hook -n '__terra_hook_command' -s h -l help -d 'print help'\n"
      "complete -c terra-hook -n '__terra_hook_command' -s V -l version -d 'print the version'\n"
      "\n# help\n";
  for (const CommandModel& command : commands) {
    offer("__terra_hook_only_command help", command.name, command.summary);
  }
  return text + per_command;
}

}  // namespace terra_hook
