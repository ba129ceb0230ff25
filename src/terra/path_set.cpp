// SPDX-License-Identifier: MIT
#include "terra/path_set.hpp"

#include <algorithm>

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;
using Kind = PathValue::Kind;

constexpr std::size_t k_max_distinct = 8;

Kind kind_of(Token token) {
  switch (token) {
    case Token::null_literal: return Kind::null;
    case Token::false_literal: return Kind::false_literal;
    case Token::true_literal: return Kind::true_literal;
    case Token::number: return Kind::number;
    case Token::string: return Kind::string;
    case Token::array_begin: return Kind::array;
    case Token::object_begin: return Kind::object;
    default: return Kind::absent;
  }
}

}  // namespace

void Tally::add(std::string_view raw) {
  for (Entry& entry : entries) {
    if (entry.raw == raw) {
      ++entry.count;
      return;
    }
  }
  if (entries.size() == k_max_distinct) {
    ++others;
  } else {
    entries.push_back({raw, 1});
  }
}

struct PathSet::Reading {
  Scanner& scanner;
  PathValues& values;
  const ReadArray* read_array;
};

PathSet::PathSet() : nodes_(1) {}

PathSet::Id PathSet::add(std::string_view path) {
  const bool is_tally = path.ends_with('*');
  if (is_tally) path.remove_suffix(1);
  Id id = k_root;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    std::string_view name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    const bool has_element = name.ends_with("[]");
    if (has_element) name.remove_suffix(2);
    id = child(id, name);
    if (has_element) id = element_of(id);
  }
  if (is_tally && nodes_[id].tally == k_none) nodes_[id].tally = tallies_++;
  return id;
}

PathSet::Id PathSet::set_sink(std::string_view path, std::size_t sink) {
  const Id id = add(path);
  nodes_[id].sink = sink;
  return id;
}

PathSet::Id PathSet::child(Id parent, std::string_view name) {
  for (const Id id : nodes_[parent].children) {
    if (nodes_[id].name == name) return id;
  }
  const Id id = static_cast<Id>(nodes_.size());
  nodes_.emplace_back().name = name;
  nodes_[parent].children.push_back(id);
  return id;
}

PathSet::Id PathSet::element_of(Id parent) {
  if (nodes_[parent].element == k_root) {
    const Id id = static_cast<Id>(nodes_.size());
    nodes_.emplace_back();
    nodes_[parent].element = id;
  }
  return nodes_[parent].element;
}

PathValues PathSet::make_values() const {
  return {std::vector<PathValue>(nodes_.size()), std::vector<Tally>(tallies_)};
}

PathSet::Id PathSet::find(Id parent, std::string_view raw_key) const {
  std::string unescaped;
  std::string_view name = raw_key.substr(1, raw_key.size() - 2);
  if (name.find('\\') != std::string_view::npos) {
    unescaped = json::unescape(raw_key);
    name = unescaped;
  }
  for (const Id id : nodes_[parent].children) {
    if (nodes_[id].name == name) return id;
  }
  return k_root;
}

void PathSet::read(Scanner& scanner, Token token, Id id, PathValues& values,
                   const ReadArray* read_array) const {
  Reading reading{scanner, values, read_array};
  read_node(reading, token, id, false);
}

void PathSet::forget(Id id, PathValues& values) const {
  const Node& node = nodes_[id];
  values.values[id] = {};
  if (node.tally != k_none) values.tallies[node.tally] = {};
  if (node.element != k_root) forget(node.element, values);
  for (const Id child_id : node.children) forget(child_id, values);
}

void PathSet::read_node(Reading& reading, Token token, Id id, bool is_in_array) const {
  // Met before outside an array: a duplicate key.
  if (!is_in_array && reading.values.values[id].is_present()) forget(id, reading.values);
  store(reading, token, id, is_in_array);
  if (token == Token::object_begin) {
    read_object(reading, id, is_in_array);
  } else if (token == Token::array_begin) {
    read_array(reading, id);
  }
}

void PathSet::store(Reading& reading, Token token, Id id, bool is_in_array) const {
  PathValue& value = reading.values.values[id];
  const Kind kind = kind_of(token);
  const bool is_scalar = kind != Kind::array && kind != Kind::object && kind != Kind::absent;
  if (const std::size_t tally = nodes_[id].tally; tally != k_none && is_scalar) {
    if (kind != Kind::null) reading.values.tallies[tally].add(reading.scanner.raw());
  }
  // In an array the last element that has a value speaks for all.
  if (is_in_array && !(is_scalar && kind != Kind::null) && value.has_content()) return;
  value = {kind, is_scalar ? reading.scanner.raw() : std::string_view{}, 0};
}

void PathSet::read_object(Reading& reading, Id id, bool is_in_array) const {
  Scanner& scanner = reading.scanner;
  if (nodes_[id].children.empty()) {
    scanner.skip();
    return;
  }
  while (scanner.next() == Token::key) {
    const Id child_id = find(id, scanner.raw());
    const Token token = scanner.next();
    if (child_id == k_root) {
      scanner.skip();
    } else {
      read_node(reading, token, child_id, is_in_array);
    }
  }
}

void PathSet::read_array(Reading& reading, Id id) const {
  Scanner& scanner = reading.scanner;
  const Node& node = nodes_[id];
  std::int64_t count = 0;
  if (node.sink != k_none && reading.read_array != nullptr) {
    count = (*reading.read_array)(node.sink, scanner);
  } else {
    for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
      if (token == Token::error) return;
      ++count;
      if (node.element == k_root) {
        scanner.skip();
      } else {
        read_node(reading, token, node.element, true);
      }
    }
  }
  reading.values.values[id].count = count;
}

}  // namespace terra_hook
