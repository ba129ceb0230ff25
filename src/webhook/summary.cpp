// SPDX-License-Identifier: MIT
#include "webhook/summary.hpp"

#include <charconv>
#include <utility>

#include "base/time.hpp"

namespace terra_hook {

namespace {

using json::Scanner;
using json::Token;

constexpr std::size_t k_max_value_size = 256;

struct User {
  std::optional<std::string> user_id;
  std::optional<std::string> provider;
  std::optional<std::string> reference_id;
};

// A time as it was sent, with what it means.
struct RecordTime {
  std::string text;
  UtcTime instant;
};

struct Records {
  std::int64_t count = 0;
  std::optional<RecordTime> first;
  std::optional<RecordTime> last;
};

// The top-level values that the summary is made of. Each is assigned anew whenever its key is met,
// so that of duplicate keys the last one counts, as with usual parsers.
struct Facts {
  std::optional<std::string> type;
  std::optional<std::string> vantage_type;
  std::optional<std::string> status;
  std::optional<std::string> provider;
  std::optional<std::string> reference_id;
  std::optional<std::string> reference;
  std::optional<std::int64_t> expected_payloads;
  std::optional<User> user;
  std::optional<User> new_user;
  std::optional<std::string> data_reference_id;
  std::optional<Records> records;
  bool has_athlete = false;
};

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

// Reads the value that comes next: a string's characters or a number's spelling, else nothing.
std::optional<std::string> read_text(Scanner& scanner) {
  const Token token = scanner.next();
  if (token == Token::string) {
    return string_value(scanner.raw());
  }
  if (token == Token::number) {
    return cut(std::string(scanner.raw().substr(0, k_max_value_size)));
  }
  scanner.skip();
  return std::nullopt;
}

std::optional<std::string> read_string(Scanner& scanner) {
  if (scanner.next() == Token::string) {
    return string_value(scanner.raw());
  }
  scanner.skip();
  return std::nullopt;
}

std::optional<std::int64_t> read_integer(Scanner& scanner) {
  std::int64_t value = 0;
  if (scanner.next() == Token::number) {
    const std::string_view raw = scanner.raw();
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error == std::errc() && end == raw.data() + raw.size()) {
      return value;
    }
  }
  scanner.skip();
  return std::nullopt;
}

// Calls `read_value(key)` for each key of the object that was just opened; it must read the value.
template <typename ReadValue>
void read_members(Scanner& scanner, ReadValue read_value) {
  while (scanner.next() == Token::key) {
    read_value(scanner.raw());
  }
}

void skip_value(Scanner& scanner) {
  scanner.next();
  scanner.skip();
}

std::optional<User> read_user(Scanner& scanner) {
  if (scanner.next() != Token::object_begin) {
    scanner.skip();
    return std::nullopt;
  }
  User user;
  read_members(scanner, [&](std::string_view key) {
    if (json::spells(key, "user_id")) {
      user.user_id = read_text(scanner);
    } else if (json::spells(key, "provider")) {
      user.provider = read_text(scanner);
    } else if (json::spells(key, "reference_id")) {
      user.reference_id = read_text(scanner);
    } else {
      skip_value(scanner);
    }
  });
  return user;
}

std::optional<RecordTime> read_time(Scanner& scanner) {
  std::optional<std::string> text = read_string(scanner);
  if (!text) {
    return std::nullopt;
  }
  // `planned_date` may be a date alone.
  constexpr std::size_t k_date_size = std::string_view("2026-07-01").size();
  const std::optional<UtcTime> instant =
      parse_iso8601(text->size() == k_date_size ? *text + "T00:00:00" : *text);
  if (!instant) {
    return std::nullopt;
  }
  return RecordTime{std::move(*text), *instant};
}

struct RecordTimes {
  std::optional<RecordTime> start;
  std::optional<RecordTime> end;
};

RecordTimes read_metadata(Scanner& scanner) {
  RecordTimes times;
  if (scanner.next() != Token::object_begin) {
    scanner.skip();
    return times;
  }
  read_members(scanner, [&](std::string_view key) {
    if (json::spells(key, "start_time")) {
      times.start = read_time(scanner);
    } else if (json::spells(key, "end_time")) {
      times.end = read_time(scanner);
    } else {
      skip_value(scanner);
    }
  });
  return times;
}

// One element of `data[]`, of which the scanner has just read the first token.
RecordTimes read_record(Scanner& scanner) {
  RecordTimes times;
  std::optional<RecordTime> timestamp;
  std::optional<RecordTime> planned_date;
  read_members(scanner, [&](std::string_view key) {
    if (json::spells(key, "metadata")) {
      times = read_metadata(scanner);
    } else if (json::spells(key, "timestamp")) {
      timestamp = read_time(scanner);
    } else if (json::spells(key, "planned_date")) {
      planned_date = read_time(scanner);
    } else {
      skip_value(scanner);
    }
  });
  for (std::optional<RecordTime>* other : {&timestamp, &planned_date}) {
    if (!times.start) {
      times.start = std::move(*other);
    }
  }
  if (!times.end) {
    times.end = times.start;
  }
  return times;
}

// The elements of the `data` array that was just opened; nothing when it never closes.
std::optional<Records> read_records(Scanner& scanner) {
  Records records;
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::array_end) {
      return records;
    }
    if (token == Token::error) {
      return std::nullopt;
    }
    ++records.count;
    if (token != Token::object_begin) {
      scanner.skip();
      continue;
    }
    RecordTimes times = read_record(scanner);
    if (times.start && (!records.first || times.start->instant < records.first->instant)) {
      records.first = std::move(times.start);
    }
    if (times.end && (!records.last || times.end->instant > records.last->instant)) {
      records.last = std::move(times.end);
    }
  }
}

