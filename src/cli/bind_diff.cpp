// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <memory>

#include "base/terminal.hpp"
#include "cli/commands.hpp"
#include "cli/option_groups.hpp"
#include "commands/diff.hpp"

namespace terra_hook {
namespace {

Result<double> parse_number_tolerance(std::string_view text) {
  double tolerance = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tolerance);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (is_whole && std::isfinite(tolerance) && tolerance >= 0) return tolerance;
  return Error{ErrorKind::usage, fmt::format("'{}' is not a tolerance", sanitize(text)),
               "a number from 0, such as 0.01"};
}

}  // namespace

Runner bind_diff(Binder& binder, CommandModel& model) {
  model.description =
      "Compares two bodies by record: an activity or a sleep with the one of the same summary_id, "
      "a day with the same day, whatever its place. Each is a capture (12, last~1, @tag) or a file "
      "that holds a JSON body, a whole HTTP message or another form that import reads; - is "
      "standard "
      "input. Content codings are undone first.\n"
      "\n"
      "Every difference is printed with its JSON Pointer and the values as they are spelled. The "
      "order of keys does not count, nor do 1.0 and 1 differ; of a key that an object has several "
      "times the n-th is compared with the n-th. Samples and arrays of more than 16 elements are "
      "summed up in one line; --full compares them one by one. Samples belong together when they "
      "have the same time.\n"
      "\n"
      "Terra sends a record again with all it had before and more, so fields that the later "
      "delivery lost are listed at the end, and so are scores of data_enrichment that turned to "
      "null, which happens. Later is the one with the later X-Terra-Ordering-Timestamp; without "
      "it the capture with the higher number, else the second.\n"
      "\n"
      "Exit codes: 0 no difference, 8 differences, 3 no such capture or not JSON.";
  model.exit_codes = {{0, "the two say the same"}, {8, "they differ"}};
  model.examples = {
      {"the last two deliveries", "terra-hook diff last~1 last"},
      {"a delivery and a file, ignoring rounding",
       "terra-hook diff 12 expected.json --tolerance-number 0.01"},
      {"what changed, for jq",
       "terra-hook diff 12 15 --format ndjson | jq -r 'select(.type == \"change\") | .path'"},
  };
  auto options = std::make_shared<DiffCommandOptions>();
  // Newer versions of CLI11 want a name for each.
  binder.argument(options->a, "CAPTURE|FILE", "the earlier one, or what to compare with", true);
  binder.argument(options->b, "FILE|CAPTURE", "the other one", true);
  binder.group("Comparison");
  binder
      .parsed("--tolerance-number", options->number_tolerance, "N",
              "numbers that differ by at most N are the same", parse_number_tolerance)
      .default_text("0");
  binder.flag("--full", options->is_full, true,
              "samples and long arrays element by element instead of in one line");
  bind_store(binder, options->store);
  bind_output(binder, options->output, "text|json|ndjson");
  return [options](Env& env) { return run_diff(*options, env); };
}

}  // namespace terra_hook
