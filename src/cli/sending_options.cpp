// SPDX-License-Identifier: MIT
#include "cli/sending_options.hpp"

#include "base/rate.hpp"
#include "base/time.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_threads = 1000;

}  // namespace

void bind_connection(Binder& binder, ConnectionFlags flags, const std::string& default_timeout) {
  binder.parsed_list("-H,--header", flags.headers, "FIELD",
                     "send this field ('Name: value') in place of those of its name; 'Name:' "
                     "leaves it out",
                     [](std::string_view text) -> Result<std::vector<HeaderChange>> {
                       TRY_ASSIGN(HeaderChange change, parse_header_change(text));
                       return std::vector<HeaderChange>{std::move(change)};
                     });
  binder
      .parsed("--timeout", flags.timeout, "DURATION", "how long to wait for each answer",
              parse_answer_time)
      .default_text(default_timeout);
  bind_tls_trust(binder, flags.verifies_tls, flags.ca_file);
}

void bind_targets(Binder& binder, ReplayOptions& options) {
  binder.group("Target");
  bind_routes(binder, "--to", options.routes,
              "where to: a port, host:port or URL; repeat it for several, sleep,daily=3000 takes "
              "these types only");
  bind_connection(binder,
                  {options.request.headers, options.timeout, options.verifies_tls, options.ca_file},
                  "30s");
}

void bind_edits(Binder& binder, std::vector<json::Edit>& list) {
  const auto edits = [](auto read) {
    return [read](std::string_view text) -> Result<std::vector<json::Edit>> {
      TRY_ASSIGN(json::Edit edit, read(text));
      return std::vector<json::Edit>{std::move(edit)};
    };
  };
  binder
      .parsed_list("--set", list, "PTR=VALUE",
                   "set the value at a JSON Pointer, such as /data/0/metadata/type=0",
                   edits(json::parse_set))
      .without_environment();
  binder
      .parsed_list("--unset", list, "PTR",
                   "remove the member or element at a JSON Pointer (after all --set)",
                   edits(json::parse_unset))
      .without_environment();
}

void bind_load(Binder& binder, ReplayOptions& options) {
  binder.parsed("--rate", options.interval, "RATE", "at most so many: 50/s, 600/min, 1000/h",
                [](std::string_view text) -> Result<std::optional<std::chrono::nanoseconds>> {
                  TRY_ASSIGN(const std::chrono::nanoseconds interval, parse_rate(text));
                  return std::optional(interval);
                });
  binder
      .parsed("--concurrency", options.concurrency, "N", "how many are sent at once",
              [](std::string_view text) {
                return parse_whole<std::size_t>(text, 1, k_most_threads, "a number of deliveries");
              })
      .default_text("1");
}

void bind_wanted_answers(Binder& binder, ReplayOptions& options) {
  binder
      .parsed("--retries", options.retries, "terra|terra-faq|vantage|none|SCHEDULE",
              "try failed ones again: a schedule's name, 5m,30m,1h or 30s*2^10<=8h",
              parse_retry_schedule)
      .default_text("none");
  binder.parsed("--speed", options.speed, "SPEED", "shorten the waits of --retries: 600x",
                [](std::string_view text) -> Result<std::optional<double>> {
                  TRY_ASSIGN(const double speed, parse_speed(text));
                  return std::optional(speed);
                });
  binder.parsed("--expect-status", options.expected, "STATUS",
                "exit 8 unless every delivery ends with this: 2xx, 200, 400-404 (comma list)",
                [](std::string_view text) -> Result<std::optional<StatusSet>> {
                  TRY_ASSIGN(StatusSet set, StatusSet::parse(text));
                  return std::optional(std::move(set));
                });
}

}  // namespace terra_hook
