// SPDX-License-Identifier: MIT
// How the values of a body are written for people: numbers with a unit's rounding, durations,
// times as sent, words for numbers. All text may hold what a stranger sent: sanitize() it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "terra/enums.hpp"
#include "terra/path_set.hpp"

namespace terra_hook {

/// What stands for null.
inline constexpr std::string_view k_null_text = "–";

/// The longest text of one value, in bytes.
inline constexpr std::size_t k_max_text = 160;

/// A value and, where its path ends in `*`, the tally of all that it met.
struct Argument {
  const PathValue* value;
  const Tally* tally;
};

/// Writes the values; nothing when there is nothing to say, as if they were absent. A formatter
/// gets only values that are not null, and as many as its phrase names.
using Formatter = std::optional<std::string> (*)(std::span<const Argument> arguments);

struct Format {
  std::string_view name;
  Formatter write;
  bool takes_all = false;  ///< all values of a list, not the first that has content
};

/// The format called `name`, or nullptr.
const Format* find_format(std::string_view name);

/// The word for a number of `table`, the number itself where there is none, any other value as
/// text.
std::string enum_text(const PathValue& value, const EnumTable& table);

/// A scalar's characters, cut to k_max_text bytes; the count for an array.
std::string value_text(const PathValue& value);

/// The number, when it is one that fits a double.
std::optional<double> to_number(const PathValue& value);

/// `1,234,567`; with decimals where `decimals` asks for them, without their trailing zeros.
std::string number_text(double number, int decimals);

/// `48:37`, `1:02:05`.
std::string clock_text(double seconds);

/// `7h00`, `25min`, `40s`.
std::string hours_text(double seconds);

/// A time as it was sent, without its `T` and the zeros that end its fraction: `2026-07-01 07:04:11 +01:00`.
std::string time_text(std::string_view sent);

}  // namespace terra_hook
