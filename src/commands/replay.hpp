// SPDX-License-Identifier: MIT
// `terra-hook replay`: sends what was captured, or what files hold, once more.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "commands/options.hpp"
#include "commands/replay_plan.hpp"
#include "commands/replay_request.hpp"
#include "http/route.hpp"
#include "http/status_set.hpp"
#include "webhook/retry_schedule.hpp"

namespace terra_hook {

struct ReplayOptions {
  std::vector<std::string> inputs;  ///< captures' names, files, `-`
  FilterOptions filter;
  std::vector<Route> routes;
  RequestOptions request;
  bool is_as_received = false;
  bool is_unsigned = false;
  PlanOptions plan;
  std::optional<std::uint64_t> seed;  ///< none: the time
  std::optional<std::chrono::nanoseconds> interval;
  std::size_t concurrency = 1;
  RetrySchedule retries = no_retries();
  std::optional<double> speed;  ///< of the retries' waits
  std::optional<StatusSet> expected;
  std::chrono::milliseconds timeout{30'000};
  bool verifies_tls = true;
  std::string ca_file;
  std::string unreachable_hint;  ///< what to do when nobody listens there; empty: the client's
  bool is_dry_run = false;
  bool prints_curl = false;
  OutputOptions output;
  SecretOptions secrets;
  StoreOptions store;
};

/// Exits 0 when every delivery ended with a 2xx answer (or the expected one), 1 when some did not,
/// 8 when one of them broke --expect-status, 130 when it was interrupted before the end.
Result<ExitCode> run_replay(const ReplayOptions& options, Env& env);

}  // namespace terra_hook
