// SPDX-License-Identifier: MIT
// Several short rounds and the one in the middle: what else a machine does disturbs single rounds.
#pragma once

#include <algorithm>
#include <vector>

namespace terra_hook::bench {

inline constexpr int k_rounds = 5;

/// The middle one; the lower of two.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[(values.size() - 1) / 2];
}

}  // namespace terra_hook::bench
