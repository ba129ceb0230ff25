// SPDX-License-Identifier: MIT
// `request --split`: a long range window by window, put together at the end.
#pragma once

#include "commands/answer_keeper.hpp"
#include "commands/request_output.hpp"
#include "commands/request_run.hpp"

namespace terra_hook {

/// The windows that are asked for at first: `--split`, or what suits the range.
Result<std::vector<ApiRange>> plan_windows(const ApiRequestOptions& options, const ApiRange& range);

/// Asks for what an earlier run has not got, then writes all of it. `keeper` may be null.
Result<ExitCode> run_windows(const RequestRun& run, RequestOutput& output, AnswerKeeper* keeper);

}  // namespace terra_hook
