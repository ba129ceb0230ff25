// SPDX-License-Identifier: MIT
#include "cli/app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/bytes.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/suggest.hpp"

namespace terra_hook {
namespace {

Style style_for(const Output& output, const Env& env) {
  return Style(detect_terminal(output.fd(), env.environment, ColorChoice::automatic));
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

Error unknown_argument(const Command& command, const std::vector<std::string>& extras) {
  const auto flag = std::find_if(extras.begin(), extras.end(), [](const std::string& extra) {
    return extra.size() > 1 && extra.starts_with('-');
  });
  if (flag == extras.end()) {
    return {ErrorKind::usage,
            fmt::format("'{}' was not expected", sanitize(extras.empty() ? "" : extras.front())),
            "usage: " + usage_line(model_of(command))};
  }
  const std::string name = flag->substr(0, flag->find('='));
  std::vector<std::string> names;
  for (const OptionModel& option : model_of(command).options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  std::string hint = did_you_mean(name, names);
  if (hint.empty()) hint = fmt::format("terra-hook {} --help lists the flags", command.name);
  return {ErrorKind::usage, fmt::format("{} has no flag '{}'", command.name, sanitize(name)), hint};
}

Result<ExitCode> parse_and_run(const Command& command, std::vector<std::string> arguments, Env& env) {
  CLI::App app;
  CommandModel model;
  app.set_help_flag("-h,--help", "print this help")->group("General");
  const Runner runner = command.bind(app, model);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const RefusedValue& refused) {
    return refused.error();
  } catch (const CLI::CallForHelp&) {
    env.out.write(command_help(model_of(command), style_for(env.out, env)));
    return ExitCode::ok;
  } catch (const CLI::ExtrasError&) {
    return unknown_argument(command, app.remaining());
  } catch (const CLI::ParseError& error) {
    return Error{ErrorKind::usage, sanitize(error.what()),
                 fmt::format("usage: {}", usage_line(model_of(command)))};
  }
  return runner(env);
}

Result<ExitCode> dispatch(std::vector<std::string> arguments, Env& env) {
  const std::string first = arguments.empty() ? "--help" : arguments.front();
  if (first == "--version" || first == "-V" || first == "version") {
    env.out.write("terra-hook " TERRA_HOOK_VERSION "\n");
    return ExitCode::ok;
  }
  const bool asks_for_help = first == "--help" || first == "-h" || first == "help";
  if (asks_for_help && arguments.size() < 2) {
    const std::string help = program_help(all_models(), style_for(env.out, env));
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
  if (asks_for_help) return parse_and_run(*command, {"--help"}, env);
  arguments.erase(arguments.begin());
  return parse_and_run(*command, std::move(arguments), env);
}

ExitCode report(const Error& error, Env& env) {
  const Style style = style_for(env.err, env);
  std::string text = style.paint(style.bad, "terra-hook:") + " " + error.message + "\n";
  if (!error.hint.empty()) text += "  " + error.hint + "\n";
  env.err.write(text);
  return exit_code(error.kind);
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments, Env& env) {
  try {
    const Result<ExitCode> result = dispatch(arguments, env);
    return result ? *result : report(result.error(), env);
  } catch (const std::exception& exception) {
    return report({ErrorKind::internal, fmt::format("internal error: {}", sanitize(exception.what())),
                   "please report this with the command that you ran"},
                  env);
  }
}

}  // namespace terra_hook
