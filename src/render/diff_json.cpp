// SPDX-License-Identifier: MIT
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/signed_url.hpp"
#include "base/terminal.hpp"
#include "render/diff_report.hpp"
#include "terra/record_pairing.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;
using json::Tree;
using Index = Tree::Index;

std::string diff_document(const Json& json) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::string_view kind_name(Change::Kind kind) {
  switch (kind) {
    case Change::Kind::added: return "added";
    case Change::Kind::removed: return "removed";
    case Change::Kind::changed: return "changed";
    case Change::Kind::list: return "list";
  }
  return "";
}

std::string_view later_by_name(LaterBy by) {
  switch (by) {
    case LaterBy::ordering_timestamp: return "ordering_timestamp";
    case LaterBy::capture_order: return "capture_order";
    case LaterBy::argument_order: return "argument_order";
  }
  return "";
}

Json side_json(const DiffSide& side) {
  return Json{{"name", side.name},
              {"number", or_null(side.number)},
              {"received_at", side.received_at ? Json(to_rfc3339(*side.received_at)) : Json()},
              {"ordering_timestamp", or_null(side.ordering_timestamp)},
              {"event_type", or_null(side.summary.event_type)},
              {"user_id", or_null(side.summary.user_id)},
              {"provider", or_null(side.summary.provider)},
              {"records", or_null(side.summary.record_count)}};
}

Json head_json(const DiffReport& report) {
  return Json{{"a", side_json(report.a)},
              {"b", side_json(report.b)},
              {"same_type", report.a.summary.event_type == report.b.summary.event_type},
              {"same_user", report.a.summary.user_id == report.b.summary.user_id},
              {"later", report.b_is_later ? "b" : "a"},
              {"later_by", later_by_name(report.later_by)}};
}

/// A value as sent; a string with U+FFFD in it where that would not be JSON.
std::string value_json(const Tree& tree, Index value) {
  const std::string_view raw = tree.raw(value);
  std::string out;
  if (is_utf8(raw) && json::append_compact(out, raw, hide_signed_query)) return sanitize(out);
  return diff_document(Json(raw));
}

Json list_json(const ListChange& list) {
  const auto text = [](std::string_view time) { return time.empty() ? Json() : Json(time); };
  return Json{{"old_count", list.old_count},
              {"new_count", list.new_count},
              {"added", list.added},
              {"removed", list.removed},
              {"changed", list.changed},
              {"first_time", text(list.first_time)},
              {"last_time", text(list.last_time)}};
}

/// What makes the record around `value` the one it is.
Json record_json(const DiffSide& side, Index value) {
  const Index record = record_around(side.tree, value);
  if (record == Tree::k_none) return nullptr;
  const std::string name = record_name(side.tree, record, event_type_of(side));
  return name.empty() ? Json(nullptr) : Json(name);
}

/// One change as an object; its values are put in as they are.
std::string change_json(const DiffReport& report, const Change& change, bool with_type) {
  const bool has_a = change.a != Tree::k_none;
  const bool has_b = change.b != Tree::k_none;
  Json object;
  if (with_type) object["type"] = "change";
  object["kind"] = kind_name(change.kind);
  const std::string path =
      has_a ? report.a.tree.pointer(change.a) : report.b.tree.pointer(change.b);
  object["path"] = path;
  object["new_path"] = has_b ? Json(report.b.tree.pointer(change.b)) : Json(nullptr);
  object["record"] = has_a ? record_json(report.a, change.a) : record_json(report.b, change.b);
  object["is_record"] = change.is_record;
  object["occurrence"] = change.occurrence;
  if (change.kind == Change::Kind::list) {
    object["list"] = list_json(report.diff.lists[change.list]);
    return diff_document(object);
  }
  std::string text = diff_document(object);
  text.pop_back();
  if (has_a) text += ",\"old\":" + value_json(report.a.tree, change.a);
  if (has_b) text += ",\"new\":" + value_json(report.b.tree, change.b);
  return text + '}';
}

Json result_json(const DiffReport& report) {
  const auto count = [&](Change::Kind kind) {
    return std::ranges::count(report.diff.changes, kind, &Change::kind);
  };
  return Json{{"same", report.diff.is_same()},
              {"matched_records", report.diff.records.size()},
              {"added", count(Change::Kind::added)},
              {"removed", count(Change::Kind::removed)},
              {"changed", count(Change::Kind::changed)},
              {"lists", count(Change::Kind::list)},
              {"lost_fields", report.losses.fields.size()},
              {"lost_scores", report.losses.scores.size()},
              {"lost_elements", report.losses.elements}};
}

std::string loss_json(const DiffReport& report, Index value, bool is_score, bool with_type) {
  Json object;
  if (with_type) object["type"] = "loss";
  object["what"] = is_score ? "score" : "field";
  object["path"] = report.earlier().tree.pointer(value);
  return diff_document(object);
}

/// Calls `write_item` with the JSON of each item in turn, until it answers false.
void for_each_change(const DiffReport& report, bool with_type, const WriteText& write_item) {
  for (const Change& change : report.diff.changes) {
    if (!write_item(change_json(report, change, with_type))) return;
  }
}

void for_each_loss(const DiffReport& report, bool with_type, const WriteText& write_item) {
  for (const Index value : report.losses.fields) {
    if (!write_item(loss_json(report, value, false, with_type))) return;
  }
  for (const Index value : report.losses.scores) {
    if (!write_item(loss_json(report, value, true, with_type))) return;
  }
}

Json with_type(std::string_view type, const Json& object) {
  Json typed{{"type", type}};
  typed.update(object);
  return typed;
}

void write_document(const DiffReport& report, const WriteText& write) {
  std::string head = diff_document(head_json(report));
  head.pop_back();
  bool is_first = true;
  const WriteText write_item = [&](std::string_view item) {
    const bool goes_on = write((is_first ? "\n" : ",\n") + std::string(item));
    is_first = false;
    return goes_on;
  };
  write(head + ",\"changes\":[");
  for_each_change(report, false, write_item);
  write("],\"losses\":[");
  is_first = true;
  for_each_loss(report, false, write_item);
  write("],\"result\":" + diff_document(result_json(report)) + "}\n");
}

}  // namespace

void write_diff_json(const DiffReport& report, DiffJson form, const WriteText& write) {
  if (form == DiffJson::document) return write_document(report, write);
  const WriteText write_line = [&](std::string_view line) {
    return write(std::string(line) + '\n');
  };
  write_line(diff_document(with_type("diff", head_json(report))));
  for_each_change(report, true, write_line);
  for_each_loss(report, true, write_line);
  write_line(diff_document(with_type("result", result_json(report))));
}

}  // namespace terra_hook
