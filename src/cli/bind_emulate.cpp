// SPDX-License-Identifier: MIT
// `emulate`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/emulate.hpp"
#include "terra/emulated_terra.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_users = 10'000;
constexpr int k_most_days = 3660;
constexpr std::size_t k_most_senders = 64;

void describe_emulate(CommandModel& model) {
  model.description =
      "Stands where Terra stands: answers its REST API and delivers its webhooks, about people who "
      "are made up, offline. It is not Terra and says so at the start and in each answer "
      "(X-Emulated-By).\n"
      "\n"
      "Point a client at http://127.0.0.1:8080/v2 (also /api/v2). Endpoints: activity, body, "
      "daily, menstruation, nutrition, sleep, athlete, plannedWorkouts, userInfo, subscriptions, "
      "bulkUserInfo, integrations, integrations/detailed, auth/authenticateUser, "
      "auth/generateWidgetSession (opening the link connects; ?cancel=true does not), "
      "auth/generateAuthToken and auth/deauthenticateUser. Requests are checked, limited (1825 "
      "days in one, 6000 an hour and user) and refused with problem documents as Terra's are. What "
      "to_webhook=true asks for is delivered to --webhook; of more than a month in chunks of at "
      "most 10 records or 10 MB.\n"
      "\n"
      "Deliveries are signed at each try, under both header names, and tried again on any answer "
      "but 2xx, as --retries says, until --give-up-after. A delivery keeps the webhook and the "
      "mode it was first tried with, whatever is set meanwhile, unless --settings current. Their "
      "order is not promised; --concurrency 1 keeps it but for retries and --chaos.\n"
      "\n"
      "--fault has calls of the API fail: 'GET /activity:504x2,processing' fails two with 504 and "
      "tells a third to ask again later. Also timeout and drop, and * for every path.\n"
      "\n"
      "A script has one step a line: connect [PROVIDER] [reference_id=ID]; sync USER [date=DATE] "
      "[type=TYPES] [with_samples=true]; backfill USER [type=TYPES] [start_date=DATE] "
      "[end_date=DATE] [with_samples=true]; reauth, deauth, revoke or error USER; permissions USER "
      "[added=SCOPES] [removed=SCOPES]; cancel [ID] [reason=TEXT]; fault RULE; settings "
      "[webhook=URL|off] [ping=BOOL] [with_samples=BOOL]; date DATE|next; wait DURATION; gap "
      "DURATION (before each step that follows); settle (until nothing waits to be delivered); "
      "stop (after that, end with 1 if a delivery was given up). USER is a user_id, a reference_id "
      "or a number from 1; DATE is 2026-07-01, today, yesterday or 30d (ago); end_date is not "
      "included, and is today after a start_date; a backfill without dates is of all there is. # "
      "begins a comment. --speed shortens waits.\n"
      "\n"
      "The control endpoint takes these steps too while it runs, all but wait, gap, settle and "
      "stop: POST /control/ACTION with the arguments in the query or a JSON object (user, date, "
      "type). GET /control tells who there is.\n"
      "\n"
      "People and their records follow from --seed, and never change. Ids of requests and "
      "deliveries do too when a seed is given; else they are new each time, so that a receiver "
      "does not take them for duplicates.";
  model.exit_codes = {
      {0, "stopped as asked, by Ctrl-C, a signal or a script's stop"},
      {1, "a step of the script failed, or a delivery had to be given up before its stop"},
  };
  model.examples = {
      {"a Terra that delivers to a listener beside it", "terra-hook emulate --webhook 4567"},
      {"failures, ten minutes of waiting in a second",
       "terra-hook emulate --webhook 4567 --chaos 20% --retries terra --speed 600x"},
      {"a scenario for a test",
       "terra-hook emulate --webhook 3000 --script scenario.txt --seed 7 --format ndjson"},
  };
}

void bind_emulator(Binder& binder, EmulateOptions& options) {
  binder.group("Emulator");
  binder.parsed("-p,--port", options.port, "N",
                "port; 0 lets the system choose (default: 8080, or the next free one)", parse_port);
  binder
      .parsed("--bind", options.address, "ADDRESS",
              "IP address to serve on; anything but a loopback address opens it to the network",
              parse_bind_address)
      .default_text("127.0.0.1");
  binder
      .parsed("--users", options.users, "N", "how many people are connected at the start",
              [](std::string_view text) {
                return parse_whole<std::size_t>(text, 0, k_most_users, "a number of users");
              })
      .default_text("5");
  binder
      .parsed("--days", options.days, "N", "how many days of history each has, up to today",
              [](std::string_view text) {
                return parse_whole<int>(text, 1, k_most_days, "a number of days");
              })
      .default_text("400");
  binder.parsed("--seed", options.seed, "N", "whose people and, if given, which ids (default: 17)",
                parse_seed);
  binder.parsed("--date", options.today, "DATE", "what day it is there (default: today, UTC)",
                [](std::string_view text) -> Result<std::optional<Day>> {
                  if (const auto day = parse_api_day(text)) return day;
                  return Error{ErrorKind::usage, fmt::format("'{}' is no date", sanitize(text)),
                               "such as 2026-07-01"};
                });
  binder.text("--script", options.script, "FILE|-", "steps to go through, one a line");
}

