// SPDX-License-Identifier: MIT
// `trigger`.
#include <fmt/format.h>

#include <memory>

#include "base/size.hpp"
#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/flag_values.hpp"
#include "cli/in_force.hpp"
#include "cli/option_groups.hpp"
#include "cli/sending_options.hpp"
#include "cli/whole_number.hpp"
#include "commands/listen.hpp"
#include "commands/trigger.hpp"
#include "terra/event_type.hpp"
#include "terra/odd_deliveries.hpp"

namespace terra_hook {
namespace {

void describe_trigger(CommandModel& model) {
  model.description =
      "Sends what Terra would send, without Terra: events of any type about made-up people, with "
      "all of Terra's header fields, signed when a signing secret is known. Without --to it goes "
      "to the listener on this machine: http://127.0.0.1:4567, or the port and path that "
      "TERRA_HOOK_PORT and TERRA_HOOK_PATH or the configuration of listen name.\n"
      "\n"
      "The people live consistently: a day has the steps of its workouts, a night's stages add up, "
      "means are those of the samples. The same --seed, --user-id, --provider and --date make the "
      "same body to the byte, now and later; with --seed also the trace id is the same, so that a "
      "second run is a repetition. Without it each run is a new delivery about the same person.\n"
      "\n"
      "--pack edge plays the deliveries that handlers fall over, one after another: empty data, "
      "unknown users and types, chunks, duplicates, stale order, wrong and missing signatures, 20 "
      "MB. Each has its right answer, 2xx or 401; a line tells of every other one. --list shows "
      "them with what they are for, and --pack takes their names.\n"
      "\n"
      "--print body writes the exact body, http the whole message, which replay and verify read, "
      "curl a command to paste.\n"
      "\n"
      "Exits 0 when all were answered well, 1 when not, 8 when an answer is not the one "
      "--expect-status or the pack wants.";
  model.exit_codes = {
      {0, "all were answered with 2xx, or with --expect-status as it says"},
      {1, "some were not"},
      {2, "there is no secret to sign with"},
      {8, "an answer is not the one that --expect-status expects"},
      {130, "interrupted before all was sent"},
  };
  model.examples = {
      {"a night, to a handler on port 3000", "terra-hook trigger sleep --to 3000"},
      {"a user's life in four events",
       "terra-hook trigger auth daily sleep deauth --user-id u-1 --reference-id me --to 3000"},
      {"a workout with samples, as Garmin sends it",
       "terra-hook trigger activity --samples --provider GARMIN --to 3000"},
      {"a body of exactly 10 MB", "terra-hook trigger activity --size 10MB --to 3000"},
      {"all that handlers fall over", "terra-hook trigger --pack edge --to 3000"},
      {"a body of your own, signed", "terra-hook trigger --file body.json --to 3000"},
      {"a fixture for a test",
       "terra-hook trigger sleep --seed 7 --date 2026-07-01 --print body > sleep.json"},
  };
}

void bind_made_up(Binder& binder, TriggerOptions& options) {
  binder.group("What is made up");
  binder
      .parsed("--seed", options.seed, "N", "other people, always the same for a number", parse_seed)
      .default_text("1");
  binder.text("--user-id", options.user_id, "ID", "whom it is about");
  binder.text("--reference-id", options.reference_id, "ID", "the user's id on your side");
  bind_provider(binder, options.provider, "such as GARMIN, OURA, FITBIT, APPLE");
  binder.text("--date", options.date, "DATE", "the local date of the latest record: YYYY-MM-DD")
      .default_text("yesterday");
  binder.flag("--samples", options.has_samples, true,
              "with heart rate, positions and other series, at the provider's rate");
  binder.parsed("--records", options.records, "N", "so many records, of the days before as well",
                [](std::string_view text) -> Result<std::optional<std::uint64_t>> {
                  TRY_ASSIGN(const std::uint64_t count,
                             parse_whole<std::uint64_t>(text, 0, 100'000, "a number of records"));
                  return std::optional(count);
                });
  binder.parsed(
      "--size", options.size, "SIZE", "a body of exactly so many bytes, such as 10MB",
      [](std::string_view text) -> Result<std::optional<std::uint64_t>> {
        TRY_ASSIGN(const std::uint64_t size, parse_size(text));
        if (size <= 1'000'000'000) return std::optional(size);
        return Error{ErrorKind::usage, "more than 1 GB is too much", "such as 10MB or 1GB"};
      });
}

void bind_delivery(Binder& binder, TriggerOptions& options) {
  binder.group("What is sent");
  binder
      .parsed_list("--pack", options.pack, "edge|ODD", "odd deliveries (comma list; see --list)",
                   [](std::string_view text) -> Result<std::vector<std::string>> {
                     std::vector<std::string> names = {"edge"};
                     for (const OddDelivery& odd : odd_deliveries()) names.emplace_back(odd.name);
                     TRY_ASSIGN(std::vector<std::string> asked, split_list(text));
                     for (const std::string& name : asked) {
                       if (find_odd_delivery(name) != nullptr || name == "edge") continue;
                       return Error{ErrorKind::usage,
                                    fmt::format("no odd delivery is called '{}'", sanitize(name)),
                                    did_you_mean(name, names)};
                     }
                     return asked;
                   })
      .without_environment();
  binder.text("--file", options.file, "FILE", "a body of your own; - for standard input")
      .without_environment();
  bind_edits(binder, options.edits);
  binder.text("--trace-id", options.trace_id, "ID", "the X-Terra-Trace-Id (default: a new one)")
      .without_environment();
  binder
      .text("--terra-reference", options.terra_reference, "ID",
            "the terra-reference (default: a new one)")
      .without_environment();
  binder.flag("--list", options.lists, true, "list the event types and odd deliveries")
      .without_environment();
  binder
      .parsed("--print", options.print, "body|curl|http", "print it instead of sending it",
              [](std::string_view text) -> Result<TriggerPrint> {
                TRY_ASSIGN(const std::size_t index, parse_choice(text, {"body", "curl", "http"}));
                constexpr TriggerPrint values[] = {TriggerPrint::body, TriggerPrint::curl,
                                                   TriggerPrint::http};
                return values[index];
              })
      .without_environment();
  binder
      .flag("--dry-run", options.sending.is_dry_run, true,
            "say what would be sent, and send nothing")
      .without_environment();
}

/// The types as the table spells them.
Result<void> check_types(std::vector<std::string>& types) {
  std::vector<std::string> names;
  for (const EventType& type : event_types()) names.emplace_back(type.name);
  for (std::string& type : types) {
    const EventType& row = find_event_type(type);
    if (row.name.empty()) {
      const std::string near = did_you_mean(type, names);
      return Error{ErrorKind::usage, fmt::format("unknown event type '{}'", sanitize(type)),
                   near.empty() ? "terra-hook trigger --list names them all" : near};
    }
    type = row.name;
  }
  return {};
}

/// Where listen is, by what variables and files say of it.
Result<std::string> listener_url(const Binder& binder, const Env& env) {
  std::uint16_t port = k_default_port;
  std::string path;
  std::vector<std::string> said_before;
  TRY_ASSIGN(const std::vector<InForce> all, find_in_force("listen", binder, env, said_before));
  for (const InForce& item : all) {
    const bool is_asked_for = item.flag == "--port" || item.flag == "--path";
    if (!is_asked_for || item.values.empty()) continue;
    if (item.refusal) return *item.refusal;
    if (item.flag == "--path") {
      path = item.values.back();
      continue;
    }
    TRY_ASSIGN(const std::optional<std::uint16_t> read, parse_port(item.values.back()));
    // Which port the system would choose nobody knows.
    if (*read != 0) port = *read;
  }
  return fmt::format("http://127.0.0.1:{}{}", port, path);
}

}  // namespace

Runner bind_trigger(Binder& binder, CommandModel& model) {
  describe_trigger(model);
  auto options = std::make_shared<TriggerOptions>();
  binder.arguments(options->types, "TYPE", "event types, such as sleep or auth; see --list", false);
  bind_delivery(binder, *options);
  bind_made_up(binder, *options);
  bind_targets(binder, options->sending);
  bind_secrets(binder, options->sending.secrets);
  binder.text("--sign-with", options->sending.request.sign_with, "NAME",
              "sign with the secret of this name (default: the first)");
  binder.flag("--unsigned", options->sending.is_unsigned, true, "send no signature")
      .without_environment();
  binder.group("Pace and outcome");
  bind_load(binder, options->sending);
  binder
      .parsed("--repeat", options->sending.plan.repeat, "N", "send all so many times",
              [](std::string_view text) {
                return parse_whole<std::uint64_t>(text, 1, 1'000'000, "a number of times");
              })
      .default_text("1");
  bind_wanted_answers(binder, options->sending);
  bind_output(binder, options->sending.output, "text|ndjson");
  binder.flag("-v,--verbose", options->sending.output.is_verbose, true, "show every answer's body");
  return [options, &binder](Env& env) -> Result<ExitCode> {
    TRY(check_types(options->types));
    if (options->sending.routes.empty()) {
      TRY_ASSIGN(options->listener, listener_url(binder, env));
    }
    return run_trigger(*options, env);
  };
}

}  // namespace terra_hook
