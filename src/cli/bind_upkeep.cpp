// SPDX-License-Identifier: MIT
// `tag` and `prune`.
#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "commands/prune.hpp"
#include "commands/tag.hpp"

namespace terra_hook {
namespace {

Result<std::optional<std::int64_t>> parse_kept(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0) {
    return Error{ErrorKind::usage, fmt::format("'{}' is not a count", sanitize(text)),
                 "a whole number from 0"};
  }
  return std::optional(count);
}

}  // namespace

Runner bind_tag(Binder& binder, CommandModel& model) {
  model.description =
      "Gives captures a tag, by which every command finds them: @bug-17 stands wherever a capture "
      "is named. The last word is the tag: letters, digits, '-', '_' and '.'. Without words it "
      "lists the tags.";
  model.examples = {
      {"tag the newest", "terra-hook tag last bug-17"},
      {"tag what a tag marks once more", "terra-hook tag @bug-17 last reported"},
      {"take the tag off everything", "terra-hook tag --delete bug-17"},
  };
  auto options = std::make_shared<TagOptions>();
  binder.arguments(options->words, "CAPTURE", "captures as elsewhere, and last the tag", false);
  binder.group("Tag");
  binder
      .flag("-d,--delete", options->deletes, true,
            "take the tag off these captures, or off all when none is named")
      .without_environment();
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson");
  return [options](Env& env) { return run_tag(*options, env); };
}

Runner bind_prune(Binder& binder, CommandModel& model) {
  model.description =
      "Removes captures with their bodies, attempts and tags, and gives the room back to the disk. "
      "It says what will go and asks; without a terminal it needs --yes. A listener at the same "
      "store goes on meanwhile.\n"
      "\n"
      "Each limit removes what is beyond it, the oldest first; filters say which captures may go "
      "at all. A filter without a limit removes all that match.";
  model.exit_codes = {{4, "usage, or nobody was at a terminal to be asked: --yes does without"}};
  model.examples = {
      {"what is older than a month", "terra-hook prune --older-than 30d"},
      {"all but the newest thousand, from cron", "terra-hook prune --keep 1000 --yes"},
      {"down to half a gigabyte", "terra-hook prune --max-size 500MB"},
      {"see what a filter would remove", "terra-hook prune --verdict invalid --dry-run"},
  };
  auto options = std::make_shared<PruneOptions>();
  binder.group("Limits");
  binder
      .parsed("--older-than", options->older_than, "DURATION", "remove what was received before",
              [](std::string_view text) -> Result<std::optional<std::chrono::milliseconds>> {
                TRY_ASSIGN(const std::chrono::milliseconds duration, parse_duration(text));
                return std::optional(duration);
              })
      .without_environment();
  binder.parsed("--keep", options->keep, "N", "keep the newest N, remove the rest", parse_kept)
      .without_environment();
  binder
      .parsed("--max-size", options->max_size, "SIZE",
              "remove the oldest until the store is no larger",
              [](std::string_view text) -> Result<std::optional<std::uint64_t>> {
                TRY_ASSIGN(const std::uint64_t size, parse_size(text));
                return std::optional(size);
              })
      .without_environment();
  binder.flag("--keep-tagged", options->keeps_tagged, true, "what has a tag stays")
      .without_environment();
  binder.flag("-n,--dry-run", options->is_dry_run, true, "only say what would go")
      .without_environment();
  binder.flag("-y,--yes", options->is_confirmed, true, "do not ask").without_environment();
  bind_filter(binder, options->filter);
  // What a file or a variable sets for `list` must not say what is removed.
  binder.without_environment("Filter");
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson");
  return [options](Env& env) { return run_prune(*options, env); };
}

}  // namespace terra_hook
