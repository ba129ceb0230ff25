// SPDX-License-Identifier: MIT
// `listen`'s flags for forwarding, and for failing on purpose.
#include <fmt/format.h>

#include "base/rate.hpp"
#include "base/terminal.hpp"
#include "cli/flag_values.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"
#include "commands/listen.hpp"
#include "http/header_change.hpp"

namespace terra_hook {
namespace {

constexpr unsigned k_max_concurrency = 256;
constexpr std::size_t k_max_queue = 1'000'000;

/// A time limit; none at all would let one request hold its place for ever.
Result<std::chrono::milliseconds> parse_limit(std::string_view text) {
  TRY_ASSIGN(const std::chrono::milliseconds limit, parse_duration(text));
  constexpr std::chrono::hours k_longest{1};
  if (limit.count() > 0 && limit <= k_longest) return limit;
  return Error{ErrorKind::usage, fmt::format("'{}' is not a time limit", sanitize(text)),
               "more than 0, at most 1h"};
}

void bind_faults(Binder& binder, ListenOptions& options) {
  binder.group("Failure on purpose");
  binder.parsed(
      "--respond", options.faults.responses, "LIST",
      "answer like this instead, in order, such as 500x3,timeout,200; the last one stays; 500@20% "
      "answers a fifth so. What is not answered 2xx is not forwarded",
      parse_responses);
  binder.parsed("--drop", options.faults.drop, "SHARE",
                "close so many connections without an answer, such as 10%", parse_share);
  binder.parsed("--delay", options.faults.delay, "DURATION", "wait before each answer",
                parse_limit);
  binder.parsed("--seed", options.seed, "N", "have the same ones fail again", parse_seed);
}

}  // namespace

void bind_forwarding(Binder& binder, ListenOptions& options) {
  ForwardOptions& forward = options.forward;
  binder.group("Forwarding");
  bind_routes(binder, "-f,--forward-to", forward.routes,
              "send each delivery on, byte for byte: to a port, host:port, path or URL; "
              "sleep,daily=3000 takes these types only; repeat it for several");
  binder
      .parsed("--target-timeout", forward.timeout, "DURATION",
              "how long a target may take; the sender is answered 504 after that", parse_limit)
      .default_text("30s");
  binder
      .parsed("--limit", forward.limit, "DURATION",
              "Terra's own limit, which the times shown are measured against", parse_limit)
      .default_text("8s");
  binder.flag("--fail-slow", forward.fails_when_slow, true,
              "exit with 8 when a target took longer than --limit");
  binder.flag("--ack-first", forward.acks_first, true,
              "answer 200 at once and forward afterwards, instead of passing the target's answer "
              "on");
  binder.parsed("--wait-for-target", forward.target_wait, "[DURATION]",
                "do not listen before every target does; exit with 9 when that takes longer than 5 "
                "minutes, or than told",
                [](std::string_view text) -> Result<std::optional<std::chrono::milliseconds>> {
                  TRY_ASSIGN(const std::chrono::milliseconds limit, parse_limit(text));
                  return std::optional(limit);
                });
  binder.implied_value("5m", [](std::string_view text) { return parse_limit(text).has_value(); });
  binder.flag("--show-response", options.shows_response, true,
              "print what targets answer also when it is 2xx");
  binder.parsed_list(
      "-H,--header", forward.header_changes, "FIELD",
      "set a field of what is forwarded, as 'Name: value'; without a value it is taken away",
      [](std::string_view text) -> Result<std::vector<HeaderChange>> {
        TRY_ASSIGN(HeaderChange change, parse_header_change(text));
        return std::vector<HeaderChange>{std::move(change)};
      });
  binder.flag("-k,--insecure", forward.verifies_tls, false,
              "do not check the certificates of https targets");
  binder.text("--cacert", forward.ca_file, "FILE",
              "trust the authorities in this file (PEM) instead of the system's");
  binder
      .parsed("--concurrency", forward.concurrency, "N",
              "deliveries that are forwarded at the same time, at most",
              [](std::string_view text) {
                return parse_whole<unsigned>(text, 1, k_max_concurrency, "a number of deliveries");
              })
      .default_text("32");
  binder
      .parsed("--queue", forward.queue, "N",
              "deliveries that may wait to be forwarded; more are answered 503",
              [](std::string_view text) {
                return parse_whole<std::size_t>(text, 0, k_max_queue, "a number of deliveries");
              })
      .default_text("1000");
  bind_faults(binder, options);
}

}  // namespace terra_hook
