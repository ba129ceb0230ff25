// SPDX-License-Identifier: MIT
// A JSON text as a table of where its values are: what a comparison needs, at
// 24 bytes a value and no copy of the text. Order, spelling and duplicate keys
// are those of the text. Built in one pass; nothing recurses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_scanner.hpp"
#include "base/result.hpp"

namespace terra_hook::json {

/// Reads a text, which must outlive it. Values are numbered in document order;
/// 0 is the whole.
class Tree {
 public:
  using Index = std::uint32_t;
  static constexpr Index k_none = 0xFFFFFFFF;

  /// Fails with `input` when `text` is not JSON (the message says where), or
  /// has more than 16 million values, or 4 GiB.
  static Result<Tree> parse(std::string_view text);

  std::size_t size() const { return nodes_.size(); }

  /// object_begin, array_begin, string, number or a literal.
  Token kind(Index value) const { return nodes_[value].kind; }
  bool is_container(Index value) const {
    return kind(value) == Token::object_begin || kind(value) == Token::array_begin;
  }

  /// The value as sent, from its first byte to its last.
  std::string_view raw(Index value) const {
    return text_.substr(nodes_[value].begin, nodes_[value].end - nodes_[value].begin);
  }

  /// A member's key token as sent; empty for an element and the whole.
  std::string_view raw_key(Index value) const;

  /// An element's position in its array.
  std::size_t position(Index value) const { return nodes_[value].key_or_position; }

  /// k_none for the whole.
  Index parent(Index value) const { return nodes_[value].parent; }

  /// The first value in a container and the one after a value in the same
  /// container; k_none when there is none.
  Index first_child(Index value) const;
  Index next_sibling(Index value) const;

  /// How many values are directly in a container. Linear in that.
  std::size_t count(Index value) const;

  /// The last member of an object whose key spells `key`, as parsers that keep
  /// one do.
  Index find(Index object, std::string_view key) const;

  /// The value that keys joined by `.` lead to.
  Index find_path(Index object, std::string_view path) const;

  /// The JSON Pointer (RFC 6901) of a value; keys longer than 256 bytes are
  /// cut.
  std::string pointer(Index value) const;

 private:
  struct Node {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t key_or_position;
    Index parent;
    Index after;  ///< the first value that is not in this one
    Token kind;
  };

  explicit Tree(std::string_view text) : text_(text) {}
  bool has_key(Index value) const;

  std::string_view text_;
  std::vector<Node> nodes_;
};

}  // namespace terra_hook::json
