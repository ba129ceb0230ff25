// SPDX-License-Identifier: MIT
// Reads the values at chosen paths of a JSON text in one pass over its tokens. The paths are
// compiled into a tree, so what is not watched is skipped and the cost does not grow with their
// number. Recursion follows that tree, never the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_scanner.hpp"

namespace terra_hook {

/// What a path led to. `raw` is the scalar's token as sent and views the text that was read.
struct PathValue {
  enum class Kind : std::uint8_t {
    absent,
    null,
    false_literal,
    true_literal,
    number,
    string,
    array,
    object
  };
  Kind kind = Kind::absent;
  std::string_view raw;
  std::int64_t count = 0;  ///< elements, of an array that was closed

  bool is_present() const { return kind != Kind::absent; }
  bool has_content() const { return kind != Kind::absent && kind != Kind::null; }
};

/// The distinct scalars that a path with `*` met, in order of appearance, each with how often.
/// Bounded: values after the first few distinct ones only count as `others`.
struct Tally {
  struct Entry {
    std::string_view raw;
    std::int64_t count;
  };
  std::vector<Entry> entries;
  std::int64_t others = 0;

  void add(std::string_view raw);
};

/// The values that one reading found, by the numbers that PathSet::add() gave.
struct PathValues {
  std::vector<PathValue> values;
  std::vector<Tally> tallies;
};

class PathSet {
 public:
  using Id = std::uint32_t;
  static constexpr Id k_root = 0;

  /// Reads the elements of the array that was just opened, up to and with its end, and answers how
  /// many there were. `sink` is the number that was given to set_sink().
  using ReadArray = std::function<std::int64_t(std::size_t sink, json::Scanner&)>;

  PathSet();

  /// Watches `path`: keys joined by `.`, `[]` behind a key for each element of its array (of which
  /// the last with a value counts), `*` at the end to tally every value met.
  Id add(std::string_view path);

  /// The arrays at `path` are read by the ReadArray of read().
  Id set_sink(std::string_view path, std::size_t sink);

  /// Nothing found yet.
  PathValues make_values() const;

  /// Reads the value of which `token` is the first (or only) token, as what `id` stands for. What
  /// was found there before is forgotten: of duplicate keys the last one counts.
  void read(json::Scanner& scanner, json::Token token, Id id, PathValues& values,
            const ReadArray* read_array = nullptr) const;

  /// The child of `parent` that the key token `raw_key` names, or k_root when none is watched.
  Id find(Id parent, std::string_view raw_key) const;

  /// How a value is addressed when its path has a `*`.
  std::size_t tally_of(Id id) const { return nodes_[id].tally; }

 private:
  struct Node {
    std::string name;
    std::vector<Id> children;
    Id element = k_root;
    std::size_t tally = k_none;
    std::size_t sink = k_none;
  };
  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  struct Reading;
  Id child(Id parent, std::string_view name);
  Id element_of(Id parent);
  void forget(Id id, PathValues& values) const;
  void read_node(Reading& reading, json::Token token, Id id, bool is_in_array) const;
  void read_object(Reading& reading, Id id, bool is_in_array) const;
  void read_array(Reading& reading, Id id) const;
  void store(Reading& reading, json::Token token, Id id, bool is_in_array) const;

  std::vector<Node> nodes_;
  std::size_t tallies_ = 0;
};

}  // namespace terra_hook
