// SPDX-License-Identifier: MIT
// When two JSON values say the same.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_tree.hpp"
#include "terra/alignment.hpp"

namespace terra_hook {

/// A container's direct values, in order.
std::vector<json::Tree::Index> children_of(const json::Tree& tree, json::Tree::Index container);

/// What string tokens spell, without a copy of those that have no escapes.
class Spellings {
 public:
  /// Valid as long as this object and the token.
  std::string_view of(std::string_view raw_string);

 private:
  std::deque<std::string> unescaped_;
};

/// The members of two objects, as positions in children_of(), paired by key.
std::vector<Pairing> align_members(const json::Tree& tree_a,
                                   const std::vector<json::Tree::Index>& a,
                                   const json::Tree& tree_b,
                                   const std::vector<json::Tree::Index>& b);

/// True when two values of one kind but containers say the same: numbers by
/// value, within `tolerance`, strings by what they spell.
bool same_scalar(json::Token kind, std::string_view a, std::string_view b, double tolerance);

/// True when two values say the same: the order of keys does not count. No
/// recursion; n log n.
bool same_value(const json::Tree& tree_a, json::Tree::Index a, const json::Tree& tree_b,
                json::Tree::Index b, double tolerance);

}  // namespace terra_hook
