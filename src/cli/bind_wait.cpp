// SPDX-License-Identifier: MIT
// `listen`'s flags for scripts and CI.
#include <fmt/format.h>

#include "base/terminal.hpp"
#include "base/time.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/listen.hpp"

namespace terra_hook {
namespace {

constexpr unsigned k_max_commands = 64;
constexpr int k_max_fd = 65535;

/// More than nothing and at most a week.
Result<std::chrono::milliseconds> parse_patience(std::string_view text) {
  TRY_ASSIGN(const std::chrono::milliseconds patience, parse_duration(text));
  if (patience.count() > 0 && patience <= std::chrono::hours(24 * 7)) return patience;
  return Error{ErrorKind::usage, fmt::format("'{}' is no time to wait for", sanitize(text)),
               "more than 0, at most 7d"};
}

Result<std::vector<Expression>> parse_expectation(std::string_view text) {
  TRY_ASSIGN(Expression expression, Expression::parse(text));
  return std::vector<Expression>{std::move(expression)};
}

void bind_command(Binder& binder, CommandOptions& options) {
  binder.text("--exec", options.command, "CMD",
              "hand each delivery that counts to this command of sh: the body on its standard "
              "input, the rest in DELIVERY_ variables");
  binder
      .parsed("--exec-concurrency", options.concurrency, "N",
              "commands that run at the same time, at most",
              [](std::string_view text) {
                return parse_whole<unsigned>(text, 1, k_max_commands, "a number of commands");
              })
      .default_text("4");
  binder
      .parsed("--exec-timeout", options.timeout, "DURATION", "how long a command may take",
              parse_patience)
      .default_text("1m");
}

}  // namespace

void bind_wait(Binder& binder, ListenOptions& options) {
  WaitOptions& wait = options.wait;
  binder.group("Which deliveries count");
  bind_live_filter(binder, wait.filter);
  binder.group("Scripts and CI");
  binder.parsed("--count", wait.count, "N", "end after so many deliveries that count", parse_count);
  binder.parsed("--timeout", options.timeout, "DURATION",
                "wait no longer than this, then exit with 9, or 8 when what came was not as "
                "expected. With --forward-to and none of --count, --expect, --junit and --tap: as "
                "--target-timeout",
                [](std::string_view text) -> Result<std::optional<std::chrono::milliseconds>> {
                  TRY_ASSIGN(const std::chrono::milliseconds patience, parse_patience(text));
                  return std::optional(patience);
                });
  binder.parsed_list("--expect", wait.some, "EXPR",
                     "a delivery that counts must be like this, such as 'type==sleep && "
                     "/data/0/metadata/summary_id exists'; repeat it for several",
                     parse_expectation);
  binder.parsed_list("--expect-every", wait.every, "EXPR",
                     "every delivery that counts must be like this", parse_expectation);
  binder.text("--ready-file", wait.ready.file, "FILE",
              "write the URL to this file once connections are accepted; it is gone when "
              "listening ends");
  binder.parsed("--ready-fd", wait.ready.fd, "N",
                "write the URL to this descriptor once connections are accepted, and close it",
                [](std::string_view text) -> Result<std::optional<int>> {
                  TRY_ASSIGN(const int fd, parse_whole<int>(text, 3, k_max_fd, "a descriptor"));
                  return std::optional(fd);
                });
  bind_reports(binder, wait.junit, wait.is_tap);
  bind_command(binder, wait.command);
}

}  // namespace terra_hook
