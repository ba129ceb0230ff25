// SPDX-License-Identifier: MIT
#include "cli/model.hpp"

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

constexpr VariableText k_variables[] = {
    {"TERRA_SIGNING_SECRET",
     "The signing secret, when no --secret-file is given. TERRA_WEBHOOK_SECRET, "
     "TERRA_WEBHOOK_SIGNING_SECRET and TERRA_SECRET are read too; those that differ are all "
     "tried."},
    {"TERRA_DEV_ID, TERRA_API_KEY",
     "The credentials that request shows to Terra, when no file holds them."},
    {"TERRA_USER_ID", "The user that request asks about, when there is no --user-id."},
    {"TERRA_DATA_BASE_URL", "The address of Terra's API, when there is no --api-url."},
    {"HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
     "The proxy of request, in capitals or lower case."},
    {"XDG_DATA_HOME",
     "Where the store is: terra-hook/captures.db below it (default ~/.local/share)."},
    {"XDG_STATE_HOME",
     "Where the certificate of --tls is, and what an interrupted request has got: terra-hook/ "
     "below it "
     "(default ~/.local/state)."},
    {"XDG_CONFIG_HOME",
     "Where the user's configuration is: terra-hook/config.toml below it (default ~/.config)."},
    {"NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR, TERM, COLUMNS",
     "Decide about colour and width as usual; --color wins."},
    {"TZ", "The time zone that times are shown in."},
};

}  // namespace

std::span<const ExitCodeText> exit_code_texts() {
  return k_exit_codes;
}

std::span<const VariableText> variable_texts() {
  return k_variables;
}

std::string_view program_summary() {
  return "the local half of Terra: receive, verify, keep and show its webhooks";
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
