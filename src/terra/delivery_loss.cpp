// SPDX-License-Identifier: MIT
#include "terra/delivery_loss.hpp"

namespace terra_hook {
namespace {

using json::Token;
using json::Tree;
using Index = Tree::Index;

struct Place {
  bool is_in_record = false;
  bool is_score = false;
};

Place place_of(const Tree& tree, Index value) {
  Place place;
  for (Index at = value; at != 0; at = tree.parent(at)) {
    const std::string_view key = tree.raw_key(at);
    if (json::spells(key, "data_enrichment")) place.is_score = true;
    const bool is_top = tree.parent(at) == 0;
    place.is_in_record =
        is_top && at != value && (json::spells(key, "data") || json::spells(key, "athlete"));
  }
  return place;
}

bool has_content(const Tree& tree, Index value) {
  return value != Tree::k_none && tree.kind(value) != Token::null_literal;
}

}  // namespace

Losses find_losses(const BodyDiff& diff, const Tree& earlier, const Tree& later, bool b_is_later) {
  Losses losses;
  for (const Change& change : diff.changes) {
    const Index before = b_is_later ? change.a : change.b;
    const Index after = b_is_later ? change.b : change.a;
    if (change.kind == Change::Kind::list) {
      const ListChange& list = diff.lists[change.list];
      losses.elements += b_is_later ? list.removed : list.added;
      continue;
    }
    if (change.is_record || !has_content(earlier, before) || has_content(later, after)) continue;
    const Place place = place_of(earlier, before);
    if (!place.is_in_record) continue;
    (place.is_score ? losses.scores : losses.fields).push_back(before);
  }
  return losses;
}

}  // namespace terra_hook
