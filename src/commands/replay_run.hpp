// SPDX-License-Identifier: MIT
// The sending half of `replay`, for every command that sends deliveries to targets.
#pragma once

#include "base/env.hpp"
#include "base/result.hpp"
#include "commands/replay.hpp"
#include "commands/replay_request.hpp"
#include "commands/replay_source.hpp"

namespace terra_hook {

/// Refuses (usage) targets that do not go together and a --speed of no retries.
Result<void> check_sending(const ReplayOptions& options);

/// Sends all of `source` with the pace, retries and targets of `options`, whose inputs and filter
/// do not count any more; or, with `is_dry_run` or `prints_curl`, prints it. Tells how it goes, and
/// exits as run_replay() does.
Result<ExitCode> run_sends(const ReplayOptions& options, ReplaySource source,
                           const RequestMaker& maker, Env& env);

}  // namespace terra_hook
