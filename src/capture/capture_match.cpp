// SPDX-License-Identifier: MIT
#include "capture/capture_match.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

bool is_wanted(const std::optional<std::string>& wanted, const std::optional<std::string>& value) {
  return !wanted || wanted == value;
}

template <typename T>
bool is_listed(const std::vector<T>& list, const T& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}

}  // namespace

bool matches(const CaptureFilter& filter, const Capture& capture) {
  const Summary& summary = capture.summary;
  if (!filter.types.empty() &&
      (!summary.event_type || !is_listed(filter.types, *summary.event_type))) {
    return false;
  }
  if (filter.provider &&
      !(summary.provider && equals_ignoring_case(*filter.provider, *summary.provider))) {
    return false;
  }
  return is_wanted(filter.user_id, summary.user_id) &&
         is_wanted(filter.reference_id, summary.reference_id) &&
         is_wanted(filter.terra_reference, capture.ids.terra_reference) &&
         is_wanted(filter.trace_id, capture.ids.trace_id) &&
         is_listed(filter.verdicts, capture.verdict) &&
         (!filter.since || capture.received_at >= *filter.since) &&
         (!filter.until || capture.received_at < *filter.until) &&
         (!filter.first_number || capture.number >= *filter.first_number) &&
         (!filter.last_number || capture.number <= *filter.last_number);
}

}  // namespace terra_hook
