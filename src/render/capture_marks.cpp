// SPDX-License-Identifier: MIT
#include "render/capture_marks.hpp"

#include <fmt/format.h>

namespace terra_hook {

std::vector<Mark> capture_marks(const Capture& capture, const Style& style) {
  std::vector<Mark> marks;
  if (capture.ids.chunk && capture.chunk_count) {
    marks.push_back({fmt::format("chunk {}/{}", *capture.ids.chunk, *capture.chunk_count), ""});
  } else if (capture.ids.chunk) {
    marks.push_back({fmt::format("chunk {}", *capture.ids.chunk), ""});
  }
  const std::string_view gone_first = capture.duplicate_is_pruned ? ", pruned" : "";
  if (capture.duplicate_of && capture.duplicate_differs) {
    marks.push_back(
        {fmt::format("same trace id as #{}{}, different body", *capture.duplicate_of, gone_first),
         style.bad});
  } else if (capture.duplicate_of) {
    marks.push_back(
        {fmt::format("duplicate of #{}{}", *capture.duplicate_of, gone_first), style.warn});
  }
  if (capture.older_than) {
    marks.push_back({fmt::format("older than #{}{}", *capture.older_than,
                                 capture.newer_is_pruned ? ", pruned" : ""),
                     style.warn});
  }
  return marks;
}

std::string number_text(const Capture& capture, const Style& style) {
  const std::string number = capture.number > 0 ? fmt::format("#{}", capture.number) : "-";
  if (!capture.ping_of) return number;
  return fmt::format("{} {} #{}", number, style.unicode ? "←" : "<-", *capture.ping_of);
}

}  // namespace terra_hook
