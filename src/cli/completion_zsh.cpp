// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "cli/completion_value.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_zsh_begin = R"(#compdef terra-hook
# Completes terra-hook in zsh. Made by: terra-hook completion zsh

_terra-hook() {
  local context state state_descr line curcontext="$curcontext"
  typeset -A opt_args
  _arguments -C \
    '(- *)'{-h,--help}'[print help]' \
    '(- *)'{-V,--version}'[print the version]' \
    '1:command:_terra-hook-commands' \
    '*::argument:->arguments' && return
  [[ $state == arguments ]] || return
  curcontext="${curcontext%:*}-$words[1]:"
  case $words[1] in
)";

constexpr std::string_view k_zsh_end = R"(
# A file's path, after a name and `=` where there is one.
_terra-hook-named-files() {
  compset -P '*='
  _files
}

# What the store and the configuration know: captures, tags or profiles, with what they are.
_terra-hook-known() {
  local -a known
  local line
  for line in "${(@f)$(command terra-hook complete $1 -- "${(@Q)words}" 2>/dev/null)}"; do
    [[ -n $line ]] && known+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe -V -t $1 ${1%s} known
}

# Both when autoloaded from $fpath, which calls what is here, and when sourced.
if [[ $funcstack[1] == _terra-hook ]]; then
  _terra-hook "$@"
else
  compdef _terra-hook terra-hook
fi
)";

/// `text` within single quotes, with a backslash before each of `special`.
std::string zsh_quoted(std::string_view text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += R"('\'')";
      continue;
    }
    if (c == '\\' || special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// The action of an _arguments spec.
std::string action(const ValueCompletion& completion, std::string_view name) {
  const std::string words = join(completion.words, " ");
  if (completion.has_name) return "_terra-hook-named-files";
  if (completion.is_in_capitals) return R"(compadd -M "m\:{a-z}={A-Z}" - )" + words;
  if (completion.is_list) return fmt::format("_values -s , {} {}", name, words);
  std::vector<std::pair<std::string, std::string>> kinds;  // what it is, and what finds it
  if (completion.has_files) kinds.emplace_back("path", "_files");
  if (completion.has_directories) kinds.emplace_back("path", "_files -/");
  if (!words.empty()) kinds.emplace_back("name", "(" + words + ")");
  if (!completion.known.empty()) {
    // After a blank it is called as it stands, without compadd's options before its argument.
    kinds.emplace_back(completion.known, " _terra-hook-known " + completion.known);
  }
  if (kinds.empty()) return " ";
  if (kinds.size() == 1) return kinds.front().second;
  std::string all = "{_alternative";
  for (const auto& [what, how] : kinds) all += fmt::format(R"( "{}:{}:{}")", what, what, how);
  return all + "}";
}

std::string option_spec(const OptionModel& option) {
  std::string before = option.is_repeatable ? "*" : "";
  if (option.name() == "--help") {
    before = "(- *)";
  } else if (!option.is_repeatable && option.names.size() > 1) {
    before = "(" + join(option.names, " ") + ")";
  }
  std::vector<std::string> names = option.names;
  if (!option.value.empty()) {
    for (std::string& name : names) name += name.starts_with("--") ? "=" : "+";
  }
  std::string rest = "[" + zsh_quoted(main_clause(option.help), "[]") + "]";
  if (!option.value.empty()) {
    const std::string what = option.name().substr(2);
    rest += fmt::format(":{}:{}", what, action(completion_of(option), what));
  }
  if (names.size() == 1) return "'" + before + names[0] + rest + "'";
  return (before.empty() ? "" : "'" + before + "'") + "{" + join(names, ",") + "}'" + rest + "'";
}

std::string argument_spec(const ArgumentModel& argument) {
  const std::string_view position =
      argument.is_repeatable ? "*" : (argument.is_required ? "" : ":");
  const std::string name = zsh_quoted(argument.name, ":");
  return fmt::format("'{}:{}:{}'", position, name, action(completion_of(argument), name));
}

/// `+ listener`: a set of specs, named as the help's section is.
std::string set_name(std::string_view group) {
  std::string name;
  for (const char c : group) {
    name += c == ' ' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return name;
}

std::string command_case(const CommandModel& command) {
  std::string text = fmt::format("    {})\n      _arguments -s -S", command.name);
  for (const ArgumentModel& argument : command.arguments) {
    text += " \\\n        " + argument_spec(argument);
  }
  std::string_view group;
  for (const OptionModel& option : command.options) {
    if (option.group != group) text += " \\\n        + " + set_name(option.group);
    group = option.group;
    text += " \\\n        " + option_spec(option);
  }
  return text + "\n      ;;\n";
}

std::string zsh_commands_function(std::span<const CommandModel> commands) {
  std::string text = "\n_terra-hook-commands() {\n  local -a commands=(\n";
  for (const CommandModel& command : commands) {
    text += fmt::format("    '{}:{}'\n", command.name, zsh_quoted(command.summary, ":"));
  }
  return text + "    'help:print help'\n  )\n  _describe -t commands command commands\n}\n";
}

}  // namespace

std::string zsh_script(std::span<const CommandModel> commands) {
  std::string text(k_zsh_begin);
  for (const CommandModel& command : commands) text += command_case(command);
  text += "    help)\n      _arguments '1:command:_terra-hook-commands'\n      ;;\n  esac\n}\n";
  return text + zsh_commands_function(commands) + std::string(k_zsh_end);
}

}  // namespace terra_hook
