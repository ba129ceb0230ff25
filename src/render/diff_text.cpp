// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/count.hpp"
#include "base/signed_url.hpp"
#include "base/terminal.hpp"
#include "render/diff_report.hpp"
#include "terra/record_pairing.hpp"

namespace terra_hook {
namespace {

using json::Token;
using json::Tree;
using Index = Tree::Index;

class DiffText {
 public:
  DiffText(const DiffReport& report, const Style& style, const WriteText& write)
      : report_(report), style_(style), write_(write) {}

  void print() {
    print_conflicts();
    if (report_.diff.is_same()) {
      wrap(fmt::format("same: {} and {}{}", plain(report_.a.name), plain(report_.b.name),
                       compared_text()),
           "", "", "");
      return;
    }
    print_side(report_.a, "-", style_.bad);
    print_side(report_.b, "+", style_.good);
    for (const Change& change : report_.diff.changes) {
      if (!print_change(change)) return;
    }
    line("");
    print_losses();
    wrap(totals(), "", "", "");
  }

 private:
  bool line(const std::string& text) { return write_(text + '\n'); }

  std::string plain(std::string_view text) const { return sanitize(text, style_.unicode); }
  std::string_view arrow() const { return style_.unicode ? "→" : "->"; }
  std::string_view dash() const { return style_.unicode ? "–" : "-"; }

  /// Sanitized `text` in at most `columns`.
  std::string cut(const std::string& text, std::size_t columns) const {
    if (display_width(text) <= columns) return text;
    if (style_.unicode) return truncate(text, columns);
    const std::size_t ellipsis = style_.ellipsis().size();
    return text.substr(0, columns - std::min(columns, ellipsis)) + std::string(style_.ellipsis());
  }

  /// The end of a pointer that is too long.
  std::string cut_path(const std::string& path, std::size_t columns) const {
    if (display_width(path) <= columns) return path;
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      const std::string rest = std::string(style_.ellipsis()) + path.substr(slash);
      if (display_width(rest) <= columns) return rest;
    }
    return cut(path, columns);
  }

  void warn(const std::string& text) { wrap(text, "! ", "  ", style_.warn); }

  /// A sentence in as many lines as it takes, broken between words, behind margins of one width.
  bool wrap(const std::string& text, std::string_view first_margin, std::string_view margin,
            std::string_view color) {
    const std::size_t columns = room(margin.size());
    std::vector<std::string> rows(1);
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      const std::string word = cut(std::string(rest.substr(0, end)), columns);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::string longer = rows.back().empty() ? word : rows.back() + " " + word;
      if (display_width(longer) <= columns) {
        rows.back() = longer;
      } else {
        rows.push_back(word);
      }
    }
    for (const std::string& row : rows) {
      const std::string_view before = &row == &rows.front() ? first_margin : margin;
      if (!line(style_.paint(color, std::string(before) + row))) return false;
    }
    return true;
  }

  std::size_t room(std::size_t used) const {
    constexpr std::size_t k_least = 16;
    return style_.width > used + k_least ? style_.width - used : k_least;
  }

  void print_conflicts() {
    const Summary& a = report_.a.summary;
    const Summary& b = report_.b.summary;
    const auto conflict = [&](std::string_view what, const std::optional<std::string>& in_a,
                              const std::optional<std::string>& in_b) {
      if (in_a == in_b) return;
      warn(fmt::format("different {}: {} {} {}", what, plain(in_a.value_or("none")), arrow(),
                       plain(in_b.value_or("none"))));
    };
    conflict("types", a.event_type, b.event_type);
    conflict("users", a.user_id, b.user_id);
    if (a.user_id == b.user_id) conflict("providers", a.provider, b.provider);
    const bool has_records = a.record_count.value_or(0) > 0 && b.record_count.value_or(0) > 0;
    const bool is_athlete = event_type_of(report_.a) == "athlete";
    if (has_records && !is_athlete && report_.diff.records.empty()) {
      warn("no record in common");
    }
  }

  void print_side(const DiffSide& side, std::string_view mark, std::string_view color) {
    std::string text = plain(side.name);
    if (side.received_at) text += "  " + to_local_date_time(*side.received_at);
    const std::string type = plain(event_type_of(side));
    if (!type.empty()) text += "  " + type;
    if (side.summary.provider) text += "  " + plain(*side.summary.provider);
    if (&side == &report_.later() && report_.later_by == LaterBy::ordering_timestamp) {
      text += "  sent later";
    }
    line(style_.paint(color, fmt::format("{} {}", mark, cut(text, room(2)))));
  }

