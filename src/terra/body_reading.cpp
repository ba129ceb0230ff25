// SPDX-License-Identifier: MIT
#include "terra/body_reading.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "terra/event_type.hpp"
#include "terra/phrase.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;
using Kind = PathValue::Kind;

constexpr std::size_t k_max_value_size = 256;
constexpr std::size_t k_max_headline_size = 512;

std::string cut(std::string text) {
  if (text.size() > k_max_value_size) {
    std::size_t end = k_max_value_size;
    // A character's later bytes are 10xxxxxx; there are three at most.
    while (end > k_max_value_size - 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
      --end;
    }
    text.resize(end);
  }
  return text;
}

std::string string_value(std::string_view raw) {
  // One byte takes at most six to spell, so this much spells more than is kept. Closing it with a
  // quote makes it a string token again; an escape that was cut is far beyond the limit.
  constexpr std::size_t k_max_raw_size = 16 * k_max_value_size;
  if (raw.size() > k_max_raw_size) {
    return cut(json::unescape(std::string(raw.substr(0, k_max_raw_size)) + '"'));
  }
  return cut(json::unescape(raw));
}

/// A string's characters or a number's spelling, else nothing.
std::optional<std::string> text_of(const PathValue& value) {
  if (value.kind == Kind::string) return string_value(value.raw);
  if (value.kind == Kind::number) return cut(std::string(value.raw.substr(0, k_max_value_size)));
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(const PathValue& value) {
  std::int64_t number = 0;
  const char* const end = value.raw.data() + value.raw.size();
  const auto [rest, error] = std::from_chars(value.raw.data(), end, number);
  const bool is_whole = value.kind == Kind::number && error == std::errc() && rest == end;
  return is_whole ? std::optional(number) : std::nullopt;
}

/// The paths that the summary is made of, and every type's line.
struct LineTable {
  LineTable() {
    for (const EventType& row : event_types()) add(row);
    add(find_event_type(""));
  }

  void add(const EventType& row) {
    std::vector<Phrase>& phrases = lines[row.name];
    for (const std::string_view text : row.line) phrases.emplace_back(text, paths);
  }

  PhrasePaths paths;
  std::map<std::string_view, std::vector<Phrase>> lines;
  const PathSet::Id type = paths.event.add("type");
  const PathSet::Id event_type = paths.event.add("event_type");
  const PathSet::Id status = paths.event.add("status");
  const PathSet::Id provider = paths.event.add("provider");
  const PathSet::Id reference_id = paths.event.add("reference_id");
  const PathSet::Id reference = paths.event.add("reference");
  const PathSet::Id expected_payloads = paths.event.add("expected_payloads");
  const PathSet::Id athlete = paths.event.add("athlete");
  const PathSet::Id data = paths.event.add("data");
  const PathSet::Id data_reference_id = paths.event.add("data.reference_id");
  const PathSet::Id user_id = paths.event.add("user.user_id");
  const PathSet::Id user_provider = paths.event.add("user.provider");
  const PathSet::Id user_reference_id = paths.event.add("user.reference_id");
  const PathSet::Id new_user = paths.event.add("new_user");
  const PathSet::Id new_user_id = paths.event.add("new_user.user_id");
  const PathSet::Id new_provider = paths.event.add("new_user.provider");
  const PathSet::Id new_reference_id = paths.event.add("new_user.reference_id");
};

/// Where a record says when it was.
struct TimePaths {
  explicit TimePaths(PathSet& set)
      : start(set.add("metadata.start_time")),
        end(set.add("metadata.end_time")),
        timestamp(set.add("timestamp")),
        planned_date(set.add("planned_date")) {}
  PathSet::Id start;
  PathSet::Id end;
  PathSet::Id timestamp;
  PathSet::Id planned_date;
};

/// Compiled once; never changed afterwards, so threads may share it.
struct Tables {
  LineTable line;
  TimePaths first{line.paths.record};
  PathSet rest;  ///< of the records after the first, only their times are read
  TimePaths later{rest};
};

const Tables& tables() {
  static const Tables compiled;
  return compiled;
}

/// A time as it was sent, with what it means.
struct RecordTime {
  std::string_view raw;
  UtcTime instant;
};

std::optional<RecordTime> time_of(const PathValue& value) {
  if (value.kind != Kind::string) return std::nullopt;
  // `planned_date` may be a date alone.
  constexpr std::size_t k_date_size = std::string_view("2026-07-01").size();
  std::string text = string_value(value.raw);
  if (text.size() == k_date_size) text += "T00:00:00";
  const std::optional<UtcTime> instant = parse_iso8601(text);
  return instant ? std::optional(RecordTime{value.raw, *instant}) : std::nullopt;
}

class BodyReader {
 public:
  explicit BodyReader(std::string_view body)
      : scanner_(body),
        event_(tables_.line.paths.event.make_values()),
        first_(tables_.line.paths.record.make_values()) {}

  BodyReading read() {
    if (scanner_.next() == Token::object_begin) {
      read_members();
    } else {
      scanner_.skip();
    }
    const bool is_json = scanner_.next() == Token::end;
    BodyReading reading;
    reading.summary = summary();
    if (!is_json) reading.summary.problem = scanner_.problem();
    if (is_json) reading.headline = headline(reading.summary);
    return reading;
  }

 private:
  void read_members() {
    const PathSet& paths = tables_.line.paths.event;
    while (scanner_.next() == Token::key) {
      const PathSet::Id id = paths.find(PathSet::k_root, scanner_.raw());
      const Token token = scanner_.next();
      if (id == tables_.line.data && token == Token::array_begin) {
        // Forgets what an earlier `data` left.
        Scanner empty("[]");
        paths.read(empty, empty.next(), id, event_);
        read_records();
        continue;
      }
      if (id == tables_.line.data) forget_records();
      if (id == PathSet::k_root) {
        scanner_.skip();
      } else {
        paths.read(scanner_, token, id, event_);
      }
    }
  }

  void forget_records() {
    count_.reset();
    earliest_.reset();
    latest_.reset();
    first_ = tables_.line.paths.record.make_values();
  }

  /// The elements of the `data` array that was just opened; nothing is kept when it never closes.
  void read_records() {
    forget_records();
    PathValues rest = tables_.rest.make_values();
    const PathValues nothing = rest;
    std::int64_t count = 0;
    for (Token token = scanner_.next(); token != Token::array_end; token = scanner_.next()) {
      if (token == Token::error) {
        forget_records();
        return;
      }
      ++count;
      if (token != Token::object_begin) {
        scanner_.skip();
      } else if (count == 1) {
        tables_.line.paths.record.read(scanner_, token, PathSet::k_root, first_);
        note_times(first_, tables_.first);
      } else {
        rest = nothing;
        tables_.rest.read(scanner_, token, PathSet::k_root, rest);
        note_times(rest, tables_.later);
      }
    }
    count_ = count;
  }

  void note_times(const PathValues& record, const TimePaths& paths) {
    std::optional<RecordTime> start = time_of(record.values[paths.start]);
    if (!start) start = time_of(record.values[paths.timestamp]);
    if (!start) start = time_of(record.values[paths.planned_date]);
    std::optional<RecordTime> end = time_of(record.values[paths.end]);
    if (!end) end = start;
    if (start && (!earliest_ || start->instant < earliest_->instant)) earliest_ = start;
    if (end && (!latest_ || end->instant > latest_->instant)) latest_ = end;
  }

  std::optional<std::string> text(PathSet::Id id) const { return text_of(event_.values[id]); }

  /// The first that is text.
  std::optional<std::string> first_text(std::initializer_list<PathSet::Id> ids) const {
    for (const PathSet::Id id : ids) {
      if (auto value = text(id)) return value;
    }
    return std::nullopt;
  }

  Summary summary() const {
    const LineTable& at = tables_.line;
    Summary summary;
    const PathValue& vantage = event_.values[at.event_type];
    summary.event_type = vantage.kind == Kind::string ? text_of(vantage) : text(at.type);
    summary.status = text(at.status);
    summary.reference = text(at.reference);
    summary.expected_payloads = integer_of(event_.values[at.expected_payloads]);
    const bool is_reauth =
        summary.event_type == "user_reauth" && event_.values[at.new_user].kind == Kind::object;
    summary.user_id = text(is_reauth ? at.new_user_id : at.user_id);
    // Older forms of a failed `auth` carry the provider beside the user; `auth_cancelled` its
    // reference there, lab reports in `data`.
    summary.provider = first_text({is_reauth ? at.new_provider : at.user_provider, at.provider});
    summary.reference_id = first_text({is_reauth ? at.new_reference_id : at.user_reference_id,
                                       at.reference_id, at.data_reference_id});
    if (count_) {
      summary.record_count = count_;
    } else if (event_.values[at.athlete].kind == Kind::object) {
      summary.record_count = 1;
    }
    if (earliest_) summary.first_record = string_value(earliest_->raw);
    if (latest_) summary.last_record = string_value(latest_->raw);
    return summary;
  }

  std::string headline(const Summary& summary) const {
    const EventType& type = find_event_type(summary.event_type.value_or(""));
    std::string line;
    for (const Phrase& phrase : tables_.line.lines.at(type.name)) {
      const std::optional<std::string> text = phrase.write(first_, event_);
      if (!text) continue;
      if (line.size() + text->size() > k_max_headline_size) break;
      line += (line.empty() ? "" : " ") + *text;
    }
    if (count_ == 0 && (type.has_records || line.empty())) return "no records";
    if (count_ > 1) line += fmt::format("{}+{} more", line.empty() ? "" : " ", *count_ - 1);
    return line;
  }

  const Tables& tables_ = tables();
  Scanner scanner_;
  PathValues event_;
  PathValues first_;
  std::optional<std::int64_t> count_;
  std::optional<RecordTime> earliest_;
  std::optional<RecordTime> latest_;
};

}  // namespace

BodyReading read_body(std::string_view body) {
  return BodyReader(body).read();
}

}  // namespace terra_hook
