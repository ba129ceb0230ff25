// SPDX-License-Identifier: MIT
// What a later delivery of a record has lost (Terra agent-skills:
// data-superset-overwrite, data-coalesce-enrichment-scores).
#pragma once

#include <cstddef>
#include <vector>

#include "base/json_tree.hpp"
#include "terra/body_diff.hpp"

namespace terra_hook {

/// Values of the earlier body, by their place in it. Only records that both
/// bodies have count.
struct Losses {
  /// Standard fields that are gone or null: a redelivery's are a superset, so
  /// this is odd.
  std::vector<json::Tree::Index> fields;
  /// Scores of `data_enrichment` that are gone or null, as happens: the last
  /// one that was not null holds.
  std::vector<json::Tree::Index> scores;
  std::size_t elements = 0;  ///< that long arrays and samples lost

  bool empty() const { return fields.empty() && scores.empty() && elements == 0; }
};

/// What is lost between the body that came first and the one that came later.
/// `b_is_later` tells which of the diff's two that is.
Losses find_losses(const BodyDiff& diff, const json::Tree& earlier, const json::Tree& later,
                   bool b_is_later);

}  // namespace terra_hook
