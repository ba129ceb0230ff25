// SPDX-License-Identifier: MIT
// Tells whoever started a listener that it accepts connections, and where: in a file, or through a
// descriptor that it was handed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

struct ReadyOptions {
  std::string file;       ///< empty: none
  std::optional<int> fd;  ///< closed once written to
};

class ReadyNotice {
 public:
  /// Takes away a file that an earlier listener left behind. Errors: usage (no such descriptor),
  /// file. Call it before anything else opens descriptors.
  static Result<ReadyNotice> prepare(const ReadyOptions& options);

  /// Takes the file away again: nobody listens there any more.
  ~ReadyNotice();
  ReadyNotice(ReadyNotice&& other) noexcept;
  ReadyNotice& operator=(ReadyNotice&&) = delete;

  /// Writes `url` and a line break: to a file that is there at once with all of it, or not at all.
  /// A descriptor whose reader has gone is no error.
  Result<void> announce(std::string_view url);

 private:
  explicit ReadyNotice(ReadyOptions options) : options_(std::move(options)) {}

  ReadyOptions options_;
  std::string written_;  ///< what the file says
};

}  // namespace terra_hook
