// SPDX-License-Identifier: MIT
#include "cli/model.hpp"

#include <algorithm>
#include <iterator>

namespace terra_hook {
namespace {

constexpr ExitCodeText k_exit_codes[] = {
    {0, "done, or stopped as asked (Ctrl-C, SIGTERM)"},
    {1, "a delivery, target, API, file or the store failed"},
    {2,
     "not authentic or not authorised: the signature is invalid, stale or missing, or a "
     "credential is missing or refused"},
    {3, "input was refused before anything was done: not JSON, no such capture, a bad date"},
    {4, "usage: unknown command or flag, wrong argument"},
    {6, "internal error: a bug in terra-hook"},
    {8, "an expectation was not met"},
    {9, "timed out waiting"},
    {130, "interrupted before the work was done"},
};

/// Every command can end with these.
constexpr int k_codes_of_all[] = {0, 1, 3, 4, 6};

constexpr VariableText k_variables[] = {
    {"TERRA_SIGNING_SECRET",
     "The signing secret, when no --secret-file is given. TERRA_WEBHOOK_SECRET, "
     "TERRA_WEBHOOK_SIGNING_SECRET and TERRA_SECRET are read too; those that differ are all "
     "tried.",
     "--secret-file"},
    {"TERRA_DEV_ID, TERRA_API_KEY",
     "The credentials that request shows to Terra, when no file holds them.",
     "--dev-id-file --offline"},
    {"TERRA_USER_ID", "The user that request asks about, when there is no --user-id.",
     "--start-date"},
    {"TERRA_DATA_BASE_URL", "The address of Terra's API, when there is no --api-url.",
     "--api-url --offline"},
    {"HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
     "The proxy of request, in capitals or lower case.", "--api-url"},
    {"XDG_DATA_HOME",
     "Where the store is: terra-hook/captures.db below it (default ~/.local/share).", "--store"},
    {"XDG_STATE_HOME",
     "Where the certificate of --tls is, and what an interrupted request has got: terra-hook/ "
     "below it (default ~/.local/state).",
     "--tls --restart --redact"},
    {"XDG_CONFIG_HOME",
     "Where the user's configuration is: terra-hook/config.toml below it (default ~/.config).",
     "--config"},
    {"NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, COLUMNS",
     "Decide about colour and width as usual; --color wins.", ""},
    {"TZ", "The time zone that times are shown in.", "--color"},
};

constexpr FileText k_files[] = {
    {"$XDG_CONFIG_HOME/terra-hook/config.toml",
     "The user's settings; terra-hook-config(5) has the keys.", "--config"},
    {".terra-hook.toml",
     "A project's settings, looked for from the working directory upward; they go before the "
     "user's.",
     "--config"},
    {"$XDG_DATA_HOME/terra-hook/captures.db",
     "The store, an SQLite database that its owner alone can read. --store names another.",
     "--store"},
    {"$XDG_STATE_HOME/terra-hook/localhost.crt, localhost.key",
     "The certificate that --tls makes, and its private key.", "--tls"},
    {"$XDG_STATE_HOME/terra-hook/redaction.key",
     "What makes the masks of --redact the same in every run on this machine.", "--redact"},
    {"$XDG_STATE_HOME/terra-hook/requests/",
     "What an interrupted request --split has got, until the same command goes on.", "--restart"},
};

template <typename Text>
std::vector<Text> of_command(std::span<const Text> all, const CommandModel& command) {
  std::vector<Text> mattering;
  for (const Text& text : all) {
    const std::string flags = " " + std::string(text.flags) + " ";
    const bool matters =
        text.flags.empty() ||
        std::any_of(command.options.begin(), command.options.end(), [&](const OptionModel& option) {
          return flags.find(" " + option.name() + " ") != std::string::npos;
        });
    if (matters) mattering.push_back(text);
  }
  return mattering;
}

}  // namespace

std::span<const ExitCodeText> exit_code_texts() {
  return k_exit_codes;
}

std::span<const VariableText> variable_texts() {
  return k_variables;
}

std::vector<ExitCodeText> exit_codes_of(const CommandModel& command) {
  std::vector<ExitCodeText> codes;
  for (const ExitCodeText& general : k_exit_codes) {
    const auto own = std::find_if(command.exit_codes.begin(), command.exit_codes.end(),
                                  [&](const auto& code) { return code.code == general.code; });
    const bool is_of_all = std::find(std::begin(k_codes_of_all), std::end(k_codes_of_all),
                                     general.code) != std::end(k_codes_of_all);
    if (own != command.exit_codes.end()) {
      codes.push_back(*own);
    } else if (is_of_all) {
      codes.push_back(general);
    }
  }
  return codes;
}

std::vector<VariableText> variables_of(const CommandModel& command) {
  return of_command(variable_texts(), command);
}

std::span<const FileText> file_texts() {
  return k_files;
}

std::vector<FileText> files_of(const CommandModel& command) {
  return of_command(file_texts(), command);
}

std::string_view program_summary() {
  return "the local half of Terra: receive, verify, keep and show its webhooks";
}

const OptionModel* find_flag(const CommandModel& command, std::string_view name) {
  const auto flag = std::ranges::find(command.options, name, &OptionModel::name);
  return flag == command.options.end() ? nullptr : &*flag;
}

bool is_format_of_others(const std::string& format, const CommandModel& command,
                         const std::function<std::vector<CommandModel>()>& all) {
  const auto has_it = [&](const CommandModel& other) {
    const OptionModel* option = find_flag(other, "--format");
    if (option == nullptr) return false;
    const std::vector<std::string> formats = choices(option->value);
    return std::find(formats.begin(), formats.end(), format) != formats.end();
  };
  if (find_flag(command, "--format") == nullptr || has_it(command)) return false;
  const std::vector<CommandModel> models = all();
  return std::any_of(models.begin(), models.end(), has_it);
}

std::vector<std::string> choices(std::string_view value) {
  std::vector<std::string> parts;
  if (value.find('|') == std::string_view::npos) return parts;
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find('|', begin), value.size());
    parts.emplace_back(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string usage_line(const CommandModel& command) {
  std::string line = "terra-hook " + command.name + " [options]";
  for (const ArgumentModel& argument : command.arguments) {
    const std::string name = argument.name + (argument.is_repeatable ? "..." : "");
    line += argument.is_required ? " " + name : " [" + name + "]";
  }
  return line;
}

}  // namespace terra_hook
