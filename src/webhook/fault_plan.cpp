// SPDX-License-Identifier: MIT
#include "webhook/fault_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/rate.hpp"
#include "base/terminal.hpp"
#include "base/whole_number.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_entries = 1000;
constexpr std::uint64_t k_max_count = 1'000'000;

std::optional<PlannedResponse> parse_response(std::string_view text) {
  PlannedResponse response;
  const std::size_t times = text.find('x');
  if (times != std::string_view::npos) {
    const auto count = whole_number<std::uint64_t>(text.substr(times + 1), 1, k_max_count);
    if (!count) return std::nullopt;
    response.count = *count;
    text = text.substr(0, times);
  }
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    const auto share = parse_share(text.substr(at + 1));
    if (!share) return std::nullopt;
    response.share = *share;
    text = text.substr(0, at);
  }
  if (text == "timeout") return response;
  response.status = whole_number(text, 200, 599);
  return response.status ? std::optional(response) : std::nullopt;
}

}  // namespace

Result<std::vector<PlannedResponse>> parse_responses(std::string_view text) {
  std::vector<PlannedResponse> responses;
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view entry = trim(rest.substr(0, end));
    const auto response = parse_response(entry);
    if (!response || responses.size() == k_max_entries) {
      return Error{ErrorKind::usage,
                   response ? fmt::format("more than {} entries", k_max_entries)
                            : fmt::format("'{}' is not a planned answer", sanitize(entry)),
                   "a status from 200 to 599 or timeout, with xN for N of them and @SHARE for a "
                   "share: 500x3,timeout,503@20%"};
    }
    responses.push_back(*response);
    if (end == rest.size()) return responses;
    rest.remove_prefix(end + 1);
  }
}

bool FaultOptions::is_random() const {
  return drop > 0 || std::any_of(responses.begin(), responses.end(),
                                 [](const auto& response) { return response.share < 1; });
}

Fault FaultPlan::next() {
  // Drawn for each delivery, also where an entry decides: the same seed then drops the same ones.
  // 53 bits, as many as a double has; the standard's distribution differs between libraries.
  const double drawn = static_cast<double>(random_() >> 11) / 9007199254740992.0;
  if (drawn < options_.drop) return {Fault::Kind::drop, 0};
  if (options_.responses.empty()) return {};
  const PlannedResponse& response = options_.responses[entry_];
  if (++used_ >= response.count && entry_ + 1 < options_.responses.size()) {
    ++entry_;
    used_ = 0;
  }
  // A share of all deliveries, next to those that are dropped.
  if (drawn >= options_.drop + response.share) return {};
  if (!response.status) return {Fault::Kind::timeout, 0};
  return {Fault::Kind::respond, *response.status};
}

}  // namespace terra_hook
