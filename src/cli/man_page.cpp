// SPDX-License-Identifier: MIT
#include "cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/config_example.hpp"
#include "cli/configuration.hpp"
#include "cli/roff.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_description =
    "terra-hook stands on a developer's machine where the server that receives Terra's webhooks "
    "will stand. It accepts deliveries over HTTP or HTTPS, checks their signatures, keeps each one "
    "byte for byte in a store, and shows what it is about. What was kept can be listed, shown and "
    "checked again, and any payload can be signed as Terra would sign it.\n"
    "\n"
    "Without a flag, an account or a configuration, `terra-hook listen` receives on "
    "http://127.0.0.1:4567. Nothing but deliveries comes in and nothing goes out: there is no "
    "telemetry and no update check.\n"
    "\n"
    "Standard output carries data only: lines, bodies, JSON. What is said about the work (where it "
    "listens, notes, errors) goes to standard error.";

constexpr std::string_view k_notes =
    "A signature is the hex HMAC-SHA256, under the signing secret, of a timestamp, a full stop and "
    "the exact bytes of the body. It arrives in the header field X-Terra-Signature, or "
    "Terra-Signature by its older name, as `t=TIMESTAMP,v1=SIGNATURE`. A handler that parses the "
    "body and prints it again before checking will fail.\n"
    "\n"
    "A secret given with --secret can be seen in the process list. A secret file should be "
    "readable "
    "by its owner only.";

constexpr std::string_view k_variables_of_flags =
    "Most flags can be set by a variable, which is named with each: TERRA_HOOK_PORT for --port. A "
    "flag on the command line wins.";

constexpr std::string_view k_config_description =
    "Flags that stay the same can stand in files, which are TOML. The user's is `config.toml` in "
    "terra-hook's configuration directory; a project's is `.terra-hook.toml`, found from the "
    "working directory upward. --config FILE reads that file and no other.\n"
    "\n"
    "A key is the long name of a flag, without its dashes. At the top of a file it is for every "
    "command that has the flag; below `[COMMAND]` for that command. Values are text in quotes, "
    "numbers, `true` or `false`; a flag that may be repeated takes a list of these.\n"
    "\n"
    "`[profile.NAME]` and `[profile.NAME.COMMAND]` hold with --profile NAME, and go before what "
    "holds always.\n"
    "\n"
    "`terra-hook config init` writes a file to begin with; `terra-hook config show` lists what is "
    "in force and which file and line, or which variable, it comes from.";

constexpr std::string_view k_config_precedence =
    "What stands first here goes before the rest: a flag on the command line; its TERRA_HOOK_* "
    "variable; the files; the default. Among settings of files, a profile's go before others, then "
    "the project's file before the user's, then a command's own before those for every command. A "
    "list replaces another; the two are not put together.\n"
    "\n"
    "A key that is no flag, a table that is no command, and a value that a flag refuses are errors "
    "that name file and line, and the nearest name that there is. They end a command as wrong "
    "flags do.\n"
    "\n"
    "TERRA_HOOK_FORMAT and a `format` at the top are for all commands, and not all have each "
    "format: a command that has not the one named prints as it does by itself, with a note.";

constexpr std::string_view k_config_project =
    "A project's file may have come with somebody's sources. It can't run a program, open the "
    "listener to a network, have reports written, leave a check out, or send deliveries and keys "
    "off this machine; the keys below say so. A file that belongs to another user is left alone, "
    "with a note.\n"
    "\n"
    "No file holds a secret: `secret-file` names one that only its owner should be able to read. "
    "Flags about one call, such as --dry-run or --output, are no keys.";

/// A value's name: words that are typed as they are in bold, what they stand for in italics.
std::string value_text(std::string_view value) {
  if (value == "[NAME=]FILE") return "[" + roff::italic("NAME") + "=]" + roff::italic("FILE");
  const auto shown = [](std::string_view part) {
    const bool is_literal =
        std::none_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return is_literal ? roff::bold(part) : roff::italic(part);
  };
  std::string out;
  for (const std::string& part : choices(value)) out += (out.empty() ? "" : "|") + shown(part);
  return out.empty() ? shown(value) : out;
}

