// SPDX-License-Identifier: MIT
#include "cli/app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/shell_quote.hpp"
#include "base/suggest.hpp"
#include "cli/commands.hpp"
#include "cli/configuration.hpp"
#include "cli/flag_values.hpp"
#include "cli/help.hpp"
#include "cli/in_force.hpp"
#include "cli/versions.hpp"
#include "commands/options.hpp"

namespace terra_hook {
namespace {

/// What the program itself goes by of what a command was given.
struct Given {
  ColorChoice color = ColorChoice::automatic;
  std::string store;  ///< of --store on the command line
};

bool is_typed(const std::string& flag, const std::vector<std::string>& arguments) {
  OptionModel option;
  option.names = {flag};
  return is_given(option, arguments);
}

Given given_to(const Binder& binder, const std::vector<std::string>& arguments) {
  Given given;
  const auto color = parse_color(binder.value_of("--color").value_or("auto"));
  if (color) given.color = *color;
  if (is_typed("--store", arguments)) given.store = binder.value_of("--store").value_or("");
  return given;
}

Style style_for(const Output& output, ColorChoice color, const Env& env) {
  return Style(detect_terminal(output.fd(), env.environment, color));
}

const Command* find_command(std::string_view name) {
  const auto commands = all_commands();
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

Error unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const Command& command : all_commands()) {
    if (!command.is_hidden) names.emplace_back(command.name);
  }
  const bool is_flag = word.starts_with('-');
  std::string hint = is_flag ? "flags come after the command: terra-hook COMMAND [options]"
                             : did_you_mean(word, names);
  if (hint.empty()) hint = "terra-hook --help lists the commands";
  return {ErrorKind::usage,
          fmt::format("unknown {} '{}'", is_flag ? "flag" : "command", sanitize(word)), hint};
}

/// What somebody probably wants who gives `command` a `word` too many.
std::string extra_word_hint(const Command& command, const std::string& word) {
  if (command.name == "listen" && !word.empty() && is_all_digits(word)) {
    return fmt::format("--port {0} to listen there, --forward-to {0} to send on", word);
  }
  return "usage: " + usage_line(model_of(command));
}

Error unknown_argument(const Command& command, const std::vector<std::string>& extras) {
  const auto flag = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
    return extra.size() > 1 && extra.starts_with('-');
  });
  const bool is_flag = flag != extras.end() && *flag != "--";
  if (!is_flag) {
    const std::string word = extras.empty() ? "" : extras.back();
    return {ErrorKind::usage, fmt::format("'{}' was not expected", sanitize(word)),
            extra_word_hint(command, word)};
  }
  const std::string name = flag->substr(0, flag->find('='));
  std::vector<std::string> names;
  for (const OptionModel& option : model_of(command).options) {
    // Any other letter is as near to a wrong one.
    if (option.name().starts_with("--")) names.push_back(option.name());
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = fmt::format("terra-hook {} --help lists the flags", command.name);
  return {ErrorKind::usage, fmt::format("{} has no flag '{}'", command.name, sanitize(name)), hint};
}

/// The flag that a message of the parser begins with, when it is one.
const OptionModel* flag_named_first(const CommandModel& model, std::string_view message) {
  return find_flag(model, message.substr(0, message.find_first_of(": ")));
}

/// Blames the file or the variable for a value that did not come from the command line.
Error blame_origin(Error error, const CommandModel& model,
                   const std::vector<std::string>& arguments,
                   const std::vector<Setting>& settings) {
  const OptionModel* option = flag_named_first(model, error.message);
  if (option == nullptr || is_given(*option, arguments)) return error;
  std::string origin = option->environment;
  for (const Setting& setting : settings) {
    if ("--" + setting.key == option->name()) origin = setting.place() + ": " + setting.key;
  }
  if (!origin.empty()) error.message.replace(0, option->name().size(), origin);
  return error;
}

void note_passed_over(const std::string& origin, const std::string& format, const Command& command,
                      Env& env) {
  print_notes({fmt::format("{}: {} has no format '{}' and prints as it does by itself", origin,
                           command.name, format)},
              env);
}

/// Whether the variable of --format is not for this command.
bool passes_over_format(const Command& command, const std::vector<std::string>& arguments,
                        Env& env) {
  constexpr const char* k_variable = "TERRA_HOOK_FORMAT";
  const auto format = env.environment(k_variable);
  if (!format || format->empty()) return false;
  if (is_typed("--format", arguments) ||
      !is_format_of_others(*format, model_of(command), all_models)) {
    return false;
  }
  note_passed_over(k_variable, *format, command, env);
  return true;
}

/// The settings of the configuration files that no flag and no variable goes before.
Result<std::vector<Setting>> settings_in_force(const Binder& binder, const Command& command,
                                               const std::vector<std::string>& arguments,
                                               Env& env) {
  std::vector<Setting> settings;
  TRY_ASSIGN(const Configuration configuration,
             load_configuration(binder.config_file(), env.environment, all_models));
  print_notes(configuration.notes, env);
  if (configuration.files.empty() && !binder.profile()) return settings;
  const CommandModel model = model_of(command);
  TRY_ASSIGN(settings, settings_for(configuration, binder.profile(), model));
  std::erase_if(settings, [&](const Setting& setting) {
    for (const OptionModel& option : model.options) {
      if (option.name() != "--" + setting.key) continue;
      const auto variable = env.environment(option.environment);
      if (is_given(option, arguments) || (variable && !variable->empty())) return true;
      const bool is_for_all = setting.command.empty() && setting.key == "format";
      if (!is_for_all || setting.values.empty() ||
          !is_format_of_others(setting.values.back(), model, all_models)) {
        return false;
      }
      note_passed_over(setting.place() + ": format", setting.values.back(), command, env);
      return true;
    }
    return true;
  });
  return settings;
}

