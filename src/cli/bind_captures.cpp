// SPDX-License-Identifier: MIT
// `list` and `show`.
#include <memory>

#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "commands/list.hpp"
#include "commands/show.hpp"

namespace terra_hook {

Runner bind_list(Binder& binder, CommandModel& model) {
  model.description =
      "A line a capture, newest last. Filters can be combined; a list of types or verdicts means "
      "any "
      "of them.\n"
      "\n"
      "Behind a line stands what relates it to others: chunk 7/43 (of a large request that has "
      "announced 43 with large_request_sending), duplicate of #3 (same X-Terra-Trace-Id and body), "
      "older than #14 (emitted before it, says X-Terra-Ordering-Timestamp, and about the same "
      "user, type and first record: do not overwrite newer data with it).\n"
      "\n"
      "--group reference has a line a request, with its progress: 41/43, missing 7 and 12. "
      "Deliveries that failed verification do not count.";
  model.examples = {
      {"the last ten", "terra-hook list --last 10"},
      {"sleep and activity of the last two hours",
       "terra-hook list --type sleep,activity --since 2h"},
      {"how far each large request has come", "terra-hook list --group reference"},
      {"what failed verification, for jq",
       "terra-hook list --verdict invalid,missing --format ndjson"},
  };
  auto options = std::make_shared<ListOptions>();
  bind_filter(binder, options->filter);
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson");
  binder
      .parsed("--group", options->groups_by_reference, "none|reference",
              "a line a request (one terra-reference) instead of a line a capture",
              [](std::string_view text) -> Result<bool> {
                TRY_ASSIGN(const std::size_t index, parse_choice(text, {"none", "reference"}));
                return index == 1;
              })
      .default_text("none");
  bind_redact(binder, options->redacts);
  return [options](Env& env) { return run_list(*options, env); };
}

Runner bind_show(Binder& binder, CommandModel& model) {
  model.description =
      "Shows captures: the card of what they hold, headers and body. A capture is named by its "
      "number (12), a range "
      "(12..20), last, last~2, or a tag (@bug-17).\n"
      "\n"
      "--format raw writes the body's exact bytes as they were received; with --headers the whole "
      "HTTP "
      "message. --format json is one object, or an array for several captures.\n"
      "\n"
      "Long arrays of samples are folded into a line each, with their times, values and a "
      "sparkline; --full shows every item. --path narrows to one value of the body, which --format "
      "raw writes exactly as it was sent.\n"
      "\n"
      "--redact masks who it is about: ids, names, addresses, phone numbers, places, coordinates, "
      "birth dates, free text, signed URLs, signatures, and all cycle data. Other measurements and "
      "times stay. The same value has the same mask in every run on this machine. A masked body "
      "does not fit its signature any more.";
  model.examples = {
      {"the newest", "terra-hook show last"},
      {"its exact bytes", "terra-hook show last --format raw > body.json"},
      {"the heart rate of its first record",
       "terra-hook show last --path /data/0/heart_rate_data --full"},
      {"the whole HTTP message", "terra-hook show 12 --format raw --headers > request.http"},
  };
  auto options = std::make_shared<ShowOptions>();
  binder.arguments(options->captures, "CAPTURE", "a number, a range, last, last~N or @tag");
  binder.group("Parts");
  binder
      .flag("--headers", options->only_headers, true,
            "only the header section (raw: with the body)")
      .without_environment();
  binder.flag("--body", options->only_body, true, "only the body").without_environment();
  binder
      .text("--path", options->path, "POINTER",
            "only this value of the body, as a JSON Pointer: /data/0/metadata")
      .without_environment();
  binder.flag("--full", options->is_full, true,
              "every sample and every string in full, nothing folded");
  binder.flag("--card", options->only_card, true, "only the card").without_environment();
  binder
      .parsed("--record", options->record, "N",
              "the card of the Nth record; without it those of the first three", parse_count)
      .without_environment();
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson|raw");
  bind_redact(binder, options->redacts);
  return [options](Env& env) { return run_show(*options, env); };
}

}  // namespace terra_hook
