// SPDX-License-Identifier: MIT
// `terra-hook request`: asks Terra's REST API for what a developer of webhooks needs of it.
#pragma once

#include "commands/request_plan.hpp"

namespace terra_hook {

/// Sends the request and writes its answer. `unauthentic` when credentials are missing or refused,
/// `bad_input` before anything was sent, `timed_out` when the answer (or, with `--wait`, a payload)
/// did not come in time, `interrupted` when stopped before that.
Result<ExitCode> run_request(const ApiRequestOptions& options, Env& env);

}  // namespace terra_hook
