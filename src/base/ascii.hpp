// SPDX-License-Identifier: MIT
// Classes of ASCII characters, whatever the locale; other bytes belong to none.
#pragma once

#include <string_view>

namespace terra_hook {

inline constexpr std::string_view k_digits = "0123456789";

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Whether every character of `text` is one of `set`; true for no text.
constexpr bool consists_of(std::string_view text, std::string_view set) {
  return text.find_first_not_of(set) == std::string_view::npos;
}

constexpr bool is_all_digits(std::string_view text) {
  return !text.empty() && consists_of(text, k_digits);
}

}  // namespace terra_hook
