// SPDX-License-Identifier: MIT
#include "base/json_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/json_pointer.hpp"

namespace terra_hook::json {
namespace {

constexpr std::size_t k_max_values = std::size_t{16} << 20;
constexpr std::size_t k_max_text = 0xFFFFFFFF;
constexpr std::size_t k_max_pointer_key = 256;

Error not_json(const Scanner& scanner) {
  const Problem problem = scanner.problem();
  return Error{ErrorKind::input, fmt::format("not JSON: line {}, column {}: {}", problem.line,
                                             problem.column, problem.message)};
}

}  // namespace

Result<Tree> Tree::parse(std::string_view text) {
  if (text.size() > k_max_text) return Error{ErrorKind::input, "more than 4 GiB of JSON"};
  Tree tree(text);
  Scanner scanner(text);
  Index container = k_none;
  std::uint32_t key = 0;
  std::vector<std::uint32_t> counts;  // of elements, one a level
  for (Token token = scanner.next(); token != Token::end; token = scanner.next()) {
    const auto begin = static_cast<std::uint32_t>(scanner.offset());
    const auto end = static_cast<std::uint32_t>(begin + scanner.raw().size());
    switch (token) {
      case Token::error: return not_json(scanner);
      case Token::key: key = begin; continue;
      case Token::object_end:
      case Token::array_end: {
        Node& closed = tree.nodes_[container];
        closed.end = end;
        closed.after = static_cast<Index>(tree.nodes_.size());
        container = closed.parent;
        counts.pop_back();
        continue;
      }
      default: break;
    }
    if (tree.nodes_.size() == k_max_values) {
      return Error{ErrorKind::input, "more than 16 million values"};
    }
    const auto index = static_cast<Index>(tree.nodes_.size());
    const bool is_member = container != k_none && tree.kind(container) == Token::object_begin;
    const std::uint32_t position = counts.empty() ? 0 : counts.back()++;
    tree.nodes_.push_back({begin, end, is_member ? key : position, container, index + 1, token});
    if (token == Token::object_begin || token == Token::array_begin) {
      container = index;
      counts.push_back(0);
    }
  }
  return tree;
}

bool Tree::has_key(Index value) const {
  const Index around = parent(value);
  return around != k_none && kind(around) == Token::object_begin;
}

std::string_view Tree::raw_key(Index value) const {
  if (!has_key(value)) return {};
  const Node& node = nodes_[value];
  // Between the key and its value there are white space and a colon, nothing
  // else.
  return trim(text_.substr(node.key_or_position, node.begin - node.key_or_position), " \t\r\n:");
}

Tree::Index Tree::first_child(Index value) const {
  return nodes_[value].after == value + 1 ? k_none : value + 1;
}

Tree::Index Tree::next_sibling(Index value) const {
  const Index around = parent(value);
  if (around == k_none || nodes_[value].after == nodes_[around].after) return k_none;
  return nodes_[value].after;
}

std::size_t Tree::count(Index value) const {
  std::size_t count = 0;
  for (Index child = first_child(value); child != k_none; child = next_sibling(child)) ++count;
  return count;
}

Tree::Index Tree::find(Index object, std::string_view key) const {
  if (object == k_none || kind(object) != Token::object_begin) return k_none;
  Index found = k_none;
  for (Index child = first_child(object); child != k_none; child = next_sibling(child)) {
    if (spells(raw_key(child), key)) found = child;
  }
  return found;
}

Tree::Index Tree::find_path(Index object, std::string_view path) const {
  Index value = object;
  while (!path.empty() && value != k_none) {
    const std::size_t end = std::min(path.find('.'), path.size());
    value = find(value, path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return value;
}

std::string Tree::pointer(Index value) const {
  std::vector<std::string> tokens;
  for (Index at = value; parent(at) != k_none; at = parent(at)) {
    if (has_key(at)) {
      const std::string key = unescape(raw_key(at));
      tokens.push_back(escape_token(std::string_view(key).substr(0, k_max_pointer_key)));
    } else {
      tokens.push_back(std::to_string(position(at)));
    }
  }
  std::string pointer;
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) pointer += '/' + *token;
  return pointer;
}

}  // namespace terra_hook::json
