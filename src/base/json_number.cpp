// SPDX-License-Identifier: MIT
#include "base/json_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace terra_hook::json {
namespace {

/// A number as 0.digits × 10^exponent, without zeros at either end of the
/// digits.
struct Decimal {
  bool is_negative = false;
  std::string digits;  ///< empty for zero
  std::int64_t exponent = 0;

  bool operator==(const Decimal&) const = default;
};

/// Nothing when the exponent is beyond any use.
std::optional<std::int64_t> parse_exponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  constexpr std::int64_t k_most = std::int64_t{1} << 60;
  if (error != std::errc() || exponent > k_most || exponent < -k_most) return std::nullopt;
  return exponent;
}

std::optional<Decimal> parse_decimal(std::string_view token) {
  Decimal decimal;
  if (token.starts_with('-')) {
    decimal.is_negative = true;
    token.remove_prefix(1);
  }
  if (const std::size_t mark = token.find_first_of("eE"); mark != std::string_view::npos) {
    const auto exponent = parse_exponent(token.substr(mark + 1));
    if (!exponent) return std::nullopt;
    decimal.exponent = *exponent;
    token = token.substr(0, mark);
  }
  const std::size_t point = std::min(token.find('.'), token.size());
  decimal.digits = std::string(token.substr(0, point));
  decimal.exponent += static_cast<std::int64_t>(point);
  if (point < token.size()) decimal.digits += token.substr(point + 1);
  const std::size_t first = std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size());
  decimal.digits.erase(0, first);
  decimal.exponent -= static_cast<std::int64_t>(first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal.digits.empty() ? Decimal{} : decimal;
}

std::optional<long double> to_long_double(std::string_view token) {
  long double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

bool same_number(std::string_view a, std::string_view b, double tolerance) {
  if (a == b) return true;
  const auto decimal_a = parse_decimal(a);
  const auto decimal_b = parse_decimal(b);
  if (decimal_a && decimal_b && *decimal_a == *decimal_b) return true;
  if (!(tolerance > 0)) return false;
  const auto value_a = to_long_double(a);
  const auto value_b = to_long_double(b);
  if (!value_a || !value_b) return false;
  // 0.3 and 0.6 differ by 0.3 for people, by a little more than that for a computer.
  const long double bound = static_cast<long double>(tolerance) * (1 + 1e-15L);
  return std::fabs(*value_a - *value_b) <= bound;
}

}  // namespace terra_hook::json
