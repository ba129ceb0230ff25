// SPDX-License-Identifier: MIT
// Which elements of two arrays are the same record, sample or entry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_tree.hpp"
#include "terra/alignment.hpp"

namespace terra_hook {

using Values = std::vector<json::Tree::Index>;

/// Pairs the elements of `data[]` by the keys of their type
/// (EventType::keys); those that have none of them by place.
std::vector<Pairing> pair_records(const json::Tree& tree_a, const Values& a,
                                  const json::Tree& tree_b, const Values& b,
                                  std::string_view event_type);

/// How the elements of another array were paired.
struct ElementPairing {
  std::vector<Pairing> pairings;
  std::string_view time_path;  ///< where an element has its time; empty when they have none
};

/// Pairs the elements of any other array by the first of a few usual members (a
/// time, an id) that all of them have, else by place, equal ones at both ends first.
ElementPairing pair_elements(const json::Tree& tree_a, const Values& a, const json::Tree& tree_b,
                             const Values& b, double tolerance);

/// The element of `data[]` that `value` is or is in; k_none outside of it.
json::Tree::Index record_around(const json::Tree& tree, json::Tree::Index value);

/// What makes an element of `data[]` the record it is: `2026-07-01`,
/// `GRM-88213047`; empty when it has none of its type's keys.
std::string record_name(const json::Tree& tree, json::Tree::Index record,
                        std::string_view event_type);

}  // namespace terra_hook
