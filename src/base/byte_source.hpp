// SPDX-License-Identifier: MIT
// Bytes that come piece by piece: from a file, a pipe, or a text in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// Fills `buffer` with up to `size` bytes and says how many; 0 is the end, after which it is not
/// called again.
using ByteSource = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;

/// What can be read from `fd`, which stays open; `name` is for errors.
ByteSource descriptor_source(int fd, std::string name);

/// `text`, which must outlive the source.
ByteSource text_source(std::string_view text);

/// The lines of a source, or all of it, with bounded memory. One thread at a time.
class SourceReader {
 public:
  explicit SourceReader(ByteSource source) : source_(std::move(source)) {}

  /// Reads on until `size` bytes are at hand or the source has ended; what is at hand.
  Result<std::string_view> peek(std::size_t size);

  /// Reads on until the first line end is at hand, the source has ended, or `max` bytes were looked
  /// through; what is at hand then, with the line end.
  Result<std::string_view> peek_line(std::size_t max);

  /// Drops the first `size` bytes of what is at hand.
  void take(std::size_t size);

  /// True once all bytes of the source are at hand.
  bool has_ended() const { return has_ended_; }

 private:
  Result<void> read_more();

  ByteSource source_;
  std::string buffer_;
  std::size_t begin_ = 0;
  bool has_ended_ = false;
};

}  // namespace terra_hook
