// SPDX-License-Identifier: MIT
#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/terminal.hpp"
#include "render/wrap.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_widest = 100;
constexpr std::size_t k_narrowest = 40;
constexpr std::size_t k_term_column = 28;

std::size_t width_of(const Style& style) {
  return std::clamp(style.width, k_narrowest, k_widest);
}

/// `  term      meaning`, the meaning wrapped in its column, or below when the term is long.
std::string entry(std::string_view term, const std::string& meaning, const Style& style) {
  const std::size_t width = width_of(style);
  const bool is_narrow = width < 70;
  const std::size_t column = is_narrow ? 6 : k_term_column;
  if (is_narrow) term.remove_prefix(std::min(term.find_first_not_of(' '), term.size()));
  std::string text = "  " + style.paint(style.bold, wrap(term, width, 2));
  const std::size_t used = 2 + display_width(term);
  if (used + 2 > column) {
    text += "\n" + std::string(column, ' ');
  } else {
    text.append(column - used, ' ');
  }
  return text + wrap(meaning, width, column) + "\n";
}

std::string heading(std::string_view name, const Style& style) {
  return "\n" + style.paint(style.bold, std::string(name) + ":") + "\n";
}

/// A choice too long for its place before the meaning, which then lists it.
bool is_long_choice(const OptionModel& option) {
  constexpr std::size_t k_longest = 18;
  return option.value.size() > k_longest && !choices(option.value).empty();
}

std::string option_term(const OptionModel& option) {
  std::string term = option.names.front().starts_with("--") ? "    " : "";
  for (std::size_t i = 0; i < option.names.size(); ++i) {
    term += (i == 0 ? "" : ", ") + option.names[i];
  }
  if (option.value.empty()) return term;
  return term + (is_long_choice(option) ? " WHICH" : " " + option.value);
}

std::string option_meaning(const OptionModel& option) {
  std::string meaning = option.help;
  if (is_long_choice(option)) {
    std::string list;
    for (const std::string& part : choices(option.value)) list += (list.empty() ? "" : ", ") + part;
    meaning += ": " + list;
  }
  if (!option.default_value.empty()) meaning += fmt::format(" (default: {})", option.default_value);
  if (option.is_repeatable) meaning += " (repeatable)";
  return meaning;
}

std::string paragraphs(std::string_view text, const Style& style) {
  std::string wrapped;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    wrapped += "\n" + wrap(text.substr(0, end), width_of(style), 0) + "\n";
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return wrapped;
}

}  // namespace

std::string command_help(const CommandModel& command, const Style& style) {
  std::string text = wrap(command.summary, width_of(style), 0) + "\n" + heading("Usage", style) +
                     "  " + wrap(usage_line(command), width_of(style), 2) + "\n";
  text += paragraphs(command.description, style);
  if (!command.arguments.empty()) text += heading("Arguments", style);
  for (const ArgumentModel& argument : command.arguments)
    text += entry(argument.name, argument.help, style);
  std::string_view group;
  for (const OptionModel& option : command.options) {
    if (option.group != group) text += heading(option.group, style);
    group = option.group;
    text += entry(option_term(option), option_meaning(option), style);
  }
  if (!command.examples.empty()) text += heading("Examples", style);
  for (const Example& example : command.examples) {
    text += fmt::format("  {}\n  $ {}\n", style.paint(style.dim, "# " + example.comment),
                        example.command);
  }
  text += "\n" +
          wrap(
              "Most flags can be set in the environment: TERRA_HOOK_PORT for --port. Exit codes: "
              "terra-hook --help",
              width_of(style), 0) +
          "\n";
  return text;
}

std::string program_help(std::span<const CommandModel> commands, const Style& style) {
  const std::string summary = fmt::format("terra-hook: {}", program_summary());
  std::string text = wrap(summary, width_of(style), 0) + "\n";
  text += heading("Usage", style) + "  terra-hook COMMAND [options]\n";
  text += heading("Commands", style);
  for (const CommandModel& command : commands) text += entry(command.name, command.summary, style);
  text += entry("help [COMMAND]", "print help", style);
  text += heading("Options", style);
  text += entry("-h, --help", "print this help", style);
  text += entry("-V, --version", "print the version", style);
  text += heading("Exit codes", style);
  for (const ExitCodeText& code : exit_code_texts()) {
    text += entry(std::to_string(code.code), std::string(code.meaning), style);
  }
  text += heading("Environment", style);
  for (const VariableText& variable : variable_texts()) {
    text += entry(variable.name, std::string(variable.meaning), style);
  }
  text += "\n" +
          wrap("terra-hook COMMAND --help tells more. To begin: terra-hook listen", width_of(style),
               0) +
          "\n";
  return text;
}

}  // namespace terra_hook
