// SPDX-License-Identifier: MIT
// `request`.
#include <fmt/format.h>

#include <memory>

#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/request.hpp"

namespace terra_hook {
namespace {

constexpr std::int64_t k_most_split_days = 1825;  // Terra's rule r1
constexpr std::size_t k_most_at_once = 16;

Result<bool> parse_truth(std::string_view text) {
  TRY_ASSIGN(const std::size_t index, parse_choice(text, {"true", "false"}));
  return index == 0;
}

Result<SplitDays> parse_split(std::string_view text) {
  if (text == "auto") return SplitDays(0);
  std::string_view digits = text;
  if (digits.ends_with('d')) digits.remove_suffix(1);
  if (const auto days = parse_whole<std::int64_t>(digits, 1, k_most_split_days, "a number of days"))
    return SplitDays(*days);
  return Error{ErrorKind::usage, fmt::format("'{}' is no size of a window", sanitize(text)),
               fmt::format("auto, or days such as 7d, from 1d to {}d", k_most_split_days)};
}

constexpr const char* k_request_description =
    "Asks Terra's REST API for one user's data, or for what else a developer of webhooks looks "
    "up: a user, all users, the providers, planned workouts, or any path that answers GET.\n"
    "\n"
    "With --to-webhook true (Terra's default) the answer is an acknowledgement: the data comes "
    "to your webhook, and standard output gets the reference that its deliveries carry. With "
    "false the data comes here: the JSON on standard output or in --output, to the byte as "
    "received. Both to_webhook and with_samples are always sent.\n"
    "\n"
    "Dates are 2026-07-01, 30d (ago), today, yesterday or Unix seconds; days are those of UTC. "
    "The end is not included, and is today unless given.\n"
    "\n"
    "A long range takes Terra long to answer, and gateways cut such answers off. --split asks "
    "window by window: 7d, or auto (28 days, 7 with samples); one that is too large still is "
    "halved. What came is put together: the first window's document with the records of all, or "
    "a record a line with --format ndjson, each as it was sent, and those that two windows have "
    "once. Until then it is kept below $XDG_STATE_HOME, so that the same command goes on where "
    "it was interrupted.\n"
    "\n"
    "--wait follows what goes to the webhook, in the store that a listener keeps it in or, with "
    "--listen, as a listener itself: large_request_processing, large_request_sending, then every "
    "chunk, in any order and repeated as may be. What is answered otherwise than 2xx, as by a "
    "target, does not count: Terra sends it again. It returns when all is there, or says what is "
    "missing. With --format ndjson it prints a line for what was asked (`requested`), one for "
    "each change (`progress`) and a `summary`.\n"
    "\n"
    "Rate limits (429) are waited for as they ask, answers that say \"still processing\" "
    "likewise, up to --max-wait each. 500, 502, 503 and connections that break are tried again "
    "(--max-retries), but not with --to-webhook true where the request may have been taken.\n"
    "\n"
    "The credentials are TERRA_DEV_ID and TERRA_API_KEY, or files; there is no flag for them, as "
    "a process list would show it. A proxy is taken from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and "
    "NO_PROXY.\n"
    "\n"
    "Exits 2 when credentials are missing or refused, 3 when a date is none, 9 when the answer "
    "or what --wait waits for did not come in time, 1 when Terra answered with another error, "
    "130 when interrupted.";

void describe_request(CommandModel& model) {
  model.description = k_request_description;
  model.exit_codes = {
      {1, "Terra answered with another error, or could not be reached"},
      {2, "credentials are missing or refused"},
      {9, "the answer, or what --wait waits for, did not come in time"},
      {130, "interrupted; with --split the same command goes on from there"},
  };
  model.examples = {
      {"last month's activities, here",
       "terra-hook request activity --user-id ID --start-date 30d --to-webhook false"},
      {"two years of sleep with samples, to a file",
       "terra-hook request sleep --user-id ID --start-date 730d --with-samples true --to-webhook "
       "false --split auto --output sleep.json"},
      {"the same data to your webhook",
       "terra-hook request sleep --user-id ID --start-date 730d --with-samples true"},
      {"the same, received here, until every chunk is there",
       "terra-hook request sleep --user-id ID --start-date 730d --wait --listen --secret-file "
       "prod"},
      {"kept like a delivery, to be shown, compared and replayed",
       "terra-hook request daily --user-id ID --start-date yesterday --to-webhook false --save"},
      {"who is connected", "terra-hook request users"},
      {"anything else", "terra-hook request /lab-reports -q reference_id=mara"},
      {"to paste elsewhere",
       "terra-hook request body --user-id ID --start-date 7d --to-webhook false --print curl"},
  };
}

void bind_question(Binder& binder, ApiRequestOptions& options) {
  binder.group("Request");
  binder.text("--user-id", options.user_id, "ID", "Terra's id of the user (or TERRA_USER_ID)");
  binder.text("--reference-id", options.reference_id, "ID", "your own id of the user, with 'user'");
  binder
      .text("--start-date", options.start_date, "DATE",
            "from this day: 2026-07-01, 30d (ago), yesterday, or Unix seconds")
      .without_environment();
  binder
      .text("--end-date", options.end_date, "DATE",
            "until this day, which is not included (default: today)")
      .without_environment();
  binder
      .parsed("--to-webhook", options.to_webhook, "true|false",
              "true: the data comes to your webhook; false: in the answer", parse_truth)
      .default_text("true");
  binder
      .parsed("--with-samples", options.with_samples, "true|false",
              "whether records hold their samples", parse_truth)
      .default_text("false");
  binder
      .parsed_list("-q,--query", options.query, "NAME=VALUE", "one more parameter",
                   [](std::string_view text) -> Result<ApiParameters> {
                     TRY_ASSIGN(auto parameter, parse_parameter(text));
                     return ApiParameters{std::move(parameter)};
                   })
      .without_environment();
}

void bind_api(Binder& binder, ApiOptions& options) {
  binder.group("API");
  binder.text("--api-url", options.url, "URL", "the API's address (or TERRA_DATA_BASE_URL)")
      .default_text(k_default_api_url);
  binder.text("--dev-id-file", options.dev_id_file, "FILE", "file that holds the dev-id");
  binder.text("--api-key-file", options.api_key_file, "FILE", "file that holds the API key");
  binder
      .parsed("--timeout", options.timeout, "DURATION", "how long to wait for each answer",
              parse_answer_time)
      .default_text("60s");
  bind_tls_trust(binder, options.verifies_tls, options.ca_file);
}

void bind_windows(Binder& binder, ApiRequestOptions& options) {
  binder.group("Long ranges");
  binder.parsed("--split", options.split, "auto|DAYS", "ask window by window, such as 7d",
                parse_split);
  binder
      .parsed("--concurrency", options.concurrency, "N", "how many windows are asked for at once",
              [](std::string_view text) {
                return parse_whole<std::size_t>(text, 1, k_most_at_once, "a number of windows");
              })
      .default_text("2");
  binder
      .parsed(
          "--max-retries", options.retries, "N", "how often a failure that may pass is tried again",
          [](std::string_view text) { return parse_whole<int>(text, 0, 100, "a number of tries"); })
      .default_text("3");
  binder.parsed("--max-wait", options.max_wait, "DURATION",
                "longest wait that an answer may ask for (default: 1m, with --split 1h)",
                [](std::string_view text) -> Result<std::optional<std::chrono::milliseconds>> {
                  TRY_ASSIGN(const std::chrono::milliseconds time, parse_duration(text));
                  return std::optional(time);
                });
  binder
      .flag("--restart", options.restarts, true,
            "forget what an interrupted run of the same request has got")
      .without_environment();
}

void bind_result(Binder& binder, ApiRequestOptions& options) {
  binder.group("Result");
  binder.text("-o,--output", options.output, "FILE", "write it there: all of it, or nothing")
      .without_environment();
  binder.flag("--force", options.replaces, true, "replace an existing file").without_environment();
  binder.flag("--save", options.saves, true,
              "keep each answer as a capture, to be shown and replayed like a delivery");
  binder.flag("--dry-run", options.is_dry_run, true, "print what would be sent, and send nothing")
      .without_environment();
  binder
      .parsed("--print", options.prints_curl, "curl", "print a command instead of sending it",
              [](std::string_view text) -> Result<bool> {
                TRY(parse_choice(text, {"curl"}));
                return true;
              })
      .without_environment();
}

bool is_duration(std::string_view text) {
  return parse_answer_time(text).has_value();
}

void bind_delivery_wait(Binder& binder, ApiRequestOptions& options) {
  binder.group("Delivery");
  binder.parsed("--wait", options.wait, "[DURATION]",
                "wait until all has come to the webhook, an hour unless told how long",
                [](std::string_view text) -> Result<std::optional<std::chrono::milliseconds>> {
                  TRY_ASSIGN(const std::chrono::milliseconds time, parse_answer_time(text));
                  return std::optional(time);
                });
  binder.implied_value("1h", is_duration);
  binder.flag("--listen", options.listens, true,
              "receive it here meanwhile, in place of a listener elsewhere");
  binder.parsed("-p,--port", options.port, "N",
                "port of --listen; 0 lets the system choose (default: 4567, or the next free one)",
                parse_port);
}

/// The names of what can be asked for, joined by `|`, then PATH.
std::string question_form() {
  std::string form;
  for (const ApiEndpoint& endpoint : api_endpoints()) form += std::string(endpoint.name) + "|";
  return form + "PATH";
}

Result<void> check_question(const std::string& what) {
  if (what.starts_with('/') || what.find("://") != std::string::npos) return {};
  std::vector<std::string> names;
  for (const ApiEndpoint& endpoint : api_endpoints()) {
    if (endpoint.name == what) return {};
    names.emplace_back(endpoint.name);
  }
  const std::string hint = did_you_mean(what, names);
  return Error{ErrorKind::usage,
               fmt::format("there is nothing called '{}' to ask for", sanitize(what)),
               hint.empty() ? "activity, sleep, users, …, or a path such as /lab-reports" : hint};
}

}  // namespace

Runner bind_request(Binder& binder, CommandModel& model) {
  describe_request(model);
  auto options = std::make_shared<ApiRequestOptions>();
  binder.argument(options->what, question_form(), "what to ask for: a name, or a path of the API",
                  true);
  bind_question(binder, *options);
  bind_api(binder, options->api);
  bind_windows(binder, *options);
  bind_result(binder, *options);
  bind_delivery_wait(binder, *options);
  bind_secrets(binder, options->secrets);
  bind_store(binder, options->store);
  bind_output(binder, options->show, "text|json|ndjson",
              "--quiet");  // -q is --query, as in Terra's
  return [options](Env& env) -> Result<ExitCode> {
    TRY(check_question(options->what));
    return run_request(*options, env);
  };
}

}  // namespace terra_hook
