// SPDX-License-Identifier: MIT
#include "terra/alignment.hpp"

#include <algorithm>
#include <numeric>

namespace terra_hook {
namespace {

using Keys = std::vector<std::string_view>;

/// The positions from `first` on in the order of their keys; equal ones as they
/// stand.
std::vector<std::size_t> sorted(const Keys& keys, std::size_t first) {
  std::vector<std::size_t> positions(keys.size() - first);
  std::iota(positions.begin(), positions.end(), first);
  std::ranges::stable_sort(positions, {}, [&](std::size_t position) { return keys[position]; });
  return positions;
}

/// Where each of `a`'s items has its like in `b`.
std::vector<std::optional<std::size_t>> find_partners(const Keys& a, const Keys& b) {
  std::vector<std::optional<std::size_t>> partners(a.size());
  std::size_t first = 0;
  for (; first < std::min(a.size(), b.size()) && a[first] == b[first]; ++first) {
    partners[first] = first;
  }
  const std::vector<std::size_t> in_b = sorted(b, first);
  auto other = in_b.begin();
  for (const std::size_t position : sorted(a, first)) {
    while (other != in_b.end() && b[*other] < a[position]) ++other;
    if (other == in_b.end()) break;
    if (b[*other] == a[position]) partners[position] = *other++;
  }
  return partners;
}

}  // namespace

std::vector<Pairing> align(const Keys& a, const Keys& b) {
  const std::vector<std::optional<std::size_t>> partners = find_partners(a, b);
  std::vector<Pairing> pairings;
  std::vector<bool> is_taken(b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    pairings.push_back({i, partners[i]});
    if (partners[i]) is_taken[*partners[i]] = true;
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!is_taken[i]) pairings.push_back({std::nullopt, i});
  }
  return pairings;
}

}  // namespace terra_hook
