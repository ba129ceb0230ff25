// SPDX-License-Identifier: MIT
// How far the deliveries of one request to Terra's API have come, for people and programs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "capture/capture.hpp"
#include "render/api_text.hpp"
#include "render/style.hpp"
#include "terra/api_range.hpp"
#include "webhook/chunk_set.hpp"

namespace terra_hook {

struct WaitProgress {
  std::string reference;
  bool is_large = false;   ///< Terra said so, or something that only large requests have came
  bool has_begun = false;  ///< `large_request_processing` came
  RequestProgress chunks;
  std::int64_t deliveries = 0;  ///< that hold data, each once
  std::int64_t duplicates = 0;
  std::int64_t refused = 0;  ///< whose signature failed; they count for nothing else
  std::int64_t failed = 0;   ///< that were answered otherwise than 2xx: the sender has them still
  std::int64_t unanswered = 0;  ///< that have no answer yet
  std::int64_t records = 0;
  std::uint64_t bytes = 0;
  std::int64_t first_capture = 0;
  std::int64_t last_capture = 0;
  std::set<std::string> trace_ids;  ///< of deliveries without a chunk's number; at most 10,000

  /// All chunks that were announced; of a request that is not large, its one delivery.
  bool is_complete() const;
  /// What a bar shows: how many of how many; nothing as long as it is not announced.
  std::optional<double> share() const;
};

/// Counts `capture`, which has the reference and an answer. Captures come in rising order, but for
/// those whose answer took long.
void add_to_wait(WaitProgress& progress, const Capture& capture);

/// `41/43, missing 7 and 12`, `nothing has come yet`, `1 delivery`: in words.
std::string wait_state_text(const WaitProgress& progress, const Style& style);

/// The moving line: without an end, less than the terminal's width.
std::string wait_line(const WaitProgress& progress, std::chrono::milliseconds elapsed,
                      std::chrono::milliseconds limit, const Style& style);

/// The end, when all has come. Lines with their ends.
std::string wait_result_text(const WaitProgress& progress, std::chrono::milliseconds elapsed,
                             std::string_view store_flag, const Style& style);

/// A line of NDJSON of this `type` (`progress`, `summary`).
std::string wait_json(std::string_view type, const WaitProgress& progress);

/// The line of NDJSON that says what was asked for.
std::string requested_json(const ApiAccepted& accepted);

}  // namespace terra_hook