void read_data(Scanner& scanner, Facts& facts) {
  facts.records.reset();
  facts.data_reference_id.reset();
  const Token token = scanner.next();
  if (token == Token::array_begin) {
    facts.records = read_records(scanner);
  } else if (token == Token::object_begin) {
    read_members(scanner, [&](std::string_view key) {
      if (json::spells(key, "reference_id")) {
        facts.data_reference_id = read_text(scanner);
      } else {
        skip_value(scanner);
      }
    });
  }
}

void read_top_level_value(Scanner& scanner, std::string_view key, Facts& facts) {
  if (json::spells(key, "type")) {
    facts.type = read_text(scanner);
  } else if (json::spells(key, "event_type")) {
    facts.vantage_type = read_string(scanner);
  } else if (json::spells(key, "status")) {
    facts.status = read_text(scanner);
  } else if (json::spells(key, "provider")) {
    facts.provider = read_text(scanner);
  } else if (json::spells(key, "reference_id")) {
    facts.reference_id = read_text(scanner);
  } else if (json::spells(key, "reference")) {
    facts.reference = read_text(scanner);
  } else if (json::spells(key, "expected_payloads")) {
    facts.expected_payloads = read_integer(scanner);
  } else if (json::spells(key, "user")) {
    facts.user = read_user(scanner);
  } else if (json::spells(key, "new_user")) {
    facts.new_user = read_user(scanner);
  } else if (json::spells(key, "data")) {
    read_data(scanner, facts);
  } else if (json::spells(key, "athlete")) {
    facts.has_athlete = scanner.next() == Token::object_begin;
    scanner.skip();
  } else {
    skip_value(scanner);
  }
}

std::optional<std::string> first_of(std::optional<std::string>& preferred,
                                    std::optional<std::string>& fallback) {
  return std::move(preferred ? preferred : fallback);
}

Summary to_summary(Facts facts) {
  Summary summary;
  summary.event_type = first_of(facts.vantage_type, facts.type);
  summary.status = std::move(facts.status);
  summary.reference = std::move(facts.reference);
  summary.expected_payloads = facts.expected_payloads;

  User user = std::move(facts.user).value_or(User{});
  if (summary.event_type == "user_reauth" && facts.new_user) {
    user = std::move(*facts.new_user);
  }
  summary.user_id = std::move(user.user_id);
  // Older forms of a failed `auth` carry the provider beside the user.
  summary.provider = first_of(user.provider, facts.provider);
  // Beside the user in `auth_cancelled`, in `data` of lab reports.
  std::optional<std::string> reference_id = first_of(user.reference_id, facts.reference_id);
  summary.reference_id = first_of(reference_id, facts.data_reference_id);

  if (facts.records) {
    summary.record_count = facts.records->count;
    if (facts.records->first) {
      summary.first_record = std::move(facts.records->first->text);
    }
    if (facts.records->last) {
      summary.last_record = std::move(facts.records->last->text);
    }
  } else if (facts.has_athlete) {
    summary.record_count = 1;
  }
  return summary;
}

}  // namespace

Summary summarise(std::string_view body) {
  Scanner scanner(body);
  Facts facts;
  if (scanner.next() == Token::object_begin) {
    read_members(scanner, [&](std::string_view key) { read_top_level_value(scanner, key, facts); });
  } else {
    scanner.skip();
  }
  const bool is_json = scanner.next() == Token::end;
  Summary summary = to_summary(std::move(facts));
  if (!is_json) {
    summary.problem = scanner.problem();
  }
  return summary;
}

}  // namespace terra_hook
