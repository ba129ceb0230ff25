// SPDX-License-Identifier: MIT
#include "terra/record_times.hpp"

#include <fmt/format.h>

#include "base/time.hpp"
#include "terra/card.hpp"
#include "terra/formats.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_date_size = std::string_view("2026-07-01").size();

struct Parts {
  std::string_view date;
  std::string_view clock;
  std::string_view offset;
};

/// Of a text that time_text() wrote.
Parts split(std::string_view time) {
  Parts parts{time.substr(0, k_date_size), {}, {}};
  if (time.size() <= k_date_size + 1) return parts;
  time.remove_prefix(k_date_size + 1);
  const std::size_t end = std::min(time.find_first_of(" Z"), time.size());
  parts.clock = time.substr(0, end);
  parts.offset = time.substr(end);
  return parts;
}

bool has_offset(std::string_view sent) {
  constexpr std::size_t k_size_without = std::string_view("2026-07-01T07:04:11").size();
  return sent.size() > k_size_without &&
         sent.find_first_of("Zz+-", k_size_without) != std::string_view::npos;
}

std::string text_at(const PathValues& record, PathSet::Id id) {
  const PathValue& value = record.values[id];
  return value.kind == PathValue::Kind::string ? value_text(value) : "";
}

/// What `timestamp_localization` says of the times, and whether they can be placed at all.
std::string clock_field(const PathValue& localization, std::string_view start) {
  const bool is_placed = has_offset(start);
  if (localization.raw == "0") return "UTC";
  if (localization.raw == "1") {
    return is_placed ? "local time" : "local time; no offset was sent, so UTC is not known";
  }
  if (localization.has_content()) return value_text(localization);
  return is_placed ? "" : "no offset was sent";
}

}  // namespace

RecordTimePaths::RecordTimePaths(PathSet& record)
    : start(record.add("metadata.start_time")),
      end(record.add("metadata.end_time")),
      timestamp(record.add("timestamp")),
      planned_date(record.add("planned_date")),
      localization(record.add("metadata.timestamp_localization")) {}

std::optional<std::string> date_difference(std::string_view sent) {
  const std::optional<UtcTime> instant = parse_iso8601(sent);
  if (!instant || !has_offset(sent)) return std::nullopt;
  const std::string utc = to_rfc3339(*instant).substr(0, k_date_size);
  const std::string_view local = sent.substr(0, k_date_size);
  if (utc == local) return std::nullopt;
  return fmt::format("local {}, UTC {}", local, utc);
}

std::string range_text(std::string_view start, std::string_view end) {
  const std::string from = time_text(start);
  const std::string to = time_text(end);
  if (!parse_iso8601(start) || !parse_iso8601(end)) return from + " → " + to;
  const Parts first = split(from);
  const Parts last = split(to);
  if (first.offset != last.offset) return from + " → " + to;
  const std::string date = first.date == last.date ? "" : std::string(last.date) + " ";
  return fmt::format("{} {} → {}{}{}", first.date, first.clock, date, last.clock, last.offset);
}

std::vector<CardField> time_fields(const PathValues& record, const RecordTimePaths& paths) {
  std::vector<CardField> fields;
  const std::string end = text_at(record, paths.end);
  std::string start = text_at(record, paths.start);
  if (start.empty()) start = text_at(record, paths.timestamp);
  if (start.empty()) return fields;
  if (end.empty()) {
    const bool is_null = record.values[paths.end].kind == PathValue::Kind::null;
    fields.push_back({"when", time_text(start) + (is_null ? " → –" : "")});
  } else {
    fields.push_back({"when", range_text(start, end)});
    const auto from = parse_iso8601(start);
    const auto to = parse_iso8601(end);
    if (from && to && *to >= *from) {
      fields.push_back({"lasts", clock_text(std::chrono::duration<double>(*to - *from).count())});
    }
  }
  std::optional<std::string> dates = date_difference(start);
  if (!dates && !end.empty()) {
    dates = date_difference(end);
    if (dates) dates = "ends " + *dates;
  }
  if (dates) fields.push_back({"dates", *dates});
  const std::string clock = clock_field(record.values[paths.localization], start);
  if (!clock.empty()) fields.push_back({"clock", clock});
  return fields;
}

}  // namespace terra_hook
