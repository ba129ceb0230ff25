// SPDX-License-Identifier: MIT
// `conform`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "cli/sending_options.hpp"
#include "commands/conform.hpp"
#include "terra/conformance.hpp"

namespace terra_hook {
namespace {

void describe_conform(CommandModel& model) {
  model.description =
      "Sends a handler what Terra may send it, right and wrong, and grades the answers: valid "
      "deliveries taken, forged, unsigned and old ones refused with 401, the signature checked "
      "over the bytes as received, duplicates and the chunks of one request taken, unknown types "
      "acknowledged, 20 MB taken, either header name in any case, 10 deliveries at once answered "
      "in time, no redirect, the connection kept. For each check that does not pass: what was "
      "sent, what is expected and where Terra says so, what came back, how to mend it.\n"
      "\n"
      "Deliveries are about one made-up user and are signed with the handler's own secret, so run "
      "it against a handler under test: what it takes, it may keep. Only answers are seen: that a "
      "duplicate is stored once is for your own tests.\n"
      "\n"
      "A check is weak when the answer does no harm but is not what Terra asks for: 400 or 403 for "
      "a wrong signature, only one of the two header names, a connection closed after each answer. "
      "Weak ones count as passed, unless --strict. An answer that takes longer than --timeout is "
      "none, as for Terra.\n"
      "\n"
      "The checks of --list are those of trigger's pack, by the same names, with bodies in "
      "which nothing else is odd, and a few about the way of sending.\n"
      "\n"
      "Exits 0 when all passed, 8 when some failed, 1 when nobody answers at the target, 2 without "
      "a secret, 130 when interrupted.";
  model.exit_codes = {
      {0, "all checks passed; with --strict, none was weak"},
      {1, "nobody answers at the target"},
      {2, "there is no secret to sign with"},
      {8, "a check failed"},
      {130, "interrupted before all checks were made"},
  };
  model.examples = {
      {"all checks", "terra-hook conform 3000/hook --secret-file test.secret"},
      {"one of them, with all details", "terra-hook conform 3000/hook --only other-bytes -v"},
      {"in CI", "terra-hook conform http://localhost:3000/hook --skip large --junit conform.xml"},
      {"the ids of all checks", "terra-hook conform --list"},
  };
}

Result<std::vector<std::string>> parse_ids(std::string_view text) {
  const std::vector<std::string> known = conform_ids();
  TRY_ASSIGN(std::vector<std::string> asked, split_list(text));
  for (const std::string& id : asked) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    const std::string near = did_you_mean(id, known);
    return Error{ErrorKind::usage, fmt::format("no check is called '{}'", sanitize(id)),
                 near.empty() ? "terra-hook conform --list names them all" : near};
  }
  return asked;
}

}  // namespace

Runner bind_conform(Binder& binder, CommandModel& model) {
  describe_conform(model);
  auto options = std::make_shared<ConformOptions>();
  binder.argument(options->target, "URL", "the handler: a port, host:port or URL", false);
  binder.group("Checks");
  binder
      .parsed_list("--only", options->only, "CHECK", "only these checks (comma list; see --list)",
                   parse_ids)
      .without_environment();
  binder.parsed_list("--skip", options->skip, "CHECK", "all but these checks (comma list)",
                     parse_ids);
  binder.flag("--list", options->lists, true, "list the checks, and what each is for")
      .without_environment();
  binder.flag("--strict", options->is_strict, true, "weak checks fail");
  binder.group("Target");
  bind_connection(
      binder, {options->headers, options->timeout, options->verifies_tls, options->ca_file}, "8s");
  bind_secrets(binder, options->secrets);
  binder.text("--sign-with", options->sign_with, "NAME",
              "sign with the secret of this name (default: the first)");
  bind_output(binder, options->output, "text|json");
  binder.flag("-v,--verbose", options->output.is_verbose, true,
              "show all of the checks that passed, too");
  bind_reports(binder, options->junit, options->is_tap);
  return [options](Env& env) { return run_conform(*options, env); };
}

}  // namespace terra_hook
