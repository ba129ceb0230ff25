// SPDX-License-Identifier: MIT
#include "render/request_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_most_types = 8;
constexpr std::size_t k_most_spans_named = 4;
constexpr std::size_t k_most_missing_named = 1000;
constexpr std::size_t k_reference_width = 36;  // of a UUID
constexpr std::size_t k_progress_width = 24;

std::string missing_text(const std::vector<ChunkSpan>& spans, const Style& style) {
  const std::size_t named = std::min(spans.size(), k_most_spans_named);
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    const bool is_last = i + 1 == spans.size();
    text += i == 0 ? " " : is_last ? " and " : ", ";
    text += std::to_string(spans[i].first);
    if (spans[i].last != spans[i].first) {
      text += (style.unicode ? "–" : "-") + std::to_string(spans[i].last);
    }
  }
  return spans.size() > named ? text + " and more" : text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

void add_to_group(RequestGroup& group, const Capture& capture) {
  if (group.deliveries == 0) {
    group.first_capture = capture.number;
    group.first_at = capture.received_at;
  }
  ++group.deliveries;
  if (capture.duplicate_of) ++group.duplicates;
  group.last_capture = capture.number;
  group.last_at = capture.received_at;
  if (group.provider.empty()) group.provider = capture.summary.provider.value_or("");
  const std::string type = capture.summary.event_type.value_or("");
  const bool is_known =
      std::find(group.types.begin(), group.types.end(), type) != group.types.end();
  if (!type.empty() && !is_large_request(type) && !is_known && group.types.size() < k_most_types) {
    group.types.push_back(type);
  }
}

std::string progress_text(const RequestProgress& progress, const Style& style) {
  if (progress.is_blank()) return "";
  const std::int64_t count = progress.chunks.size();
  if (!progress.expected) {
    return fmt::format("{} chunk{}, not announced yet", count, count == 1 ? "" : "s");
  }
  std::string text = fmt::format("{}/{}", count, *progress.expected);
  const std::vector<ChunkSpan> missing = progress.chunks.missing(*progress.expected);
  if (!missing.empty()) text += ", missing" + missing_text(missing, style);
  return text;
}

std::string request_line(const RequestGroup& group, const Style& style) {
  const std::string progress = progress_text(group.progress, style);
  const bool is_incomplete = group.progress.is_complete() == false;
  std::string line = style.paint(style.id, pad(sanitize(group.reference), k_reference_width));
  std::size_t columns = std::max(display_width(sanitize(group.reference)), k_reference_width);
  const std::string deliveries =
      fmt::format("{} deliver{}", group.deliveries, group.deliveries == 1 ? "y" : "ies");
  const std::string cell = pad(progress.empty() ? deliveries : progress, k_progress_width);
  line += "  " + style.paint(is_incomplete ? style.warn : style.good, cell);
  columns += 2 + display_width(cell);
  const std::string rest[] = {truncate(sanitize(joined(group.types)), 24),
                              truncate(sanitize(group.provider), 12),
                              fmt::format("#{}..#{}", group.first_capture, group.last_capture),
                              "since " + to_local_date_time(group.first_at)};
  for (const std::string& text : rest) {
    const std::size_t width = display_width(text);
    if (text.empty() || columns + 2 + width > style.width) continue;
    line += "  " + text;
    columns += 2 + width;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string request_json(const RequestGroup& group) {
  Json object{{"type", "request"}, {"terra_reference", group.reference}};
  const RequestProgress& progress = group.progress;
  const std::optional<bool> is_complete = progress.is_complete();
  object["expected_payloads"] = progress.expected ? Json(*progress.expected) : Json(nullptr);
  object["chunks"] = progress.chunks.size();
  Json& missing = object["missing_chunks"] = Json::array();
  for (const ChunkSpan& span : progress.chunks.missing(progress.expected.value_or(0))) {
    for (std::int64_t n = span.first; n <= span.last && missing.size() < k_most_missing_named;
         ++n) {
      missing.push_back(n);
    }
  }
  object["is_complete"] = is_complete ? Json(*is_complete) : Json(nullptr);
  object["deliveries"] = group.deliveries;
  object["duplicates"] = group.duplicates;
  object["event_types"] = group.types;
  object["provider"] = group.provider.empty() ? Json(nullptr) : Json(group.provider);
  object["first_capture"] = group.first_capture;
  object["last_capture"] = group.last_capture;
  object["first_received_at"] = to_rfc3339(group.first_at);
  object["last_received_at"] = to_rfc3339(group.last_at);
  return sanitize(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace terra_hook
