// SPDX-License-Identifier: MIT
#include "base/suggest.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_longest_word = 64;
/// From so many characters on (`--use`), a word may be the beginning of a longer one.
constexpr std::size_t k_shortest_beginning = 5;

/// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest_within(std::string_view word, const std::vector<std::string>& candidates,
                           std::size_t most_edits) {
  if (word.empty() || word.size() > k_longest_word) return "";
  std::string best;
  std::size_t best_distance = most_edits + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > k_longest_word) continue;
    const std::size_t edits = distance(to_lower(word), to_lower(candidate));
    if (edits < best_distance) {
      best_distance = edits;
      best = candidate;
    }
  }
  return best;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > k_longest_word) return "";
  std::string best = nearest_within(word, candidates, std::max<std::size_t>(1, word.size() / 3));
  if (!best.empty() || word.size() < k_shortest_beginning) return best;
  const auto longer =
      std::find_if(candidates.begin(), candidates.end(), [&](const std::string& candidate) {
        return to_lower(candidate).starts_with(to_lower(word));
      });
  return longer == candidates.end() ? "" : *longer;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string candidate = nearest(word, candidates);
  return candidate.empty() ? "" : "did you mean '" + candidate + "'?";
}

}  // namespace terra_hook
