// SPDX-License-Identifier: MIT
#include "base/byte_source.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/file.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_piece = 256 << 10;

}  // namespace

ByteSource descriptor_source(int fd, std::string name) {
  return [fd, name = std::move(name)](char* buffer, std::size_t size) -> Result<std::size_t> {
    for (;;) {
      const ssize_t count = ::read(fd, buffer, size);
      if (count >= 0) {
        return static_cast<std::size_t>(count);
      }
      if (errno != EINTR) {
        return file_error("read", name);
      }
    }
  };
}

ByteSource text_source(std::string_view text) {
  return [rest = text](char* buffer, std::size_t size) mutable -> Result<std::size_t> {
    const std::size_t count = rest.copy(buffer, size);
    rest.remove_prefix(count);
    return count;
  };
}

Result<std::string_view> SourceReader::peek(std::size_t size) {
  while (!has_ended_ && buffer_.size() - begin_ < size) {
    TRY(read_more());
  }
  return std::string_view(buffer_).substr(begin_);
}

Result<std::string_view> SourceReader::peek_line(std::size_t max) {
  std::size_t searched = 0;
  for (;;) {
    const std::string_view text = std::string_view(buffer_).substr(begin_);
    if (const std::size_t end = text.find('\n', searched); end != std::string_view::npos) {
      return text.substr(0, end + 1);
    }
    if (has_ended_ || text.size() >= max) {
      return text;
    }
    searched = text.size();
    TRY(read_more());
  }
}

void SourceReader::take(std::size_t size) {
  begin_ += std::min(size, buffer_.size() - begin_);
}

Result<void> SourceReader::read_more() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t before = buffer_.size();
  // As much again as there is already: a long line costs no more than a few copies of it.
  const std::size_t piece = std::max(k_piece, before / 2);
  buffer_.resize(before + piece);
  auto count = source_(buffer_.data() + before, piece);
  buffer_.resize(before + (count ? *count : 0));
  TRY(count);
  has_ended_ = *count == 0;
  return {};
}

}  // namespace terra_hook
