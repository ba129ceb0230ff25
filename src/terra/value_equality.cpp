// SPDX-License-Identifier: MIT
#include "terra/value_equality.hpp"

#include "base/json_number.hpp"

namespace terra_hook {
namespace {

using json::Token;
using json::Tree;
using Index = Tree::Index;

struct Pair {
  Index a;
  Index b;
};

/// Walks two containers side by side as long as their keys are spelled alike
/// and adds the pairs to `pending`; false when one ends first or a key is
/// another.
bool push_side_by_side(const Tree& tree_a, Index a, const Tree& tree_b, Index b,
                       std::vector<Pair>& pending) {
  Index child_a = tree_a.first_child(a);
  Index child_b = tree_b.first_child(b);
  for (; child_a != Tree::k_none && child_b != Tree::k_none;
       child_a = tree_a.next_sibling(child_a), child_b = tree_b.next_sibling(child_b)) {
    if (tree_a.raw_key(child_a) != tree_b.raw_key(child_b)) return false;
    pending.push_back({child_a, child_b});
  }
  return child_a == Tree::k_none && child_b == Tree::k_none;
}

/// The same for objects whose keys are in another order.
bool push_by_key(const Tree& tree_a, Index a, const Tree& tree_b, Index b,
                 std::vector<Pair>& pending) {
  const std::vector<Index> members_a = children_of(tree_a, a);
  const std::vector<Index> members_b = children_of(tree_b, b);
  if (members_a.size() != members_b.size()) return false;
  for (const Pairing& pairing : align_members(tree_a, members_a, tree_b, members_b)) {
    if (!pairing.a || !pairing.b) return false;
    pending.push_back({members_a[*pairing.a], members_b[*pairing.b]});
  }
  return true;
}

}  // namespace

std::vector<Index> children_of(const Tree& tree, Index container) {
  std::vector<Index> children;
  for (Index child = tree.first_child(container); child != Tree::k_none;
       child = tree.next_sibling(child)) {
    children.push_back(child);
  }
  return children;
}

std::string_view Spellings::of(std::string_view raw_string) {
  if (raw_string.find('\\') == std::string_view::npos) {
    return raw_string.starts_with('"') ? raw_string.substr(1, raw_string.size() - 2) : raw_string;
  }
  return unescaped_.emplace_back(json::unescape(raw_string));
}

std::vector<Pairing> align_members(const Tree& tree_a, const std::vector<Index>& a,
                                   const Tree& tree_b, const std::vector<Index>& b) {
  Spellings spellings;
  std::vector<std::string_view> keys_a;
  std::vector<std::string_view> keys_b;
  for (const Index member : a) keys_a.push_back(spellings.of(tree_a.raw_key(member)));
  for (const Index member : b) keys_b.push_back(spellings.of(tree_b.raw_key(member)));
  return align(keys_a, keys_b);
}

bool same_scalar(Token kind, std::string_view a, std::string_view b, double tolerance) {
  if (a == b) return true;
  if (kind == Token::number) return json::same_number(a, b, tolerance);
  if (kind != Token::string) return false;
  const bool has_escapes =
      a.find('\\') != std::string_view::npos || b.find('\\') != std::string_view::npos;
  return has_escapes && json::unescape(a) == json::unescape(b);
}

bool same_value(const Tree& tree_a, Index a, const Tree& tree_b, Index b, double tolerance) {
  std::vector<Pair> pending = {{a, b}};
  while (!pending.empty()) {
    const Pair pair = pending.back();
    pending.pop_back();
    const Token kind = tree_a.kind(pair.a);
    if (kind != tree_b.kind(pair.b)) return false;
    if (!tree_a.is_container(pair.a)) {
      if (!same_scalar(kind, tree_a.raw(pair.a), tree_b.raw(pair.b), tolerance)) return false;
      continue;
    }
    const std::size_t before = pending.size();
    if (push_side_by_side(tree_a, pair.a, tree_b, pair.b, pending)) continue;
    pending.resize(before);
    if (kind == Token::array_begin || !push_by_key(tree_a, pair.a, tree_b, pair.b, pending)) {
      return false;
    }
  }
  return true;
}

}  // namespace terra_hook
