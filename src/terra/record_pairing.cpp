// SPDX-License-Identifier: MIT
#include "terra/record_pairing.hpp"

#include <algorithm>
#include <optional>

#include "terra/event_type.hpp"
#include "terra/value_equality.hpp"

namespace terra_hook {
namespace {

using json::Token;
using json::Tree;
using Index = Tree::Index;

/// A member that tells the elements of an array other than `data[]` apart: the times of samples,
/// the ids of a report's results.
struct ElementKey {
  std::string_view path;
  bool is_time = false;
};

/// Best first.
constexpr ElementKey k_element_keys[] = {
    {"timestamp", true},
    {"start_time", true},
    {"start_timestamp", true},
    {"measurement_time", true},
    {"time_from_midnight"},
    {"id"},
    {"biomarker.key"},
    {"key"},
    {"zone"},
    {"order"},
};

/// The text of a string or number at one part of a key, such as
/// `metadata.start_time:10`.
std::optional<std::string> key_part(const Tree& tree, Index record, std::string_view part) {
  constexpr std::string_view k_date = ":10";
  const bool is_date = part.ends_with(k_date);
  if (is_date) part.remove_suffix(k_date.size());
  const Index value = tree.find_path(record, part);
  if (value == Tree::k_none) return std::nullopt;
  const Token kind = tree.kind(value);
  if (kind == Token::number) return std::string(tree.raw(value));
  if (kind != Token::string) return std::nullopt;
  std::string text = json::unescape(tree.raw(value));
  if (text.empty()) return std::nullopt;
  return is_date ? text.substr(0, 10) : text;
}

/// A record's whole key, its parts joined.
std::optional<std::string> key_text(const Tree& tree, Index record, std::string_view key) {
  std::string text;
  while (!key.empty()) {
    const std::size_t end = std::min(key.find(' '), key.size());
    const auto part = key_part(tree, record, key.substr(0, end));
    if (!part) return std::nullopt;
    text += (text.empty() ? "" : " to ") + *part;
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return text;
}

/// One side of a pairing in rounds: what has no partner yet.
class Side {
 public:
  Side(const Tree& tree, const Values& records)
      : tree_(tree), records_(records), partners_(records.size()), has_key_(records.size()) {}

  /// The unpaired records that have `key`: their positions, and their keys.
  void read(std::string_view key) {
    positions_.clear();
    texts_.clear();
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (partners_[i]) continue;
      auto text = key_text(tree_, records_[i], key);
      if (!text) continue;
      has_key_[i] = true;
      positions_.push_back(i);
      texts_.push_back(*std::move(text));
    }
  }

  /// The same for those that never had a key.
  void read_keyless() {
    positions_.clear();
    texts_.clear();
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (!has_key_[i]) positions_.push_back(i);
    }
    texts_.resize(positions_.size());
  }

  std::vector<std::string_view> keys() const { return {texts_.begin(), texts_.end()}; }
  std::size_t position(std::size_t i) const { return positions_[i]; }
  std::vector<std::optional<std::size_t>>& partners() { return partners_; }

 private:
  const Tree& tree_;
  const Values& records_;
  std::vector<std::optional<std::size_t>> partners_;
  std::vector<bool> has_key_;
  std::vector<std::size_t> positions_;
  std::vector<std::string> texts_;
};

void pair_round(Side& a, Side& b) {
  for (const Pairing& pairing : align(a.keys(), b.keys())) {
    if (!pairing.a || !pairing.b) continue;
    a.partners()[a.position(*pairing.a)] = b.position(*pairing.b);
    b.partners()[b.position(*pairing.b)] = a.position(*pairing.a);
  }
}

/// What all elements have at `path`; nothing when one has not.
std::optional<std::vector<std::string_view>> keys_at(const Tree& tree, const Values& elements,
                                                     std::string_view path, Spellings& spellings) {
  std::vector<std::string_view> keys;
  for (const Index element : elements) {
    const Index value = tree.find_path(element, path);
    const bool is_key = value != Tree::k_none &&
                        (tree.kind(value) == Token::string || tree.kind(value) == Token::number);
    if (!is_key) return std::nullopt;
    keys.push_back(spellings.of(tree.raw(value)));
  }
  return keys;
}

bool are_unique(std::vector<std::string_view> keys) {
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) == keys.end();
}

std::vector<Pairing> pair_by_place(const Tree& tree_a, const Values& a, const Tree& tree_b,
                                   const Values& b, double tolerance) {
  std::size_t first = 0;
  std::size_t end_a = a.size();
  std::size_t end_b = b.size();
  const auto is_same = [&](std::size_t in_a, std::size_t in_b) {
    return same_value(tree_a, a[in_a], tree_b, b[in_b], tolerance);
  };
  if (a.size() != b.size()) {
    while (first < std::min(end_a, end_b) && is_same(first, first)) ++first;
    while (std::min(end_a, end_b) > first && is_same(end_a - 1, end_b - 1)) --end_a, --end_b;
  }
  std::vector<Pairing> pairings;
  for (std::size_t i = 0; i < std::min(end_a, end_b); ++i) pairings.push_back({i, i});
  for (std::size_t i = end_b; i < end_a; ++i) pairings.push_back({i, std::nullopt});
  for (std::size_t i = end_a; i < end_b; ++i) pairings.push_back({std::nullopt, i});
  for (std::size_t i = 0; i < a.size() - end_a; ++i) pairings.push_back({end_a + i, end_b + i});
  return pairings;
}

}  // namespace

std::vector<Pairing> pair_records(const Tree& tree_a, const Values& a, const Tree& tree_b,
                                  const Values& b, std::string_view event_type) {
  Side side_a(tree_a, a);
  Side side_b(tree_b, b);
  for (const std::string_view key : find_event_type(event_type).keys) {
    side_a.read(key);
    side_b.read(key);
    pair_round(side_a, side_b);
  }
  side_a.read_keyless();
  side_b.read_keyless();
  pair_round(side_a, side_b);

  std::vector<Pairing> pairings;
  for (std::size_t i = 0; i < a.size(); ++i) pairings.push_back({i, side_a.partners()[i]});
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!side_b.partners()[i]) pairings.push_back({std::nullopt, i});
  }
  return pairings;
}

ElementPairing pair_elements(const Tree& tree_a, const Values& a, const Tree& tree_b,
                             const Values& b, double tolerance) {
  Spellings spellings;
  for (const ElementKey& key : k_element_keys) {
    const auto keys_a = keys_at(tree_a, a, key.path, spellings);
    if (!keys_a) continue;
    const auto keys_b = keys_at(tree_b, b, key.path, spellings);
    if (!keys_b || (!key.is_time && !(are_unique(*keys_a) && are_unique(*keys_b)))) continue;
    return {align(*keys_a, *keys_b), key.is_time ? key.path : std::string_view{}};
  }
  return {pair_by_place(tree_a, a, tree_b, b, tolerance), {}};
}

Index record_around(const Tree& tree, Index value) {
  for (Index at = value; at != 0; at = tree.parent(at)) {
    const Index around = tree.parent(at);
    if (around != 0 && tree.parent(around) == 0 && tree.kind(around) == Token::array_begin &&
        json::spells(tree.raw_key(around), "data")) {
      return at;
    }
  }
  return Tree::k_none;
}

std::string record_name(const Tree& tree, Index record, std::string_view event_type) {
  for (const std::string_view key : find_event_type(event_type).keys) {
    if (auto text = key_text(tree, record, key)) return *std::move(text);
  }
  return {};
}

}  // namespace terra_hook
