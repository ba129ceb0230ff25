// SPDX-License-Identifier: MIT
// Whole numbers in texts.
#pragma once

#include <charconv>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>

namespace terra_hook {

/// All of `text` as a decimal number of `low` to `high`; nothing when it is none.
template <typename T>
std::optional<T> whole_number(std::string_view text, T low = std::numeric_limits<T>::min(),
                              T high = std::numeric_limits<T>::max()) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && number >= low && number <= high ? std::optional(number) : std::nullopt;
}

}  // namespace terra_hook
