// SPDX-License-Identifier: MIT
#include "http/status_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr int k_lowest = 100;
constexpr int k_highest = 599;

std::optional<int> parse_status(std::string_view text) {
  int status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || text.size() != 3 || status < k_lowest || status > k_highest) return std::nullopt;
  return status;
}

struct Range {
  int first;
  int last;
};

std::optional<Range> parse_range(std::string_view text) {
  if (text.size() == 3 && to_lower(text.substr(1)) == "xx" && text[0] >= '1' && text[0] <= '5') {
    const int hundred = (text[0] - '0') * 100;
    return Range{hundred, hundred + 99};
  }
  const auto dash = text.find('-');
  const auto first = parse_status(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_status(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Range{*first, *last};
}

}  // namespace

Result<StatusSet> StatusSet::parse(std::string_view text) {
  StatusSet set;
  set.text_ = text;
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const auto range = parse_range(trim(rest.substr(0, end)));
    if (!range) {
      return Error{ErrorKind::usage, fmt::format("'{}' is not a status", sanitize(text)),
                   "write it like 2xx, 200, 200-204 or 200,404"};
    }
    for (int status = range->first; status <= range->last; ++status) {
      set.statuses_.set(static_cast<std::size_t>(status));
    }
    if (end == rest.size()) return set;
    rest.remove_prefix(end + 1);
  }
}

bool StatusSet::contains(int status) const {
  return status >= 0 && static_cast<std::size_t>(status) < statuses_.size() &&
         statuses_[static_cast<std::size_t>(status)];
}

}  // namespace terra_hook
