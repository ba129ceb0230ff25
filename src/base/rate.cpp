// SPDX-License-Identifier: MIT
#include "base/rate.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

// In plain decimal; from_chars would take `inf` and `1e9` too.
std::optional<double> parse_decimal(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const bool is_plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (status != std::errc() || rest != end || !is_plain) return std::nullopt;
  return number;
}

std::optional<std::chrono::nanoseconds> period_of(std::string_view unit) {
  if (unit == "s" || unit == "sec") return 1s;
  if (unit == "m" || unit == "min") return 1min;
  if (unit == "h") return 1h;
  if (unit == "d") return 24h;
  return std::nullopt;
}

}  // namespace

Result<std::chrono::nanoseconds> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  const auto count = parse_decimal(trim(text.substr(0, slash)));
  const auto period = slash == std::string_view::npos ? std::optional<std::chrono::nanoseconds>(1s)
                                                      : period_of(trim(text.substr(slash + 1)));
  const Error refused{ErrorKind::usage, fmt::format("'{}' is not a rate", sanitize(text)),
                      "write it like 50/s, 600/min or 1000/h"};
  if (!count || !period || *count <= 0) return refused;
  const double interval = static_cast<double>(period->count()) / *count;
  constexpr double k_shortest = 1e3;
  constexpr double k_longest = 86'400e9;
  if (interval < k_shortest || interval > k_longest) {
    return Error{ErrorKind::usage, fmt::format("'{}' is out of range", sanitize(text)),
                 "from 1/d to 1000000/s"};
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(interval));
}

Result<double> parse_share(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  const auto number = parse_decimal(is_percent ? text.substr(0, text.size() - 1) : text);
  const double share = number.value_or(-1) / (is_percent ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  return Error{ErrorKind::usage, fmt::format("'{}' is not a share", sanitize(text)),
               "write it like 10% or 0.1"};
}

}  // namespace terra_hook
