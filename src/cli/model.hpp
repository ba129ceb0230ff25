// SPDX-License-Identifier: MIT
// The command line as data: what `--help`, the man page and the completions are made from. It is
// read off the parser itself, so that none of them can tell of a flag that does not exist.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook {

/// A flag. `value` is empty for one that takes none. Its form tells what completes it: `a|b|c` is a
/// choice, `FILE` and `DIR` are paths, `[NAME=]FILE` one that may be named, `TYPE` an event type,
/// `PROVIDER` a provider, `CAPTURE` a capture's name, `TAG` a tag, `PROFILE` a profile,
/// `SUBCOMMAND` a command's name; forms may be joined by `|`. Other words in capitals are free
/// text. A choice or TYPE that is repeatable takes a comma list.
struct OptionModel {
  std::vector<std::string> names;  ///< `-q`, `--quiet`; short ones first
  std::string value;
  std::string help;
  std::string group;
  std::string default_value;
  std::string environment;  ///< the variable that sets it; may be empty
  bool is_repeatable = false;

  /// The last name, which is the long one where there is one.
  const std::string& name() const { return names.back(); }
};

/// A positional argument; `name` follows the same convention as OptionModel::value.
struct ArgumentModel {
  std::string name;
  std::string help;
  bool is_required = false;
  bool is_repeatable = false;
};

struct Example {
  std::string comment;
  std::string command;
};

struct ExitCodeText {
  int code;
  std::string_view meaning;
};

struct CommandModel {
  std::string name;
  std::string summary;      ///< one line, no full stop
  std::string description;  ///< paragraphs separated by an empty line
  std::vector<Example> examples;
  /// What an exit code means of this command, where that is more than exit_code_texts() says.
  std::vector<ExitCodeText> exit_codes;
  bool is_configurable = true;       ///< false: configuration files mean nothing to it
  std::vector<OptionModel> options;  ///< in the order of --help; `group` changes mark the sections
  std::vector<ArgumentModel> arguments;
};

/// `flags` are separated by blanks: it matters to commands that have one of them, without any to
/// all.
struct VariableText {
  std::string_view name;
  std::string_view meaning;
  std::string_view flags;
};

/// `flags` as of a VariableText.
struct FileText {
  std::string_view path;
  std::string_view meaning;
  std::string_view flags;
};

/// The exit codes, ascending.
std::span<const ExitCodeText> exit_code_texts();

/// Those that `command` can end with, ascending.
std::vector<ExitCodeText> exit_codes_of(const CommandModel& command);

/// Environment variables that belong to no flag, and those that matter to `command`.
std::span<const VariableText> variable_texts();
std::vector<VariableText> variables_of(const CommandModel& command);

/// Files that the program reads and writes by itself, and those that matter to `command`.
std::span<const FileText> file_texts();
std::vector<FileText> files_of(const CommandModel& command);

/// One sentence that says what the program is.
std::string_view program_summary();

/// The flag called `name`; null when `command` has none.
const OptionModel* find_flag(const CommandModel& command, std::string_view name);

/// Whether `format` is one that only other commands than `command` have: no mistake where it is
/// said to all of them. `all` makes the models, which takes its time, when they are needed.
bool is_format_of_others(const std::string& format, const CommandModel& command,
                         const std::function<std::vector<CommandModel>()>& all);

/// `a|b|c` as its parts; empty when `value` is no choice.
std::vector<std::string> choices(std::string_view value);

/// `terra-hook listen [options]`, `terra-hook show [options] CAPTURE...`.
std::string usage_line(const CommandModel& command);

}  // namespace terra_hook
