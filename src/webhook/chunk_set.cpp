// SPDX-License-Identifier: MIT
#include "webhook/chunk_set.hpp"

#include <algorithm>
#include <limits>

namespace terra_hook {

void ChunkSet::add(std::int64_t number) {
  // One less than the largest, so that no end needs care.
  if (number < 0 || number == std::numeric_limits<std::int64_t>::max() || contains(number)) {
    return;
  }
  const auto after = std::upper_bound(
      spans_.begin(), spans_.end(), number,
      [](std::int64_t value, const ChunkSpan& span) { return value < span.first; });
  const bool joins_before = after != spans_.begin() && std::prev(after)->last + 1 == number;
  const bool joins_after = after != spans_.end() && after->first - 1 == number;
  if (joins_before && joins_after) {
    std::prev(after)->last = after->last;
    spans_.erase(after);
  } else if (joins_before) {
    std::prev(after)->last = number;
  } else if (joins_after) {
    after->first = number;
  } else if (spans_.size() < k_max_spans) {
    spans_.insert(after, {number, number});
  } else {
    return;
  }
  ++size_;
}

bool ChunkSet::contains(std::int64_t number) const {
  const auto span =
      std::lower_bound(spans_.begin(), spans_.end(), number,
                       [](const ChunkSpan& each, std::int64_t value) { return each.last < value; });
  return span != spans_.end() && span->first <= number;
}

std::vector<ChunkSpan> ChunkSet::missing(std::int64_t expected) const {
  std::vector<ChunkSpan> gaps;
  std::int64_t next = contains(0) ? 0 : 1;
  const std::int64_t last = next == 0 ? expected - 1 : expected;
  for (const ChunkSpan& span : spans_) {
    if (next > last) {
      break;
    }
    if (span.first > next) {
      gaps.push_back({next, std::min(span.first - 1, last)});
    }
    next = std::max(next, span.last + 1);
  }
  if (next <= last) {
    gaps.push_back({next, last});
  }
  return gaps;
}

std::optional<bool> RequestProgress::is_complete() const {
  if (!expected) {
    return std::nullopt;
  }
  return chunks.missing(*expected).empty();
}

}  // namespace terra_hook