  bool print_change(const Change& change) {
    const bool is_added = change.a == Tree::k_none;
    const Tree& tree = is_added ? report_.b.tree : report_.a.tree;
    const Index value = is_added ? change.b : change.a;
    const Index record = record_around(tree, value);
    if (change.is_record && change.kind != Change::Kind::changed) {
      heading_ = Tree::k_none;
      return print_record(change, tree, value);
    }
    if (!print_heading(is_added && record != Tree::k_none ? old_record(record) : record)) {
      return false;
    }
    return print_line(change, tree.pointer(value), record != Tree::k_none);
  }

  /// The old one of a pair whose new one is `record`.
  Index old_record(Index record) const {
    // Changes come in the order of the records, so it is not before the one under the heading.
    const auto& records = report_.diff.records;
    const auto start = records.begin() + static_cast<std::ptrdiff_t>(next_record_);
    const auto pair = std::find_if(
        start, records.end(), [&](const RecordPair& candidate) { return candidate.b == record; });
    return pair == records.end() ? Tree::k_none : pair->a;
  }

  bool print_heading(Index record) {
    if (record == heading_) return true;
    heading_ = record;
    if (record == Tree::k_none) return line("");
    while (next_record_ < report_.diff.records.size() &&
           report_.diff.records[next_record_].a != record) {
      ++next_record_;
    }
    std::string text = record_text(report_.a.tree, record, report_.a);
    if (next_record_ < report_.diff.records.size()) {
      const Index other = report_.diff.records[next_record_].b;
      const std::string path = report_.b.tree.pointer(other);
      if (path != report_.a.tree.pointer(record)) text += fmt::format(" {} {}", arrow(), path);
    }
    return line("") && line(style_.paint(style_.bold, cut(text, room(0))));
  }

  std::string record_text(const Tree& tree, Index record, const DiffSide& side) const {
    const std::string name = plain(record_name(tree, record, event_type_of(side)));
    return fmt::format("record {}{}{}", name, name.empty() ? "" : "  ", tree.pointer(record));
  }

  bool print_record(const Change& change, const Tree& tree, Index record) {
    const bool is_added = change.kind == Change::Kind::added;
    const std::string text =
        fmt::format("{} {}  {}", is_added ? "+" : "-",
                    record_text(tree, record, is_added ? report_.b : report_.a),
                    is_added ? "added" : "removed");
    return line("") && line(style_.paint(is_added ? style_.good : style_.bad, cut(text, room(0))));
  }

  bool print_line(const Change& change, std::string path, bool is_indented) {
    const std::string_view margin = is_indented ? "  " : "";
    path = path.empty() ? "the whole body" : plain(path);
    if (change.occurrence > 1) path += fmt::format(" (occurrence {})", change.occurrence);
    const std::string values = value_text(change);
    const auto [mark, color] = mark_of(change);
    const std::size_t used = margin.size() + 2;
    const std::string start = fmt::format("{}{} ", margin, style_.paint(color, mark));
    if (used + display_width(path) + 2 + display_width(values) <= style_.width) {
      return line(start + path + "  " + style_.paint(color, values));
    }
    const std::string inner(used + 2, ' ');
    if (!line(start + cut_path(path, room(used)))) return false;
    if (change.kind == Change::Kind::list) return wrap(values, inner, inner, color);
    if (display_width(values) <= room(used + 2) || !has_two_values(change)) {
      return line(inner + style_.paint(color, cut(values, room(used + 2))));
    }
    const std::string after = fmt::format("{} {}", arrow(), one_value(report_.b.tree, change.b));
    return line(inner +
                style_.paint(color, cut(one_value(report_.a.tree, change.a), room(used + 2)))) &&
           line(inner + style_.paint(color, cut(after, room(used + 2))));
  }

  std::pair<std::string_view, std::string_view> mark_of(const Change& change) const {
    switch (change.kind) {
      case Change::Kind::added: return {"+", style_.good};
      case Change::Kind::removed: return {"-", style_.bad};
      default: return {"~", style_.warn};
    }
  }

  static bool has_two_values(const Change& change) {
    return change.a != Tree::k_none && change.b != Tree::k_none;
  }

  std::string value_text(const Change& change) const {
    if (change.kind == Change::Kind::list) return list_text(report_.diff.lists[change.list]);
    if (change.a == Tree::k_none) return one_value(report_.b.tree, change.b);
    const std::string before = one_value(report_.a.tree, change.a);
    if (change.b == Tree::k_none) return before;
    const std::string after = one_value(report_.b.tree, change.b);
    return fmt::format("{} {} {}", before, arrow(), after);
  }

