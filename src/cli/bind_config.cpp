// SPDX-License-Identifier: MIT
// `config` and `doctor`: where settings come from, a file to begin with, and whether all is well.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/file.hpp"
#include "base/new_file.hpp"
#include "base/suggest.hpp"
#include "cli/commands.hpp"
#include "cli/config_example.hpp"
#include "cli/configuration.hpp"
#include "cli/in_force.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/doctor.hpp"

namespace terra_hook {
namespace {

struct ConfigOptions {
  std::string action;
  std::string command;
  bool is_project = false;
  bool replaces = false;
  OutputOptions output;
};

Result<std::filesystem::path> target_path(const ConfigOptions& options, const Env& env) {
  if (options.is_project) return std::filesystem::path(k_project_config);
  return user_config_path(env.environment);
}

Result<ExitCode> init_config(const ConfigOptions& options, Env& env) {
  TRY_ASSIGN(const std::filesystem::path path, target_path(options, env));
  if (path.has_parent_path()) TRY(make_private_directory(path.parent_path()));
  TRY(write_new_file(path, k_config_example, options.replaces));
  env.out.write(path.string() + "\n");
  if (!options.output.is_quiet) {
    env.err.write("every line is a comment: take the # away from what you want\n");
  }
  return ExitCode::ok;
}

Result<std::vector<InForce>> find_and_note(std::string_view command, const Binder& binder,
                                           Env& env) {
  std::vector<std::string> notes;
  auto all = find_in_force(command, binder, env, notes);
  print_notes(notes, env);
  return all;
}

std::string said_in_force(const InForce& item) {
  std::string text = item.flag;
  for (const std::string& value : item.values) text += " " + sanitize(value);
  return text;
}

void print_in_force(const std::vector<InForce>& all, const Style& style, Env& env) {
  std::size_t widest = 0;
  for (const InForce& item : all) widest = std::max(widest, said_in_force(item).size());
  std::string text;
  std::string command;
  for (const InForce& item : all) {
    if (item.command != command) text += style.paint(style.bold, item.command) + "\n";
    command = item.command;
    text += fmt::format("  {:<{}}  {}{}\n", said_in_force(item), std::min<std::size_t>(widest, 48),
                        style.paint(style.dim, style.clean(item.origin)),
                        item.refusal ? "  " + style.paint(style.bad, "refused") : "");
  }
  env.out.write(text);
}

Result<ExitCode> show_config(const ConfigOptions& options, const Binder& binder, Env& env) {
  std::vector<std::string> names;
  for (const CommandModel& model : all_models()) names.push_back(model.name);
  if (!options.command.empty() &&
      std::find(names.begin(), names.end(), options.command) == names.end()) {
    return Error{ErrorKind::usage, fmt::format("unknown command '{}'", sanitize(options.command)),
                 did_you_mean(options.command, names)};
  }
  TRY_ASSIGN(const std::vector<InForce> all, find_and_note(options.command, binder, env));
  print_notes(misspelt_variables(env), env);
  if (options.output.format == Format::json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const InForce& item : all) {
      list.push_back({{"command", item.command},
                      {"flag", item.flag},
                      {"values", item.values},
                      {"origin", item.origin},
                      {"refusal", item.refusal ? nlohmann::ordered_json(item.refusal->message)
                                               : nlohmann::ordered_json()}});
    }
    const auto replace = nlohmann::json::error_handler_t::replace;
    env.out.write(sanitize(list.dump(-1, ' ', false, replace)) + "\n");
  } else {
    print_in_force(all, out_style(options.output, env), env);
  }
  const auto refused =
      std::ranges::find_if(all, &std::optional<Error>::has_value, &InForce::refusal);
  if (refused != all.end()) return *refused->refusal;
  if (options.output.format == Format::json) return ExitCode::ok;
  if (all.empty() && !options.output.is_quiet) {
    if (!options.command.empty()) {
      env.err.write(fmt::format("nothing is set for {}\n", options.command));
      return ExitCode::ok;
    }
    TRY_ASSIGN(const std::filesystem::path path, target_path(options, env));
    std::error_code ignored;
    env.err.write(std::filesystem::exists(path, ignored)
                      ? fmt::format("every line of {} is a comment, or in a profile that is not "
                                    "chosen; nothing is set\n",
                                    sanitize(path.string()))
                      : "nothing is set; terra-hook config init writes a file to begin with\n");
  }
  return ExitCode::ok;
}

Result<ExitCode> run_config(const ConfigOptions& options, const Binder& binder, Env& env) {
  TRY_ASSIGN(const std::size_t action, parse_choice(options.action, {"init", "show", "path"}));
  if (action == 0) return init_config(options, env);
  if (action == 1) return show_config(options, binder, env);
  TRY_ASSIGN(const std::filesystem::path path, target_path(options, env));
  env.out.write(path.string() + "\n");
  return ExitCode::ok;
}

Result<std::optional<std::uint16_t>> parse_doctor_port(std::string_view text) {
  TRY_ASSIGN(const std::uint16_t port, parse_whole<std::uint16_t>(text, 1, 65535, "a port"));
  return std::optional(port);
}

/// What the files say for `listen` is looked at too, unless flags say what to look at.
void take_over(const InForce& item, DoctorOptions& options) {
  if (item.command != "listen" || item.values.empty() || item.refusal) return;
  if (item.flag == "--port" && !options.port) {
    const auto port = parse_doctor_port(item.values.back());
    if (port) options.port = *port;  // 0 is none to look at
  }
  if (item.flag == "--store" && options.store.path.empty()) options.store.path = item.values.back();
  SecretOptions& secrets = options.secrets;
  if (item.flag == "--secret-file" && secrets.files.empty() && secrets.literals.empty()) {
    secrets.files = item.values;
  }
}

void read_settings(const Binder& binder, DoctorOptions& options, Env& env) {
  options.misspelt_variables = misspelt_variables(env);
  const auto all = find_and_note("", binder, env);
  if (!all) {
    options.settings_error = all.error();
    return;
  }
  // What holds for several commands is said once.
  std::vector<std::pair<std::string, std::string>> said;  // what and whence; by which command
  for (const InForce& item : *all) {
    take_over(item, options);
    if (item.refusal) {
      const auto is_same = [&](const Error& told) { return told.message == item.refusal->message; };
      if (std::ranges::none_of(options.refused_settings, is_same)) {
        options.refused_settings.push_back(*item.refusal);
      }
      continue;
    }
    std::string text = fmt::format("{} ({})", said_in_force(item), item.origin);
    const auto same = std::ranges::find(said, text, &std::pair<std::string, std::string>::first);
    if (same != said.end()) {
      same->second.clear();
    } else {
      said.emplace_back(std::move(text), item.command + " ");
    }
  }
  for (const auto& [text, command] : said) options.settings.push_back(command + text);
}

}  // namespace

