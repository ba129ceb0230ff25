// SPDX-License-Identifier: MIT
// What the ways of `request` (one answer, window by window, by webhook) have in common while they
// run.
#pragma once

#include <chrono>
#include <optional>

#include "commands/request_display.hpp"
#include "commands/request_plan.hpp"
#include "commands/window_fetcher.hpp"

namespace terra_hook {

struct RequestRun {
  const ApiRequestOptions& options;
  const RequestPlan& plan;
  const ApiSession& session;
  const ApiPatience& patience;
  RequestDisplay& display;
  Env& env;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::chrono::milliseconds elapsed() const;
};

/// Draws progress until `fetcher` has ended, or a stop was asked for, which ends it: then false.
bool follow(const RequestRun& run, WindowFetcher& fetcher);

/// Tells of the failure that ended `fetcher`, with commands that may do better.
ExitCode report_failure(const RequestRun& run, const WindowFetcher& fetcher);

/// Of an answer that should be JSON and is not.
Error no_json_error(const RequestRun& run);

/// Asks once. Nothing when it failed or was stopped, which was told: `code` says how.
Result<std::optional<ApiReply>> ask_once(const RequestRun& run, ExitCode& code);

}  // namespace terra_hook
