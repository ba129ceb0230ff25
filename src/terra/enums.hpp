// SPDX-License-Identifier: MIT
// The words that Terra publishes for its numbers. A number without a word stays a number.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace terra_hook {

struct EnumWord {
  std::int64_t number;
  std::string_view word;
};

struct EnumTable {
  std::string_view name;  ///< what a phrase calls it: `{metadata.type|ActivityType}`
  std::span<const EnumWord> words;

  /// Empty when the number is not published.
  std::string_view word_of(std::int64_t number) const;
};

/// All tables.
std::span<const EnumTable> enum_tables();

/// Nothing (nullptr) when there is no table of that name.
const EnumTable* find_enum(std::string_view name);

}  // namespace terra_hook