std::string option_entry(const OptionModel& option) {
  std::string term;
  for (const std::string& name : option.names)
    term += (term.empty() ? "" : ", ") + roff::bold(name);
  if (!option.value.empty()) term += " " + value_text(option.value);
  std::string meaning = roff::sentence(option.help);
  if (!option.default_value.empty())
    meaning += "\nDefault: " + roff::escape(option.default_value) + ".";
  if (option.is_repeatable) meaning += "\nMay be repeated.";
  if (!option.environment.empty())
    meaning += "\nEnvironment: " + roff::escape(option.environment) + ".";
  return roff::entry(term, meaning);
}

std::string synopsis(const CommandModel& command) {
  std::string line =
      roff::bold("terra-hook " + command.name) + " [" + roff::italic("options") + "]";
  for (const ArgumentModel& argument : command.arguments) {
    std::string name = value_text(argument.name) + (argument.is_repeatable ? " ..." : "");
    line += argument.is_required ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string page_header(std::string_view name, int volume) {
  std::string title(name);
  for (char& c : title) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  // Without a date the same commands give the same bytes whenever they are built.
  return fmt::format(
      ".\\\" Made by: terra-hook man\n.TH {} {} \"\" terra\\-hook \"{}\"\n.nh\n.ad l\n",
      roff::escape(title), volume, volume == 1 ? "User Commands" : "File Formats");
}

std::string name_section(std::string_view name, std::string_view summary) {
  return roff::section("NAME") + roff::escape(name) + R"( \- )" + roff::escape(summary) + "\n";
}

std::string reference(std::string_view page, int volume) {
  return roff::bold(page) + fmt::format("({})", volume);
}

std::string example_text(const Example& example) {
  return ".TP\n" + roff::as_line(roff::prose(example.comment) + ":") +
         roff::literal(example.command);
}

std::string options_section(const CommandModel& command) {
  std::string out = roff::section("OPTIONS");
  std::string_view group;
  for (const OptionModel& option : command.options) {
    if (option.group != group) out += ".SS " + roff::escape(option.group) + "\n";
    group = option.group;
    out += option_entry(option);
  }
  return out;
}

std::string exit_section(std::span<const ExitCodeText> codes) {
  std::string out = roff::section("EXIT STATUS");
  for (const ExitCodeText& code : codes) {
    out += roff::entry(roff::bold(std::to_string(code.code)), roff::sentence(code.meaning));
  }
  return out;
}

std::string environment_section(std::span<const VariableText> variables) {
  std::string out = roff::section("ENVIRONMENT") + roff::paragraphs(k_variables_of_flags);
  for (const VariableText& variable : variables) {
    out += roff::entry(roff::bold(variable.name), roff::sentence(variable.meaning));
  }
  return out;
}

std::string files_section(std::span<const FileText> files) {
  std::string out = roff::section("FILES");
  for (const FileText& file : files)
    out += roff::entry(roff::italic(file.path), roff::sentence(file.meaning));
  return out;
}

std::string program_page(std::span<const CommandModel> commands) {
  std::string out = page_header("terra-hook", 1) + name_section("terra-hook", program_summary());
  out += roff::section("SYNOPSIS") + roff::bold("terra-hook") + " " + roff::italic("COMMAND") +
         " [" + roff::italic("options") + "] [" + roff::italic("arguments") + "]\n.br\n" +
         roff::bold("terra-hook help") + " [" + roff::italic("COMMAND") + "]\n.br\n" +
         roff::bold("terra-hook --version") + "\n";
  out += roff::section("DESCRIPTION") + roff::paragraphs(k_description) + roff::section("COMMANDS");
  for (const CommandModel& command : commands) {
    out += roff::entry(reference("terra-hook-" + command.name, 1), roff::sentence(command.summary));
  }
  out += exit_section(exit_code_texts()) + environment_section(variable_texts()) +
         files_section(file_texts()) + roff::section("NOTES") + roff::paragraphs(k_notes);
  out += roff::section("EXAMPLES");
  for (const CommandModel& command : commands) {
    if (!command.examples.empty()) out += example_text(command.examples.front());
  }
  out += roff::section("SEE ALSO");
  for (const CommandModel& command : commands) {
    out += reference("terra-hook-" + command.name, 1) + ",\n";
  }
  out += reference("terra-hook-config", 5) + ",\n" + reference("curl", 1) + ",\n" +
         reference("jq", 1) + ",\n" + reference("openssl", 1) + ",\n" + reference("sqlite3", 1) +
         "\n.PP\n";
  return out + roff::prose("Terra's documentation: https://docs.tryterra.co") + "\n";
}

std::string command_page(const CommandModel& command) {
  const std::string name = "terra-hook-" + command.name;
  std::string out = page_header(name, 1) + name_section(name, command.summary);
  out += roff::section("SYNOPSIS") + synopsis(command) + "\n";
  out += roff::section("DESCRIPTION") + roff::paragraphs(command.description);
  if (!command.arguments.empty()) out += roff::section("ARGUMENTS");
  for (const ArgumentModel& argument : command.arguments) {
    out += roff::entry(value_text(argument.name), roff::sentence(argument.help));
  }
  out += options_section(command) + exit_section(exit_codes_of(command)) +
         environment_section(variables_of(command)) + files_section(files_of(command)) +
         roff::section("EXAMPLES");
  for (const Example& one : command.examples) out += example_text(one);
  return out + roff::section("SEE ALSO") + reference("terra-hook", 1) + ",\n" +
         reference("terra-hook-config", 5) + "\n";
}

std::string key_entry(const ConfigKey& key) {
  const std::string value =
      key.value.empty() ? roff::bold("true") + "|" + roff::bold("false") : value_text(key.value);
  std::string meaning;
  for (const ConfigUse& use : key.uses) {
    std::string commands;
    for (const std::string& command : use.commands) {
      commands += (commands.empty() ? "" : ", ") + command;
    }
    meaning += (meaning.empty() ? "" : "\n") + roff::sentence(use.help) + "\nOf " +
               roff::escape(commands) + ".";
  }
  if (key.is_list) meaning += "\nMay be a list.";
  switch (key.of_project) {
    case ProjectMay::set: break;
    case ProjectMay::set_for_this_machine:
      meaning += "\nIn a project\\(aqs file only for this machine.";
      break;
    case ProjectMay::not_set: meaning += "\nNot in a project\\(aqs file."; break;
  }
  return roff::entry(roff::bold(key.name) + " = " + value, meaning);
}

std::string config_page(std::span<const ConfigKey> keys) {
  std::string out = page_header("terra-hook-config", 5) +
                    name_section("terra-hook-config", "the configuration files of terra-hook");
  out += roff::section("SYNOPSIS") + roff::italic("$XDG_CONFIG_HOME/terra-hook/config.toml") +
         "\n.br\n" + roff::italic(".terra-hook.toml") + "\n";
  out += roff::section("DESCRIPTION") + roff::paragraphs(k_config_description);
  out += roff::section("PRECEDENCE") + roff::paragraphs(k_config_precedence);
  out += roff::section("PROJECT FILES") + roff::paragraphs(k_config_project);
  out += roff::section("KEYS");
  for (const ConfigKey& key : keys) out += key_entry(key);
  constexpr ExitCodeText codes[] = {
      {4,
       "a file can't be read or is no TOML, a key, table or value in it means nothing or is not "
       "for a project's file, or there is no such profile"}};
  out += exit_section(codes);
  out += roff::section("ENVIRONMENT") +
         roff::entry(roff::bold("TERRA_HOOK_CONFIG"), roff::prose("The same as --config.")) +
         roff::entry(roff::bold("TERRA_HOOK_PROFILE"), roff::prose("The same as --profile.")) +
         roff::entry(roff::bold("XDG_CONFIG_HOME"),
                     roff::prose("Where the user's file is (default ~/.config)."));
  std::vector<FileText> files;
  for (const FileText& file : file_texts()) {
    if (file.flags == "--config") files.push_back(file);
  }
  out += files_section(files) + roff::section("EXAMPLES") + "What\n" +
         roff::bold("terra-hook config init") + "\nwrites, all of it comments:\n.PP\n" +
         roff::literal(k_config_example);
  return out + roff::section("SEE ALSO") + reference("terra-hook", 1) + ",\n" +
         reference("terra-hook-config", 1) + "\n";
}

}  // namespace

std::vector<ManPage> man_pages(std::span<const CommandModel> commands) {
  std::vector<ManPage> pages = {{"terra-hook.1", program_page(commands)}};
  for (const CommandModel& command : commands) {
    pages.push_back({"terra-hook-" + command.name + ".1", command_page(command)});
  }
  pages.push_back({"terra-hook-config.5", config_page(config_keys(commands))});
  return pages;
}

}  // namespace terra_hook
