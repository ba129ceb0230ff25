// SPDX-License-Identifier: MIT
#include "terra/api_fault.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "base/whole_number.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_fault_entries = 1000;
constexpr std::uint64_t k_most_repetitions = 1'000'000;
constexpr const char* k_fault_hint = "such as 'GET /activity:504x2,processing' or '*:429'";

std::optional<ApiFault> parse_kind(std::string_view text) {
  if (text == "processing") return ApiFault{ApiFault::Kind::processing};
  if (text == "timeout") return ApiFault{ApiFault::Kind::timeout};
  if (text == "drop") return ApiFault{ApiFault::Kind::drop};
  const auto status = whole_number(text, 400, 599);
  return status ? std::optional(ApiFault{ApiFault::Kind::status, *status}) : std::nullopt;
}

std::optional<ApiFaultRule::Entry> parse_fault_entry(std::string_view text) {
  ApiFaultRule::Entry entry;
  const std::size_t times = text.rfind('x');
  if (times != std::string_view::npos) {
    const auto count = whole_number<std::uint64_t>(text.substr(times + 1), 1, k_most_repetitions);
    if (!count) return std::nullopt;
    entry.left = *count;
    text = text.substr(0, times);
  }
  const auto fault = parse_kind(text);
  if (!fault) return std::nullopt;
  entry.fault = *fault;
  return entry;
}

}  // namespace

std::string to_text(const ApiFault& fault) {
  switch (fault.kind) {
    case ApiFault::Kind::status: return std::to_string(fault.status);
    case ApiFault::Kind::processing: return "processing";
    case ApiFault::Kind::timeout: return "timeout";
    case ApiFault::Kind::drop: return "drop";
  }
  return "";
}

Result<ApiFaultRule> parse_api_fault(std::string_view text) {
  const auto refused = [&](std::string message) {
    return Error{ErrorKind::usage, std::move(message), k_fault_hint};
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return refused(fmt::format("'{}' has no ':' before its answers", sanitize(text)));
  }
  ApiFaultRule rule;
  std::string_view route = trim(text.substr(0, colon));
  if (const std::size_t blank = route.find(' '); blank != std::string_view::npos) {
    rule.method = route.substr(0, blank);
    route = trim(route.substr(blank));
  }
  if (route != "*" && (!route.starts_with('/') || route.find(' ') != std::string_view::npos)) {
    return refused(fmt::format("'{}' is not a route", sanitize(text.substr(0, colon))));
  }
  rule.path = route;
  for (std::string_view rest = text.substr(colon + 1);;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = trim(rest.substr(0, end));
    const auto entry = parse_fault_entry(part);
    if (!entry || rule.entries.size() == k_most_fault_entries) {
      return refused(fmt::format("'{}' is not an answer: 400 to 599, processing, timeout or drop",
                                 sanitize(part)));
    }
    rule.entries.push_back(*entry);
    if (end == rest.size()) return rule;
    rest.remove_prefix(end + 1);
  }
}

std::optional<ApiFault> ApiFaultPlan::take(std::string_view method, std::string_view path) {
  for (ApiFaultRule& rule : rules_) {
    const bool is_meant = (rule.method.empty() || equals_ignoring_case(rule.method, method)) &&
                          (rule.path == "*" || rule.path == path);
    if (!is_meant) continue;
    for (ApiFaultRule::Entry& entry : rule.entries) {
      if (entry.left == 0) continue;
      --entry.left;
      return entry.fault;
    }
  }
  return std::nullopt;
}

}  // namespace terra_hook
