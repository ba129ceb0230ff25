// SPDX-License-Identifier: MIT
// The flags of the commands that send deliveries: where to, how fast, what is done about answers.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/json_edit.hpp"
#include "cli/binder.hpp"
#include "commands/replay.hpp"

namespace terra_hook {

/// What the flags about the connection to a target are bound to.
struct ConnectionFlags {
  std::vector<HeaderChange>& headers;
  std::chrono::milliseconds& timeout;
  bool& verifies_tls;
  std::string& ca_file;
};

/// `--header`, `--timeout`, `--insecure`, `--cacert`.
void bind_connection(Binder& binder, ConnectionFlags flags, const std::string& default_timeout);

/// `--to` and those of bind_connection().
void bind_targets(Binder& binder, ReplayOptions& options);

/// `--set`, `--unset`.
void bind_edits(Binder& binder, std::vector<json::Edit>& list);

/// `--rate`, `--concurrency`.
void bind_load(Binder& binder, ReplayOptions& options);

/// `--retries`, `--speed`, `--expect-status`.
void bind_wanted_answers(Binder& binder, ReplayOptions& options);

}  // namespace terra_hook
