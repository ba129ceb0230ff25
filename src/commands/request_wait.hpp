// SPDX-License-Identifier: MIT
// `request --to-webhook true`: the data goes to the webhook, and `--wait` follows it there.
#pragma once

#include "commands/request_output.hpp"
#include "commands/request_run.hpp"

namespace terra_hook {

/// Asks, prints the reference, and with `--wait` returns once all has come: `timed_out` when it has
/// not by then. Errors: network, storage, auth (a secret).
Result<ExitCode> run_delivered(const RequestRun& run, RequestOutput& output);

}  // namespace terra_hook
