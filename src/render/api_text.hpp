// SPDX-License-Identifier: MIT
// What `request` says besides the data: progress, results, failures, and the request itself with
// its credentials masked.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/header_field.hpp"
#include "http/url.hpp"
#include "render/style.hpp"
#include "terra/api_failure.hpp"
#include "terra/api_range.hpp"

namespace terra_hook {

/// How far a request has come.
struct ApiProgress {
  std::string host;
  std::size_t done = 0;
  std::size_t total = 1;  ///< windows; of one, a spinner stands for the bar
  std::uint64_t days = 0;
  std::uint64_t total_days = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::string waits_for;  ///< empty when it waits for an answer
  std::chrono::milliseconds wait_left{};
  std::chrono::milliseconds elapsed{};
  std::chrono::milliseconds timeout{};
};

/// One line without an end, less than the terminal's width.
std::string api_progress_text(const ApiProgress& progress, const Style& style);

/// `2026-07-01 to 2026-07-31, the end not included (30 days)`.
std::string range_text(const ApiRange& range);

/// What came back.
struct ApiResult {
  std::string what;
  std::string user;      ///< may be empty
  std::string provider;  ///< may be empty
  std::optional<ApiRange> range;
  std::optional<std::uint64_t> records;
  std::uint64_t bytes = 0;
  std::size_t windows = 1;
  std::uint64_t duplicates = 0;
  std::uint64_t differing = 0;
  std::chrono::milliseconds elapsed{};
  std::string file;  ///< empty: standard output
};

/// Lines with their ends.
std::string api_result_text(const ApiResult& result, const Style& style);

/// The data was asked for to come to the webhook.
struct ApiAccepted {
  std::string what;
  std::string user;
  std::optional<ApiRange> range;
  std::string reference;  ///< may be empty
  std::string message;    ///< of Terra; that of large requests
};

/// Says that the data does not come here, and how to follow it. Lines with their ends.
std::string accepted_text(const ApiAccepted& accepted, std::string_view store_flag,
                          const Style& style);

/// The failure like an Error is reported, its advice below, then the commands of `ways_out`.
std::string api_failure_text(const ApiFailure& failure, const std::vector<std::string>& ways_out,
                             const Style& style);

/// `GET https://…` and the header fields, credentials masked.
std::string api_request_text(const Url& base, const std::string& target,
                             const HeaderFields& headers);

/// The same as a command for curl: shell variables (TERRA_DEV_ID, TERRA_API_KEY) stand for the
/// credentials.
std::string api_curl_text(const Url& base, const std::string& target, const HeaderFields& headers);

}  // namespace terra_hook
