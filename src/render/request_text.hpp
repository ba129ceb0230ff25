// SPDX-License-Identifier: MIT
// The deliveries of one request (one `terra-reference`) taken together, for people and programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "capture/capture.hpp"
#include "render/style.hpp"
#include "webhook/chunk_set.hpp"

namespace terra_hook {

struct RequestGroup {
  std::string reference;
  std::int64_t deliveries = 0;
  std::int64_t duplicates = 0;
  std::vector<std::string> types;  ///< in order of appearance, without large_request_*; at most 8
  std::string provider;
  std::int64_t first_capture = 0;
  std::int64_t last_capture = 0;
  UtcTime first_at{};
  UtcTime last_at{};
  RequestProgress progress;
};

/// Counts `capture`, which has the group's reference. Captures come in rising order.
void add_to_group(RequestGroup& group, const Capture& capture);

/// `41/43, missing 7 and 12`; `12 chunks, not announced yet`; "" when there is nothing to say.
std::string progress_text(const RequestProgress& progress, const Style& style);

/// One line without its newline: reference, progress, and what of the rest the width has room for.
std::string request_line(const RequestGroup& group, const Style& style);

/// One JSON object of `type` `request` on one line, without a newline. Of missing chunks at most
/// 1,000 are named.
std::string request_json(const RequestGroup& group);

}  // namespace terra_hook
