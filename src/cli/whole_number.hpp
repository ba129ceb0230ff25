// SPDX-License-Identifier: MIT
// Whole numbers as values of flags.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <string_view>
#include <system_error>

#include "base/result.hpp"
#include "base/terminal.hpp"

namespace terra_hook {

/// `text` as a whole number of `low` to `high`; the Error of usage says that it is not `what`, such
/// as "a port", and names the bounds.
template <typename T>
Result<T> parse_whole(std::string_view text, T low, T high, std::string_view what = "a number") {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (is_whole && number >= low && number <= high) return number;
  return Error{ErrorKind::usage, fmt::format("'{}' is not {}", sanitize(text), what),
               fmt::format("a whole number from {} to {}", low, high)};
}

}  // namespace terra_hook
