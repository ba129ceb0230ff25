// SPDX-License-Identifier: MIT
// `replay`.
#include <fmt/format.h>

#include <memory>

#include "base/rate.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/sending_options.hpp"
#include "cli/whole_number.hpp"
#include "commands/replay.hpp"

namespace terra_hook {
namespace {

void describe_replay(CommandModel& model) {
  model.description =
      "Sends deliveries once more: captures (12, 12..20, last, last~2, @TAG), files (a JSON body, "
      "an HTTP message, HAR, NDJSON), - for standard input, or whatever the filter picks. The body "
      "is the one received, to the byte.\n"
      "\n"
      "When a signing secret is known each delivery is signed afresh, with the time of sending and "
      "under the header names it came with, so that a handler accepts it. Trace ids stay as they "
      "were, on every try.\n"
      "\n"
      "Deliveries of one user go out in the order received, one after another, also with "
      "--concurrency; --order shuffled gives that up. A delivery that waits for its next try holds "
      "up those of its user only.\n"
      "\n"
      "--retries tries again as Terra does: terra (10 tries, 30 s doubling), terra-faq (after 5 "
      "and 30 min, 1, 2 and 4 h, then every 6 h, 9 tries), vantage (14 tries in 30 min, after 408, "
      "429, 5xx or no answer only), waits of your own (5m,30m,1h), or 30s*2^10<=8h: 10 tries, the "
      "first wait 30 s, each the double of the one before, none above 8 h. A Retry-After that asks "
      "for longer is honoured. --speed 600x makes 10 minutes of waiting a second.\n"
      "\n"
      "--set and --unset change one value in the body's own text, named by a JSON Pointer (RFC "
      "6901): nothing else changes by a byte. A VALUE that is JSON is taken as it is, any other is "
      "a string. A missing member is added; /data/- appends.\n"
      "\n"
      "Each attempt is recorded with its capture; show lists them. Files and standard input have "
      "none: import them first to have theirs recorded. Exits 0 when all ended with 2xx, 1 when "
      "some did "
      "not, 8 when an answer was not the one --expect-status names, 130 when interrupted.";
  model.exit_codes = {
      {0, "all ended with 2xx, or with --expect-status as it says"},
      {1, "some did not, or were not sent"},
      {2, "there is no secret to sign with"},
      {8, "an answer is not the one that --expect-status expects"},
      {130, "interrupted before all was sent"},
  };
  model.examples = {
      {"the newest, to a handler on port 3000", "terra-hook replay last --to 3000"},
      {"all sleep of the last day, 50 a second, eight at once",
       "terra-hook replay --type sleep --since 1d --to 3000 --rate 50/s --concurrency 8"},
      {"a variation of one", "terra-hook replay 12 --to 3000 --set /data/0/metadata/type=0"},
      {"as Terra retries, an hour in six seconds",
       "terra-hook replay 12 --to 3000 --retries terra --speed 600x"},
      {"is a stale signature refused?",
       "terra-hook replay 12 --to 3000 --as-received --expect-status 401"},
      {"for a colleague without terra-hook", "terra-hook replay 12 --to 3000 --print curl"},
  };
}

void bind_changes(Binder& binder, ReplayOptions& options) {
  binder.group("What is sent");
  bind_edits(binder, options.request.edits);
  binder
      .flag("--as-received", options.is_as_received, true,
            "leave the stored header fields as they are, signatures included")
      .without_environment();
  binder.flag("--unsigned", options.is_unsigned, true, "send no signature").without_environment();
  binder
      .flag("--keep-time", options.request.keeps_time, true,
            "sign with the stored signature's time instead of now")
      .without_environment();
  binder.text("--sign-with", options.request.sign_with, "NAME",
              "sign with the secret of this name (default: the one that matched)");
}

void bind_pace(Binder& binder, ReplayOptions& options) {
  binder.group("Pace");
  bind_load(binder, options);
  binder
      .parsed("--repeat", options.plan.repeat, "N", "send all so many times",
              [](std::string_view text) {
                return parse_whole<std::uint64_t>(text, 1, 1'000'000, "a number of times");
              })
      .default_text("1");
  binder
      .parsed("--order", options.plan.order, "received|shuffled", "in which order",
              [](std::string_view text) -> Result<ReplayOrder> {
                TRY_ASSIGN(const std::size_t index, parse_choice(text, {"received", "shuffled"}));
                return index == 0 ? ReplayOrder::received : ReplayOrder::shuffled;
              })
      .default_text("received");
  binder.parsed("--duplicate", options.plan.duplicates, "SHARE",
                "send this share twice, such as 10%", parse_share);
  binder.parsed("--seed", options.seed, "N", "repeat the chances of an earlier run", parse_seed);
  binder.parsed("--gaps", options.plan.gaps, "[SPEED]",
                "keep the gaps between deliveries, with 10x so many times faster",
                [](std::string_view text) -> Result<std::optional<double>> {
                  TRY_ASSIGN(const double speed, parse_speed(text));
                  return std::optional(speed);
                });
  binder.implied_value("1x", [](std::string_view text) {
    return text.ends_with('x') && parse_speed(text).has_value();
  });
}

void bind_outcome(Binder& binder, ReplayOptions& options) {
  binder.group("Outcome");
  bind_wanted_answers(binder, options);
  binder.flag("--dry-run", options.is_dry_run, true, "print what would be sent, and send nothing")
      .without_environment();
  binder
      .parsed("--print", options.prints_curl, "curl",
              "print a command for each instead of sending it",
              [](std::string_view text) -> Result<bool> {
                TRY(parse_choice(text, {"curl"}));
                return true;
              })
      .without_environment();
}

}  // namespace

Runner bind_replay(Binder& binder, CommandModel& model) {
  describe_replay(model);
  auto options = std::make_shared<ReplayOptions>();
  binder.arguments(options->inputs, "CAPTURE|FILE|-",
                   "a number, a range, last, last~N, @TAG, a file, or - for standard "
                   "input",
                   false);
  bind_targets(binder, *options);
  bind_changes(binder, *options);
  bind_secrets(binder, options->secrets);
  bind_pace(binder, *options);
  bind_outcome(binder, *options);
  bind_filter(binder, options->filter);
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|ndjson");
  binder.flag("-v,--verbose", options->output.is_verbose, true,
              "show every delivery and every answer's body");
  return [options](Env& env) { return run_replay(*options, env); };
}

}  // namespace terra_hook
