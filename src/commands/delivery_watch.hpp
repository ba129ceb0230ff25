// SPDX-License-Identifier: MIT
// Counts the deliveries that a listener waits for and holds them against what is expected of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "capture/capture.hpp"
#include "capture/store.hpp"
#include "commands/display.hpp"
#include "render/wait_report.hpp"
#include "webhook/expression.hpp"

namespace terra_hook {

struct WatchOptions {
  CaptureFilter filter;                ///< which deliveries count
  std::optional<std::uint64_t> count;  ///< end after so many
  std::vector<Expression> some;        ///< each is met by at least one delivery that counts
  std::vector<Expression> every;       ///< each is met by all of them
  std::optional<std::chrono::milliseconds> timeout;
  std::uint64_t max_decoded = 64ULL << 20;  ///< of a body with a content coding
  bool shows_values = true;                 ///< of payloads, where expectations are not met
};

/// Thread-safe.
class DeliveryWatch {
 public:
  /// `on_end` is called once, from within note(), when nothing is left to wait for: after `count`
  /// deliveries, without a count when all of `some` are met, or when one of `every` is not.
  DeliveryWatch(WatchOptions options, Display& display, std::function<void()> on_end);

  /// Takes note of a delivery that was kept. True when it counts; what comes after the end does
  /// not. An expression is tried in linear time, but for bodies of some megabytes that takes a
  /// while.
  bool note(const Capture& capture);

  /// What came of it; `end` is only asked for when there was no end of its own.
  WaitReport report(WaitEnd end) const;

 private:
  struct Awaited {
    Expression expression;
    ExpectationReport report;
  };

  void hold_against(Awaited& awaited, const DeliveryFacts& facts, const Capture& capture);
  void settle(const Awaited& awaited, const Capture& capture, std::vector<std::string> reasons);
  std::optional<WaitEnd> reached_end() const;

  const WatchOptions options_;
  Display& display_;
  const std::function<void()> on_end_;

  mutable std::mutex mutex_;
  std::vector<Awaited> awaited_;
  std::uint64_t counted_ = 0;
  std::uint64_t others_ = 0;
  std::optional<WaitEnd> end_;
};

/// 8 when an expectation is not met although deliveries came that count, or listening was stopped
/// before they did; 9 when the time ran out before enough had come; 1 when a command failed; else
/// 0.
ExitCode exit_code_of(const WaitReport& report);

}  // namespace terra_hook