Runner bind_doctor(Binder& binder, CommandModel& model) {
  model.description =
      "A line for each thing that commands rely on: settings and where they come from, signing "
      "secrets and who can read their files, the API's credentials, whether it answers and how far "
      "the clock is from its own, the port, the store, targets, tunnel programs and the terminal. "
      "Secrets are never shown. What would keep a command from working is failed and makes the "
      "exit code 1; the rest is a warning.";
  model.exit_codes = {{0, "nothing would keep a command from working"}, {1, "something would"}};
  model.examples = {
      {"before a bug report", "terra-hook doctor"},
      {"is my handler up?", "terra-hook doctor --to 3000 --offline"},
  };
  auto options = std::make_shared<DoctorOptions>();
  binder.group("Checks");
  binder
      .parsed("-p,--port", options->port, "N", "the port that listen would take", parse_doctor_port)
      .default_text("4567");
  binder.texts("--to", options->targets, "[TYPES=]TARGET", "a target that should be reachable");
  binder.flag("--offline", options->is_offline, true, "do not ask the API").without_environment();
  bind_secrets(binder, options->secrets);
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json");
  return [options, &binder](Env& env) {
    read_settings(binder, *options, env);
    return run_doctor(*options, env);
  };
}

Runner bind_config(Binder& binder, CommandModel& model) {
  model.description =
      "Flags can be kept in files. The user's is config.toml in terra-hook's configuration "
      "directory; a project's is .terra-hook.toml, found from the working directory upward, and "
      "goes before it. Both are TOML: a key is a flag's long name, at the top for every command "
      "that has it or below [COMMAND]; [profile.NAME] and [profile.NAME.COMMAND] hold with "
      "--profile NAME. A flag goes before its TERRA_HOOK_* variable, and both before the files.\n"
      "\n"
      "init writes an example, all of it comments. show lists what is in force and where it comes "
      "from. path prints where the file is.\n"
      "\n"
      "A project's file may be a stranger's: it can't run programs (tunnel, exec), send deliveries "
      "or credentials off this machine, open the listener to a network or leave checks out.";
  model.examples = {
      {"a file to begin with", "terra-hook config init"},
      {"what holds for listen here, and why", "terra-hook config show listen"},
  };
  auto options = std::make_shared<ConfigOptions>();
  binder.group("File");
  binder.flag("--project", options->is_project, true, "the project's file instead of the user's")
      .without_environment();
  binder.flag("--force", options->replaces, true, "init replaces a file that exists")
      .without_environment();
  bind_output(binder, options->output, "text|json");
  binder.argument(options->action, "init|show|path", "what to do", true);
  binder.argument(options->command, "SUBCOMMAND", "show: only this command's", false);
  return [options, &binder](Env& env) { return run_config(*options, binder, env); };
}

}  // namespace terra_hook