void bind_api(Binder& binder, EmulateOptions& options) {
  binder.group("API");
  binder.text("--dev-id", options.dev_id, "ID", "the only dev-id that is accepted (default: any)");
  binder.text("--api-key-file", options.api_key_file, "FILE",
              "file with the only x-api-key that is accepted (default: any)");
  binder.parsed_list(
      "--fault", options.faults, "RULE",
      "have calls fail: 'GET /activity:504x2,processing'; repeat it for several",
      [](std::string_view text) -> Result<std::vector<ApiFaultRule>> {
        TRY_ASSIGN(ApiFaultRule rule, parse_api_fault(text));
        const std::vector<std::string> paths = EmulatedTerra::paths();
        if (rule.path != "*" && std::find(paths.begin(), paths.end(), rule.path) == paths.end()) {
          return Error{ErrorKind::usage,
                       fmt::format("there is no endpoint '{}'", sanitize(rule.path)),
                       did_you_mean(rule.path, paths)};
        }
        return std::vector<ApiFaultRule>{std::move(rule)};
      });
  binder
      .parsed("--rate-limit", options.limits.days_an_hour, "DAYS",
              "how many days of data a user's may be asked for in an hour",
              [](std::string_view text) {
                return parse_whole<std::int64_t>(text, 1, 1'000'000'000, "a number of days");
              })
      .default_text("6000");
  binder
      .parsed("--processing", options.processing, "DURATION",
              "how long a request for more than a month is worked on", parse_duration)
      .default_text("2s");
  binder.flag("--with-samples", options.with_samples, true,
              "samples in all data, as the account's own switch does");
}

Result<std::optional<Url>> parse_webhook(std::string_view text) {
  TRY_ASSIGN(Url url, parse_target(text));
  return std::optional(std::move(url));
}

void bind_deliveries(Binder& binder, EmulateOptions& options) {
  binder.group("Webhook");
  binder.parsed("--webhook", options.webhook, "TARGET",
                "where events are delivered: a port, host:port or URL", parse_webhook);
  binder
      .parsed("--retries", options.retries, "terra|terra-faq|vantage|none|SCHEDULE",
              "when failed ones are tried again: a schedule's name, 5m,30m,1h or 30s*2^10<=8h",
              parse_retry_schedule)
      .default_text("terra");
  binder
      .parsed("--speed", options.speed, "SPEED",
              "shorten the waits of retries, large requests and scripts: 600x", parse_speed)
      .default_text("1x");
  binder
      .parsed("--timeout", options.timeout, "DURATION", "how long to wait for each answer",
              parse_answer_time)
      .default_text("8s");
  binder
      .parsed("--give-up-after", options.give_up_after, "DURATION",
              "how old a delivery may be for another try", parse_duration)
      .default_text("26h");
  binder
      .parsed("--settings", options.follows_settings, "frozen|current",
              "whether a retry uses the webhook of its first try or the current one",
              [](std::string_view text) -> Result<bool> {
                TRY_ASSIGN(const std::size_t index, parse_choice(text, {"frozen", "current"}));
                return index == 1;
              })
      .default_text("frozen");
  binder.parsed("--chaos", options.chaos, "[ODDS]",
                "deliver some twice and some late: 20%, or duplicate=10%,reorder=30% (alone: 10%)",
                parse_chaos);
  binder.implied_value("10%", [](std::string_view text) { return parse_chaos(text).has_value(); });
  binder.flag("--ping", options.uses_ping, true,
              "send s3_payload events with a link to the data instead of the data");
  binder
      .parsed("--ping-expires", options.ping_expires, "DURATION", "how long such a link works",
              [](std::string_view text) -> Result<std::chrono::milliseconds> {
                TRY_ASSIGN(const std::chrono::milliseconds time, parse_duration(text));
                if (time >= std::chrono::seconds(1)) return time;
                return Error{ErrorKind::usage, "a link works for a second at least",
                             "such as 30s or 5m"};
              })
      .default_text("5m");
  binder
      .parsed("--concurrency", options.concurrency, "N", "how many are delivered at once",
              [](std::string_view text) {
                return parse_whole<std::size_t>(text, 1, k_most_senders, "a number of deliveries");
              })
      .default_text("4");
  bind_tls_trust(binder, options.verifies_tls, options.ca_file);
}

}  // namespace

Runner bind_emulate(Binder& binder, CommandModel& model) {
  describe_emulate(model);
  auto options = std::make_shared<EmulateOptions>();
  options->retries = *parse_retry_schedule("terra");
  bind_emulator(binder, *options);
  bind_api(binder, *options);
  bind_deliveries(binder, *options);
  bind_secrets(binder, options->secrets);
  bind_output(binder, options->output, "text|ndjson");
  binder.flag("-v,--verbose", options->output.is_verbose, true,
              "show queries and what deliveries are answered");
  return [options](Env& env) {
    options->chaos.seed = options->seed.value_or(1);
    return run_emulate(*options, env);
  };
}

}  // namespace terra_hook
