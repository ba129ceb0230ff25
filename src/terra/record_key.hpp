// SPDX-License-Identifier: MIT
// What makes two records the same record, delivered twice (Terra agent-skills:
// data-natural-keys, data-date-part-only).
#pragma once

#include <span>
#include <string_view>

namespace terra_hook {

/// The keys of an event type's records, best first: a record that lacks the
/// first is known by the next. A key is one or more paths in a record,
/// separated by a space, whose values make it up together; `:10` behind a path
/// stands for the first ten characters, a date as sent.
struct RecordKeys {
  std::string_view event_type;
  std::span<const std::string_view> keys;
};

/// The keys for `event_type`; for a type that is not known, those that most
/// types have.
std::span<const std::string_view> record_keys(std::string_view event_type);

/// A member that tells the elements of an array other than `data[]` apart.
struct ElementKey {
  std::string_view path;
  bool is_time = false;
};

/// All such members, best first: the times of samples, the ids of a report's
/// results.
std::span<const ElementKey> element_keys();

}  // namespace terra_hook
