// SPDX-License-Identifier: MIT
// Whole numbers as values of flags.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/whole_number.hpp"

namespace terra_hook {

/// `'70000' is not a port`, with the bounds as its hint.
Error not_a_number(std::string_view text, std::string_view what, const std::string& low,
                   const std::string& high);

/// `text` as a whole number of `low` to `high`; the Error of usage says that it is not `what`, such
/// as "a port", and names the bounds.
template <typename T>
Result<T> parse_whole(std::string_view text, T low, T high, std::string_view what) {
  if (const auto number = whole_number<T>(text, low, high)) return *number;
  return not_a_number(text, what, std::to_string(low), std::to_string(high));
}

}  // namespace terra_hook
