// SPDX-License-Identifier: MIT
// Prints what `emulate` does, a line a request and a line a try of a delivery, and keeps count.
#pragma once

#include <mutex>
#include <string>

#include "base/env.hpp"
#include "commands/options.hpp"
#include "render/emulate_report.hpp"

namespace terra_hook {

/// Any thread may call any member. Waits for whoever reads standard output.
class EmulateDisplay {
 public:
  EmulateDisplay(const OutputOptions& options, Env& env);

  void show(const EmulatorReady& ready);
  void show(const ApiExchangeDone& exchange);
  void show(const WebhookAttempt& attempt);
  void show(const StepTaken& step);
  void note(const std::string& text);

  /// What became of everything so far; deliveries that are still waiting count as not sent.
  EmulatorSummary summary() const;
  void finish(const EmulatorSummary& summary);

  /// A delivery was emitted.
  void count_delivery();

 private:
  void write(const std::string& line);
  bool is_json() const { return options_.format == Format::ndjson; }

  const OutputOptions options_;
  Env& env_;
  const Style out_;
  const Style err_;
  const std::size_t width_;
  mutable std::mutex mutex_;
  EmulatorSummary summary_;
};

}  // namespace terra_hook
