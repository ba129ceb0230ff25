// SPDX-License-Identifier: MIT
#include "base/size.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/bytes.hpp"

namespace terra_hook {

namespace {

struct Unit {
  std::string_view name;  // lower case
  std::uint64_t bytes;
};

constexpr std::array<Unit, 11> k_units{{{"", 1},
                                        {"b", 1},
                                        {"k", 1ULL << 10},
                                        {"m", 1ULL << 20},
                                        {"g", 1ULL << 30},
                                        {"kib", 1ULL << 10},
                                        {"mib", 1ULL << 20},
                                        {"gib", 1ULL << 30},
                                        {"kb", 1'000},
                                        {"mb", 1'000'000},
                                        {"gb", 1'000'000'000}}};

std::optional<std::uint64_t> find_unit(std::string_view name) {
  for (const Unit& unit : k_units) {
    if (equals_ignoring_case(unit.name, name)) {
      return unit.bytes;
    }
  }
  return std::nullopt;
}

constexpr std::uint64_t divide_rounding(std::uint64_t value, std::uint64_t divisor) {
  return value / divisor + (value % divisor >= divisor - divisor / 2 ? 1 : 0);
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number);
  const bool is_number = rest != text.data();
  const auto unit =
      is_number ? find_unit(trim(std::string_view(rest, static_cast<std::size_t>(end - rest)), " "))
                : std::nullopt;
  if (!unit) {
    return Error(ErrorKind::usage, fmt::format("'{}' is not a size", text),
                 "write a number of bytes, or one with a unit: 512KiB, 10MB, 64MiB");
  }
  if (status == std::errc::result_out_of_range ||
      number > std::numeric_limits<std::uint64_t>::max() / *unit) {
    return Error(ErrorKind::usage, fmt::format("size '{}' is too large", text),
                 "write a smaller one, such as 64MiB");
  }
  return number * *unit;
}

std::string to_human_size(std::uint64_t bytes) {
  if (bytes < 1000) {
    return fmt::format("{} B", bytes);
  }
  constexpr std::array<std::string_view, 6> k_names{"KB", "MB", "GB", "TB", "PB", "EB"};
  std::uint64_t unit = 1000;
  std::size_t name = 0;
  while (name + 1 < k_names.size() && divide_rounding(bytes, unit) >= 1000) {
    unit *= 1000;
    ++name;
  }
  const std::uint64_t tenths = divide_rounding(bytes, unit / 10);
  if (tenths >= 1000) {
    return fmt::format("{} {}", divide_rounding(bytes, unit), k_names[name]);
  }
  if (tenths % 10 == 0) {
    return fmt::format("{} {}", tenths / 10, k_names[name]);
  }
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, k_names[name]);
}

}  // namespace terra_hook