Result<ExitCode> act_on(const Parsed& parsed, const Command& command,
                        const std::vector<std::string>& arguments,
                        const std::vector<Setting>& settings, const Binder& binder,
                        const Runner& runner, const Given& given, Env& env) {
  switch (parsed.kind) {
    case Parsed::Kind::complete: break;
    case Parsed::Kind::help:
      env.out.write(command_help(model_of(command), style_for(env.out, given.color, env)));
      return ExitCode::ok;
    case Parsed::Kind::refused:
      return blame_origin(*parsed.error, model_of(command), arguments, settings);
    case Parsed::Kind::unexpected: return unknown_argument(command, parsed.words);
    case Parsed::Kind::invalid:
      return Error{ErrorKind::usage, parsed.error->message,
                   "usage: " + usage_line(model_of(command))};
  }
  print_notes(binder.notes(), env);
  if (command.is_configurable) print_notes(misspelt_variables(env), env);
  return runner(env);
}

Result<ExitCode> parse_and_run(const Command& command, const std::vector<std::string>& arguments,
                               Given& given, Env& env) {
  CommandModel model;
  const bool has_no_such_format = passes_over_format(command, arguments, env);
  const auto bind = [&](Binder& binder) {
    Runner runner = command.bind(binder, model);
    if (has_no_such_format) binder.ignore_variable("--format");
    return runner;
  };
  std::vector<Setting> settings;
  {
    Binder binder;
    const Runner runner = bind(binder);
    const Parsed parsed = binder.parse(arguments);
    given = given_to(binder, arguments);
    if (parsed.kind == Parsed::Kind::complete && command.is_configurable) {
      TRY_ASSIGN(settings, settings_in_force(binder, command, arguments, env));
    }
    if (settings.empty()) {
      return act_on(parsed, command, arguments, settings, binder, runner, given, env);
    }
  }
  // Once more, with what the files say before what was typed.
  std::vector<std::string> all;
  for (const Setting& setting : settings) {
    for (const std::string& value : setting.values) all.push_back("--" + setting.key + "=" + value);
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  Binder binder;
  const Runner runner = bind(binder);
  const Parsed parsed = binder.parse(all);
  given = given_to(binder, arguments);
  return act_on(parsed, command, arguments, settings, binder, runner, given, env);
}

Result<ExitCode> dispatch(std::vector<std::string> arguments, Given& given, Env& env) {
  const std::string first = arguments.empty() ? "--help" : arguments.front();
  if (first == "--version" || first == "-V" || first == "version") {
    env.out.write(version_text());
    return ExitCode::ok;
  }
  const bool asks_for_help = first == "--help" || first == "-h" || first == "help";
  if (asks_for_help && arguments.size() < 2) {
    const std::string help = program_help(all_models(), style_for(env.out, given.color, env));
    if (!arguments.empty()) {
      env.out.write(help);
      return ExitCode::ok;
    }
    env.err.write(help);
    return ExitCode::usage;
  }
  const std::string& name = asks_for_help ? arguments[1] : first;
  const Command* command = find_command(name);
  if (command == nullptr) return unknown_command(name);
  if (asks_for_help) return parse_and_run(*command, {"--help"}, given, env);
  arguments.erase(arguments.begin());
  return parse_and_run(*command, arguments, given, env);
}

/// `hint` with the store that was given at each command in it, to be typed as it stands.
std::string with_store(std::string hint, const std::string& store) {
  constexpr std::string_view k_program = "terra-hook ";
  std::size_t at = store.empty() ? std::string::npos : hint.find(k_program);
  for (; at != std::string::npos; at = hint.find(k_program, at)) {
    at += k_program.size();
    const std::size_t end = std::min(hint.find_first_of(" ;,", at), hint.size());
    const Command* command = find_command(hint.substr(at, end - at));
    if (command == nullptr || hint.compare(end, 7, " --help") == 0) continue;
    const CommandModel model = model_of(*command);
    if (find_flag(model, "--store") == nullptr) continue;
    hint.insert(end, " --store " + shell_quote(store));
  }
  return hint;
}

ExitCode report(const Error& error, const Given& given, Env& env) {
  const Style style = style_for(env.err, given.color, env);
  std::string text = style.paint(style.bad, "terra-hook:") + " " + sanitize(error.message) + "\n";
  if (!error.hint.empty()) text += "  " + sanitize(with_store(error.hint, given.store)) + "\n";
  env.err.write(text);
  return exit_code(error.kind);
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments, Env& env) {
  Given given;
  try {
    const Result<ExitCode> result = dispatch(arguments, given, env);
    if (!result) return report(result.error(), given, env);
    // Whatever a command found out, it is worth nothing when it could not be written.
    if (const auto failure = env.out.failure()) return report(*failure, given, env);
    return *result;
  } catch (const std::exception& exception) {
    return report(
        {ErrorKind::internal, fmt::format("internal error: {}", sanitize(exception.what())),
         "please report this with the command that you ran"},
        given, env);
  }
}

}  // namespace terra_hook
