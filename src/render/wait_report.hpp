// SPDX-License-Identifier: MIT
// What `listen` waited for and what came of it: values that are shown, and written as JUnit or TAP.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook {

/// A delivery that did not meet an expectation.
struct SeenInstead {
  std::int64_t number = 0;
  std::string event_type;            ///< empty when it had none
  std::vector<std::string> reasons;  ///< what the tests that decided found
};

struct ExpectationReport {
  std::string expression;
  bool is_for_every = false;  ///< each delivery that counts must meet it, not just one
  bool is_met = false;
  std::optional<std::int64_t> met_by;  ///< the first one that did, when one suffices
  std::uint64_t unmet_count = 0;       ///< deliveries that did not
  std::vector<SeenInstead> seen;       ///< the last few of those
};

/// The commands that deliveries were handed to.
struct CommandReport {
  std::string command;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t not_run = 0;          ///< listening ended before
  std::vector<std::string> failures;  ///< the first few, such as `#3: exit code 1`
};

enum class WaitEnd {
  reached,   ///< all that was waited for came
  violated,  ///< a delivery did not meet what every one must
  timed_out,
  stopped,  ///< by a signal, or because nobody reads standard output any more
};

/// `reached`, `violated`, `timed_out`, `stopped`.
std::string_view to_string(WaitEnd end);

struct WaitReport {
  WaitEnd end = WaitEnd::stopped;
  std::uint64_t counted = 0;            ///< deliveries that passed the filter
  std::uint64_t others = 0;             ///< that did not
  std::optional<std::uint64_t> wanted;  ///< --count
  std::optional<std::chrono::milliseconds> timeout;
  std::chrono::microseconds duration{};
  std::vector<ExpectationReport> expectations;
  std::optional<CommandReport> commands;

  bool has_too_few() const { return wanted ? counted < *wanted : counted == 0; }
  /// Something else ended it before enough deliveries had come.
  bool was_cut_short() const { return end != WaitEnd::timed_out && has_too_few(); }
  /// The time ran out before enough deliveries had come.
  bool has_waited_in_vain() const { return end == WaitEnd::timed_out && has_too_few(); }
};

}  // namespace terra_hook
