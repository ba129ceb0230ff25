// SPDX-License-Identifier: MIT
// `terra-hook request`: what is to be asked, worked out from the flags before anything is sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/api_session.hpp"
#include "commands/options.hpp"
#include "terra/api_endpoint.hpp"
#include "terra/api_failure.hpp"
#include "terra/api_range.hpp"
#include "terra/api_step.hpp"
#include "terra/api_target.hpp"

namespace terra_hook {

/// `--split`: days in a window; 0: as many as will do.
using SplitDays = std::optional<std::int64_t>;

struct ApiRequestOptions {
  std::string what;  ///< an endpoint's name, or a path
  std::optional<std::string> user_id;
  std::optional<std::string> reference_id;
  std::optional<std::string> start_date;
  std::optional<std::string> end_date;
  bool to_webhook = true;
  bool with_samples = false;
  ApiParameters query;  ///< `-q`
  ApiOptions api;
  SplitDays split;
  std::size_t concurrency = 2;
  int retries = 3;
  std::optional<std::chrono::milliseconds> max_wait;  ///< none: a minute, with split an hour
  bool restarts = false;  ///< `--restart`: nothing of an earlier run is used
  std::string output;     ///< a file; empty or `-`: standard output
  bool replaces = false;  ///< `--force`
  bool saves = false;
  std::optional<std::chrono::milliseconds> wait;  ///< `--wait`
  bool listens = false;
  std::optional<std::uint16_t> port;  ///< of `--listen`
  SecretOptions secrets;              ///< of `--listen`
  StoreOptions store;
  bool is_dry_run = false;
  bool prints_curl = false;
  OutputOptions show;
};

struct RequestPlan {
  std::string what;  ///< for people: `activity`, `/lab-reports`
  std::string path;
  ApiParameters parameters;       ///< without the dates of `range`
  std::optional<ApiRange> range;  ///< of records between two dates
  bool is_public = false;
  ApiTraits traits;
  std::string user_id;

  /// The request target for `dates`, which are `range` or a part of it; nothing where there is
  /// none.
  std::string target(const Url& base, const std::optional<ApiRange>& dates) const;
  ApiSubject subject(const Url& base) const;
};

/// Checks the flags against what is asked for. Errors: usage (a flag is missing or does not fit),
/// input (a date).
Result<RequestPlan> plan_request(const ApiRequestOptions& options, const Env& env);

/// The same request as a command line, with `changes` (`--split auto`) in place of what they
/// exclude, to be pasted into a shell.
std::string request_command(const ApiRequestOptions& options, const RequestPlan& plan,
                            std::string_view changes);

}  // namespace terra_hook
