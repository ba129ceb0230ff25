// SPDX-License-Identifier: MIT
// How far a large request has come: which of its numbered payloads have arrived. Terra announces
// how many there will be with `large_request_sending`, which may come after the first of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace terra_hook {

/// Chunk numbers, both ends included.
struct ChunkSpan {
  std::int64_t first = 0;
  std::int64_t last = 0;

  bool operator==(const ChunkSpan&) const = default;
};

/// Numbers of chunks, each once. Memory grows with the gaps between them, of which there are at
/// most k_max_spans.
class ChunkSet {
 public:
  static constexpr std::size_t k_max_spans = 10'000;

  /// Negative numbers, and those that would open one gap too many, are left out.
  void add(std::int64_t number);

  std::int64_t size() const { return size_; }
  bool empty() const { return spans_.empty(); }
  bool contains(std::int64_t number) const;

  /// What is still to come of `expected` chunks, ascending. Terra numbers them from 1; where a 0
  /// has been seen they are taken to be numbered from 0.
  std::vector<ChunkSpan> missing(std::int64_t expected) const;

 private:
  std::vector<ChunkSpan> spans_;  // ascending, never adjacent
  std::int64_t size_ = 0;
};

struct RequestProgress {
  std::optional<std::int64_t> expected;  ///< nothing until `large_request_sending` was seen
  ChunkSet chunks;

  /// Nothing as long as it is not known how many there will be.
  std::optional<bool> is_complete() const;

  /// Neither announced nor begun: an ordinary request, or one that is being worked on.
  bool is_blank() const { return !expected && chunks.empty(); }
};

}  // namespace terra_hook
