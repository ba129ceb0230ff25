// SPDX-License-Identifier: MIT
// What a sender may do to a receiver without breaking a promise: deliver twice, and out of order.
// Pure: the same seed and number give the same fate.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

struct ChaosOptions {
  double duplicates = 0;  ///< the share that is delivered twice
  double reordered = 0;   ///< the share that is held back for a while
  std::uint64_t seed = 0;

  bool is_any() const { return duplicates > 0 || reordered > 0; }
};

/// `20%`: both; `duplicate=10%,reorder=30%`: each by itself. Errors are of kind `usage`.
Result<ChaosOptions> parse_chaos(std::string_view text);

/// What becomes of one delivery, as times after it is due, at the usual speed.
struct ChaosFate {
  std::chrono::milliseconds delay{};
  std::optional<std::chrono::milliseconds> duplicate;  ///< when the second one goes out
};

ChaosFate chaos_fate(const ChaosOptions& options, std::uint64_t number);

}  // namespace terra_hook
