// SPDX-License-Identifier: MIT
// Which of two lists' items belong together.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace terra_hook {

/// An item of the first list, of the second, or of both; as positions.
struct Pairing {
  std::optional<std::size_t> a;
  std::optional<std::size_t> b;
};

/// Pairs items of equal keys, the n-th of a key with the n-th. All of the first
/// list come in its order, then the second's that are left in theirs. Linear
/// for what both begin with, n log n for the rest.
std::vector<Pairing> align(const std::vector<std::string_view>& a,
                           const std::vector<std::string_view>& b);

}  // namespace terra_hook
