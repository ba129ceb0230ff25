// SPDX-License-Identifier: MIT
// What `request` says on standard error while it works.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "commands/options.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// One line that is drawn again and again at a terminal, and lines above it. Any thread.
class RequestDisplay {
 public:
  RequestDisplay(const OutputOptions& options, Env& env);
  /// Takes the moving line away.
  ~RequestDisplay();
  RequestDisplay(const RequestDisplay&) = delete;
  RequestDisplay& operator=(const RequestDisplay&) = delete;

  /// Whether there is a moving line at all: not for pipes, not with --quiet.
  bool moves() const { return moves_; }
  /// Draws it; `text` is one line without an end.
  void move(const std::string& text);
  /// A remark; not with --quiet.
  void note(const std::string& text);
  /// Lines with their ends, as they are; not with --quiet.
  void tell(const std::string& lines);
  /// The same, also with --quiet.
  void fail(const std::string& lines);
  void clear();

  const Style& style() const { return style_; }

 private:
  void clear_line();

  Env& env_;
  const Style style_;
  const bool is_quiet_;
  const bool moves_;
  std::mutex mutex_;
  bool is_drawn_ = false;
};

}  // namespace terra_hook