  /// A value as sent; one too long to read as its size.
  std::string one_value(const Tree& tree, Index value) const {
    constexpr std::size_t k_longest = 600;
    std::string_view raw = tree.raw(value);
    if (tree.is_container(value)) {
      std::string compact;
      if (raw.size() <= k_longest) json::append_compact(compact, raw, hide_signed_query);
      if (!compact.empty()) return plain(compact);
      return tree.kind(value) == Token::object_begin
                 ? "{" + counted(tree.count(value), "member") + "}"
                 : "[" + counted(tree.count(value), "item") + "]";
    }
    if (const auto hidden = hide_signed_query(raw)) return plain(*hidden);
    if (raw.size() <= k_longest) return plain(raw);
    return plain(raw.substr(0, k_longest)) + std::string(style_.ellipsis());
  }

  /// `3,600 → 3,598 items, 2 removed, 5 changed, 07:04–07:52`.
  std::string list_text(const ListChange& list) const {
    std::string text = list.old_count == list.new_count
                           ? counted(list.new_count, "item")
                           : fmt::format("{} {} {}", grouped_digits(list.old_count), arrow(),
                                         counted(list.new_count, "item"));
    const auto part = [&](std::size_t count, std::string_view what) {
      if (count > 0) text += fmt::format(", {} {}", grouped_digits(count), what);
    };
    part(list.added, "added");
    part(list.removed, "removed");
    part(list.changed, "changed");
    const std::string times = times_text(list);
    return text + (times.empty() ? "" : ", " + times);
  }

  /// The clock of two times, with their dates where these differ.
  std::string times_text(const ListChange& list) const {
    constexpr std::size_t k_clock = 11;
    constexpr std::size_t k_end = 16;
    if (list.first_time.size() < k_end || list.last_time.size() < k_end) return {};
    const bool is_one_day = list.first_time.substr(0, 10) == list.last_time.substr(0, 10);
    const auto shown = [&](std::string_view time) {
      const std::string clock = plain(time.substr(k_clock, k_end - k_clock));
      return is_one_day ? clock : plain(time.substr(0, 10)) + " " + clock;
    };
    const std::string first = shown(list.first_time);
    const std::string last = shown(list.last_time);
    return first == last ? first : fmt::format("{}{}{}", first, dash(), last);
  }

  std::string compared_text() const {
    const std::size_t records = report_.diff.records.size();
    return records == 0 ? "" : fmt::format(" ({})", counted(records, "record"));
  }

  void print_losses() {
    const Losses& losses = report_.losses;
    if (!losses.fields.empty()) {
      warn(
          fmt::format("{} lost {}; standard fields only grow from one delivery to the next, so "
                      "this is worth a question to Terra",
                      later_text(), counted(losses.fields.size(), "field")));
      print_paths(losses.fields);
    }
    if (!losses.scores.empty()) {
      warn(fmt::format("{} turned {} to null; scores come and go, so keep the last value there was",
                       later_text(), counted(losses.scores.size(), "score")));
      print_paths(losses.scores);
    }
    if (losses.elements > 0) {
      warn(fmt::format("{} lost {} of samples and lists", later_text(),
                       counted(losses.elements, "item")));
    }
  }

  std::string later_text() const {
    const std::string name = plain(report_.later().name);
    switch (report_.later_by) {
      case LaterBy::ordering_timestamp: return name + ", sent later,";
      case LaterBy::capture_order: return name + ", received later,";
      case LaterBy::argument_order: return name;
    }
    return name;
  }

  void print_paths(const std::vector<Index>& values) {
    constexpr std::size_t k_shown = 5;
    for (std::size_t i = 0; i < std::min(values.size(), k_shown); ++i) {
      line("    " + cut_path(plain(report_.earlier().tree.pointer(values[i])), room(4)));
    }
    if (values.size() > k_shown) {
      line(fmt::format("    {} {} more", style_.ellipsis(),
                       grouped_digits(values.size() - k_shown)));
    }
  }

  std::string totals() const {
    const auto count = [&](Change::Kind kind) {
      return static_cast<std::size_t>(
          std::ranges::count(report_.diff.changes, kind, &Change::kind));
    };
    const std::size_t changed = count(Change::Kind::changed) + count(Change::Kind::list);
    std::string text;
    const auto part = [&](std::size_t number, std::string_view what) {
      if (number > 0)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped_digits(number), what);
    };
    part(changed, "changed");
    part(count(Change::Kind::added), "added");
    part(count(Change::Kind::removed), "removed");
    return text + compared_text();
  }

  const DiffReport& report_;
  const Style& style_;
  const WriteText& write_;
  Index heading_ = Tree::k_none;
  std::size_t next_record_ = 0;
};

}  // namespace

std::string_view event_type_of(const DiffSide& side) {
  return side.summary.event_type ? std::string_view(*side.summary.event_type) : std::string_view{};
}

void write_diff_text(const DiffReport& report, const Style& style, const WriteText& write) {
  DiffText(report, style, write).print();
}

}  // namespace terra_hook
