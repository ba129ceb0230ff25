// SPDX-License-Identifier: MIT
// Prints what `replay` does: a line a try, or a bar at a terminal where there are many.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/env.hpp"
#include "commands/options.hpp"
#include "render/replay_report.hpp"

namespace terra_hook {

/// Any thread may call any member.
class ReplayDisplay {
 public:
  /// `total`: how many deliveries there will be; a bar is for many.
  ReplayDisplay(const OutputOptions& options, std::uint64_t total, Env& env);

  /// False once nobody reads standard output any more.
  bool show(const ReplayAttempt& attempt);
  bool show(const ReplayedRequest& planned);

  /// Draws the bar, where there is one.
  void show(const ReplayProgress& progress);

  /// A remark on standard error, above the bar.
  void note(const std::string& text);

  /// Takes the bar away.
  void finish(const ReplaySummary& summary);

 private:
  bool write(const std::string& text);
  void clear_bar();

  const OutputOptions options_;
  Env& env_;
  const Style out_;
  const Style err_;
  const bool has_bar_;
  const bool shares_terminal_;  ///< lines and bar go to the same one
  std::mutex mutex_;
  bool is_bar_drawn_ = false;
};

}  // namespace terra_hook
