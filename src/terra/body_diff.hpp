// SPDX-License-Identifier: MIT
// What differs between two bodies, by record and not by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_tree.hpp"

namespace terra_hook {

struct DiffOptions {
  double number_tolerance = 0;   ///< numbers that differ by at most this are the same
  bool summarises_lists = true;  ///< long arrays and samples are one change, with counts
};

/// How two long arrays differ.
struct ListChange {
  std::size_t old_count = 0;
  std::size_t new_count = 0;
  std::size_t added = 0;
  std::size_t removed = 0;
  std::size_t changed = 0;
  /// The times of the first and last element that differ, as sent, without
  /// quotes; empty when the elements have none.
  std::string_view first_time;
  std::string_view last_time;
};

struct Change {
  enum class Kind : std::uint8_t { added, removed, changed, list };
  Kind kind = Kind::changed;
  json::Tree::Index a = json::Tree::k_none;  ///< none when added
  json::Tree::Index b = json::Tree::k_none;  ///< none when removed
  bool is_record = false;                    ///< a whole element of `data[]`
  std::uint32_t occurrence = 1;  ///< of a key that an object has several times: which one
  std::uint32_t list = 0;        ///< which of BodyDiff::lists, for a list
};

/// Two elements of `data[]` that are the same record.
struct RecordPair {
  json::Tree::Index a;
  json::Tree::Index b;
};

struct BodyDiff {
  std::vector<Change> changes;  ///< in the order of the old body, what was added after it
  std::vector<ListChange> lists;
  std::vector<RecordPair> records;  ///< in the order of the old body

  bool is_same() const { return changes.empty(); }
};

/// Compares bodies whose records are of `event_type`. The order of keys does not count, nor how a
/// number or a string is spelled; of a key that is repeated the n-th is compared with the n-th.
/// Records are compared with their like (EventType::keys), elements of other arrays with those
/// of the same time or id, else place. Memory and time grow with the bodies, n log n at most;
/// containers below 128 levels are one value.
BodyDiff diff_bodies(const json::Tree& a, const json::Tree& b, std::string_view event_type,
                     const DiffOptions& options);

}  // namespace terra_hook
