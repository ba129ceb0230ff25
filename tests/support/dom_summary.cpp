// SPDX-License-Identifier: MIT
#include "support/dom_summary.hpp"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "base/time.hpp"

namespace terra_hook::test {
namespace {

using Json = nlohmann::json;
using Path = std::initializer_list<const char*>;
using Text = std::optional<std::string>;

/// What is at `path`, or null.
const Json& at(const Json& from, const Path& path) {
  static const Json nothing;
  const Json* value = &from;
  for (const char* key : path) {
    const auto member = value->is_object() ? value->find(key) : value->end();
    if (member == value->end()) return nothing;
    value = &*member;
  }
  return *value;
}

Text text_at(const Json& from, const Path& path) {
  const Json& value = at(from, path);
  return value.is_string() ? Text(value.get<std::string>()) : std::nullopt;
}

Text first_text(const Json& from, std::initializer_list<Path> paths) {
  for (const Path& path : paths) {
    if (Text text = text_at(from, path)) return text;
  }
  return std::nullopt;
}

bool has_number(const Json& event) {
  const std::initializer_list<Path> texts{
      {"type"},
      {"event_type"},
      {"status"},
      {"reference"},
      {"reference_id"},
      {"provider"},
      {"user"},
      {"user", "user_id"},
      {"user", "provider"},
      {"user", "reference_id"},
      {"new_user", "user_id"},
      {"new_user", "provider"},
      {"new_user", "reference_id"},
      {"data", "reference_id"},
  };
  for (const Path& path : texts) {
    if (at(event, path).is_number()) return true;
  }
  return false;
}

struct Time {
  std::string text;
  UtcTime instant;
};

std::optional<Time> time_at(const Json& record, const Path& path) {
  const Text text = text_at(record, path);
  if (!text) return std::nullopt;
  const auto instant = parse_iso8601(text->size() == 10 ? *text + "T00:00:00" : *text);
  return instant ? std::optional(Time{*text, *instant}) : std::nullopt;
}

void read_records(const Json& data, Summary& summary) {
  summary.record_count = static_cast<std::int64_t>(data.size());
  std::optional<Time> earliest;
  std::optional<Time> latest;
  for (const Json& record : data) {
    std::optional<Time> start = time_at(record, {"metadata", "start_time"});
    if (!start) start = time_at(record, {"timestamp"});
    if (!start) start = time_at(record, {"planned_date"});
    std::optional<Time> end = time_at(record, {"metadata", "end_time"});
    if (!end) end = start;
    if (start && (!earliest || start->instant < earliest->instant)) earliest = start;
    if (end && (!latest || end->instant > latest->instant)) latest = end;
  }
  if (earliest) summary.first_record = earliest->text;
  if (latest) summary.last_record = latest->text;
}

bool agrees(const Text& read, const Text& dom) {
  constexpr std::size_t k_cut = 252;  // 256, less the rest of a character
  if (!read || !dom || dom->size() <= k_cut) return read == dom;
  return read->size() >= k_cut && dom->starts_with(*read);
}

}  // namespace

std::optional<Summary> dom_summary(std::string_view body) {
  // Where nlohmann takes a NUL for the end of the text.
  if (body.find('\0') != std::string_view::npos) return std::nullopt;
  const Json event = Json::parse(body, nullptr, false);
  if (event.is_discarded() || has_number(event)) return std::nullopt;
  Summary summary;
  summary.event_type = first_text(event, {{"event_type"}, {"type"}});
  summary.status = text_at(event, {"status"});
  summary.reference = text_at(event, {"reference"});
  const bool is_reauth = summary.event_type == "user_reauth" && at(event, {"new_user"}).is_object();
  const char* user = is_reauth ? "new_user" : "user";
  summary.user_id = text_at(event, {user, "user_id"});
  summary.provider = first_text(event, {{user, "provider"}, {"provider"}});
  summary.reference_id =
      first_text(event, {{user, "reference_id"}, {"reference_id"}, {"data", "reference_id"}});
  const Json& expected = at(event, {"expected_payloads"});
  if (expected.is_number_integer()) summary.expected_payloads = expected.get<std::int64_t>();
  if (at(event, {"data"}).is_array()) {
    read_records(at(event, {"data"}), summary);
  } else if (at(event, {"athlete"}).is_object()) {
    summary.record_count = 1;
  }
  return summary;
}

bool agrees(const Summary& read, const Summary& dom) {
  return !read.problem && agrees(read.event_type, dom.event_type) &&
         agrees(read.status, dom.status) && agrees(read.user_id, dom.user_id) &&
         agrees(read.provider, dom.provider) && agrees(read.reference_id, dom.reference_id) &&
         agrees(read.reference, dom.reference) && agrees(read.first_record, dom.first_record) &&
         agrees(read.last_record, dom.last_record) && read.record_count == dom.record_count &&
         read.expected_payloads == dom.expected_payloads;
}

}  // namespace terra_hook::test
