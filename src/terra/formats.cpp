// SPDX-License-Identifier: MIT
#include "terra/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include "base/time.hpp"

namespace terra_hook {
namespace {

using Kind = PathValue::Kind;
using Arguments = std::span<const Argument>;

/// Beyond this a double has no exact whole numbers and a column no room.
constexpr double k_largest = 1e12;

std::string bounded(std::string text) {
  if (text.size() <= k_max_text) return text;
  std::size_t end = k_max_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string without_trailing_zeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

std::string grouped(std::string digits) {
  const std::size_t end = std::min(digits.find('.'), digits.size());
  const std::size_t start = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = end; at > start + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

/// A formatter of numbers only: other values are written as they are.
template <typename Write>
std::optional<std::string> with_number(Arguments arguments, Write write) {
  const PathValue& value = *arguments[0].value;
  const std::optional<double> number = to_number(value);
  return number && std::abs(*number) < k_largest ? write(*number) : value_text(value);
}

std::optional<std::string> as_text(Arguments arguments) {
  std::string text = value_text(*arguments[0].value);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::string> as_number(Arguments arguments) {
  return with_number(arguments, [](double number) { return number_text(number, 2); });
}

std::optional<std::string> as_whole(Arguments arguments) {
  return with_number(arguments, [](double number) { return number_text(number, 0); });
}

std::optional<std::string> as_tenths(Arguments arguments) {
  return with_number(arguments, [](double number) { return number_text(number, 1); });
}

/// Metres: `8.25 km`, `850 m`.
std::optional<std::string> as_distance(Arguments arguments) {
  return with_number(arguments, [](double metres) {
    if (metres != 0 && std::abs(metres) < 999.5) return number_text(metres, 0) + " m";
    return number_text(metres / 1000, metres < 100'000 ? 2 : 1) + " km";
  });
}

std::optional<std::string> as_short_distance(Arguments arguments) {
  return with_number(arguments, [](double metres) {
    return number_text(metres / 1000, metres < 1000 && metres != 0 ? 2 : 1) + " km";
  });
}

std::optional<std::string> as_clock(Arguments arguments) {
  return with_number(arguments, clock_text);
}

std::optional<std::string> as_hours(Arguments arguments) {
  return with_number(arguments, hours_text);
}

/// Seconds in words: `5 min`, `1 min 30 s`.
std::optional<std::string> as_wait(Arguments arguments) {
  return with_number(arguments, [](double seconds) {
    return to_human_duration(std::chrono::microseconds(std::llround(seconds * 1e6)));
  });
}

/// Metres a second: `10.2 km/h`.
std::optional<std::string> as_speed(Arguments arguments) {
  return with_number(arguments, [](double speed) { return number_text(speed * 3.6, 1) + " km/h"; });
}

/// Minutes a kilometre: `5:53 /km`.
std::optional<std::string> as_pace(Arguments arguments) {
  return with_number(arguments, [](double minutes) { return clock_text(minutes * 60) + " /km"; });
}

std::optional<UtcTime> instant_of(const PathValue& value) {
  return value.kind == Kind::string ? parse_iso8601(value_text(value)) : std::nullopt;
}

/// From the first time to the second one.
std::optional<std::string> as_span(Arguments arguments) {
  if (arguments.size() < 2) return std::nullopt;
  const auto start = instant_of(*arguments[0].value);
  const auto end = instant_of(*arguments[1].value);
  if (!start || !end || *end < *start) return std::nullopt;
  return clock_text(std::chrono::duration<double>(*end - *start).count());
}

/// The date of a time as sent, its zone untouched: the key of daily records.
std::optional<std::string> as_date(Arguments arguments) {
  std::string text = value_text(*arguments[0].value);
  constexpr std::size_t k_date_size = std::string_view("2026-07-01").size();
  const bool is_time = text.size() > k_date_size && parse_iso8601(text);
  return is_time ? text.substr(0, k_date_size) : text;
}

std::optional<std::string> as_time(Arguments arguments) {
  return time_text(value_text(*arguments[0].value));
}

/// A reading's time within a table: `07:04:11`, the date being the record's.
std::optional<std::string> as_clock_time(Arguments arguments) {
  const std::string text = value_text(*arguments[0].value);
  constexpr std::size_t k_clock_at = std::string_view("2026-07-01T").size();
  constexpr std::size_t k_clock_size = std::string_view("07:04:11").size();
  return parse_iso8601(text) ? text.substr(k_clock_at, k_clock_size) : text;
}

/// The same with month and day: `07-01 07:04`.
std::optional<std::string> as_day_time(Arguments arguments) {
  const std::string text = value_text(*arguments[0].value);
  constexpr std::size_t k_year = std::string_view("2026-").size();
  constexpr std::size_t k_size = std::string_view("07-01 07:04").size();
  return parse_iso8601(text) ? time_text(text).substr(k_year, k_size) : text;
}

/// Seconds since 1970, as Vantage sends them.
std::optional<std::string> as_epoch(Arguments arguments) {
  return with_number(arguments, [](double seconds) {
    const UtcTime time{std::chrono::seconds(std::llround(seconds))};
    return to_rfc3339(time).substr(0, 10) + " " + to_rfc3339(time).substr(11, 8) + "Z";
  });
}

/// `b81f6c2e…` for an id that is long.
std::optional<std::string> as_short_id(Arguments arguments) {
  std::string text = value_text(*arguments[0].value);
  constexpr std::size_t k_long = 20;
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  std::size_t kept = 0;
  while (kept < 8 && kept < text.size() && is_ascii(text[kept])) ++kept;
  return text.size() > k_long ? text.substr(0, kept) + "…" : text;
}

/// The host of a URL; the rest may be a bearer's secret.
std::optional<std::string> as_host(Arguments arguments) {
  const std::string url = value_text(*arguments[0].value);
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "no URL";
  std::string host = url.substr(scheme + 3);
  host.resize(std::min(host.find_first_of("/?#"), host.size()));
  if (const std::size_t user = host.rfind('@'); user != std::string::npos) host.erase(0, user + 1);
  return host;
}

/// A comma list with a space behind each comma.
std::optional<std::string> as_list(Arguments arguments) {
  std::string list;
  for (const char c : value_text(*arguments[0].value)) {
    if (c == ' ' && list.ends_with(' ')) continue;
    list += c;
    if (c == ',') list += ' ';
  }
  return list.empty() ? "none" : list;
}

/// The same, but nothing for an empty list.
std::optional<std::string> as_some(Arguments arguments) {
  std::optional<std::string> list = as_list(arguments);
  return list == "none" ? std::nullopt : list;
}

std::optional<std::string> as_yes_or_no(Arguments arguments) {
  const PathValue& value = *arguments[0].value;
  if (value.kind == Kind::true_literal) return "yes";
  if (value.kind == Kind::false_literal) return "no";
  return value_text(value);
}

/// `order.processing` and `results.sample_rejected` without what their field says already.
std::optional<std::string> as_status(Arguments arguments) {
  std::string text = value_text(*arguments[0].value);
  if (const std::size_t dot = text.rfind('.'); dot != std::string::npos) text.erase(0, dot + 1);
  for (char& c : text) {
    if (c == '_') c = ' ';
  }
  return text;
}

std::optional<std::string> as_sport(Arguments arguments) {
  static const EnumTable& types = *find_enum("ActivityType");
  const PathValue& value = *arguments[0].value;
  const std::string word = enum_text(value, types);
  constexpr std::pair<std::string_view, std::string_view> k_short[] = {
      {"8", "run"}, {"7", "walk"}, {"1", "ride"}, {"35", "hike"}, {"82", "swim"}};
  for (const auto& [number, name] : k_short) {
    if (value.raw == number) return std::string(name);
  }
  return word == value_text(value) ? "activity type " + word : word;
}

std::optional<std::string> as_tentative(Arguments arguments) {
  return arguments[0].value->raw == "3" ? std::optional<std::string>("tentative") : std::nullopt;
}

/// How bad it is, where something is said of it.
std::optional<std::string> as_severity(Arguments arguments) {
  static const EnumTable& words = *find_enum("Severity");
  const PathValue& value = *arguments[0].value;
  return value.raw == "0" ? std::nullopt : std::optional(enum_text(value, words));
}

std::optional<std::string> as_outcome(Arguments arguments) {
  const std::string status = value_text(*arguments[0].value);
  return status == "success" ? "connected" : status == "error" ? "failed" : status;
}

std::optional<std::string> as_if_true(Arguments arguments) {
  return arguments[0].value->kind == Kind::true_literal ? std::optional<std::string>("")
                                                        : std::nullopt;
}

/// `1 meal`, `3 meals`: the noun follows in the phrase, its plural s comes from here.
std::optional<std::string> as_plural(Arguments arguments) {
  const PathValue& value = *arguments[0].value;
  const bool is_one = value.kind == Kind::array ? value.count == 1 : value.raw == "1";
  return is_one ? "" : "s";
}

/// The distinct values: `Iron, Lipids, +3`.
std::optional<std::string> as_names(Arguments arguments) {
  if (arguments[0].tally == nullptr || arguments[0].tally->entries.empty()) return std::nullopt;
  constexpr std::size_t k_shown = 4;
  const Tally& tally = *arguments[0].tally;
  std::string text;
  std::int64_t rest = tally.others;
  for (std::size_t i = 0; i < tally.entries.size(); ++i) {
    if (i >= k_shown) {
      ++rest;
      continue;
    }
    PathValue value{tally.entries[i].raw.starts_with('"') ? Kind::string : Kind::number,
                    tally.entries[i].raw, 0};
    text += (text.empty() ? "" : ", ") + value_text(value);
  }
  return rest == 0 ? text : fmt::format("{}, +{}", text, rest);
}

/// What is out of the ordinary: `1 low 2 high`.
std::optional<std::string> as_flags(Arguments arguments) {
  if (arguments[0].tally == nullptr) return std::nullopt;
  std::string text;
  for (const Tally::Entry& entry : arguments[0].tally->entries) {
    const std::string name = value_text({Kind::string, entry.raw, 0});
    if (name == "normal" || !entry.raw.starts_with('"')) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", entry.count, name);
  }
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// `51.5007, -0.1246` from an array of two numbers, which a tally of its elements kept.
std::optional<std::string> as_position(Arguments arguments) {
  return as_names(arguments);
}

constexpr Format k_formats[] = {
    {"text", as_text},           {"n", as_number},          {"int", as_whole},
    {"tenths", as_tenths},       {"m", as_distance},        {"km", as_short_distance},
    {"clock", as_clock},         {"hours", as_hours},       {"wait", as_wait},
    {"speed", as_speed},         {"pace", as_pace},         {"span", as_span, true},
    {"date", as_date},           {"time", as_time},         {"epoch", as_epoch},
    {"at", as_clock_time},       {"dayat", as_day_time},    {"id", as_short_id},
    {"host", as_host},           {"list", as_list},         {"some", as_some},
    {"yes", as_yes_or_no},       {"status", as_status},     {"sport", as_sport},
    {"tentative", as_tentative}, {"severity", as_severity}, {"outcome", as_outcome},
    {"if", as_if_true},          {"s", as_plural},          {"names", as_names},
    {"flags", as_flags},         {"position", as_position},
};

}  // namespace

const Format* find_format(std::string_view name) {
  for (const Format& format : k_formats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

std::string enum_text(const PathValue& value, const EnumTable& table) {
  std::int64_t number = 0;
  const std::string_view raw = value.raw;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (value.kind == Kind::number && error == std::errc() && end == raw.data() + raw.size()) {
    if (const std::string_view word = table.word_of(number); !word.empty()) {
      return std::string(word);
    }
  }
  return value_text(value);
}

std::string value_text(const PathValue& value) {
  switch (value.kind) {
    case Kind::absent: return "";
    case Kind::null: return std::string(k_null_text);
    case Kind::array: return number_text(static_cast<double>(value.count), 0);
    case Kind::object: return "{…}";
    case Kind::string: break;
    default: return bounded(std::string(value.raw.substr(0, k_max_text + 1)));
  }
  // Six bytes spell one at most, so this much spells more than is kept; an escape that was bounded
  // is beyond the limit.
  constexpr std::size_t k_max_raw = 16 * k_max_text;
  if (value.raw.size() <= k_max_raw) return bounded(json::unescape(value.raw));
  return bounded(json::unescape(std::string(value.raw.substr(0, k_max_raw)) + '"'));
}

std::optional<double> to_number(const PathValue& value) {
  if (value.kind == Kind::array) return static_cast<double>(value.count);
  if (value.kind != Kind::number) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(value.raw.data(), value.raw.data() + value.raw.size(), number);
  return error == std::errc() && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::string number_text(double number, int decimals) {
  std::string text = without_trailing_zeros(fmt::format("{:.{}f}", number, decimals));
  if (text == "-0") text = "0";
  // What is not zero is never written as zero.
  if (text == "0" && number != 0) return fmt::format("{:.2g}", number);
  return grouped(std::move(text));
}

std::string clock_text(double seconds) {
  const std::int64_t whole = std::llround(std::abs(seconds));
  const std::string_view sign = seconds < 0 && whole != 0 ? "-" : "";
  if (whole < 3600) return fmt::format("{}{}:{:02}", sign, whole / 60, whole % 60);
  return fmt::format("{}{}:{:02}:{:02}", sign, whole / 3600, whole / 60 % 60, whole % 60);
}

std::string hours_text(double seconds) {
  const std::int64_t whole = std::llround(std::abs(seconds));
  const std::string_view sign = seconds < 0 && whole != 0 ? "-" : "";
  if (whole != 0 && whole < 60) return fmt::format("{}{}s", sign, whole);
  const std::int64_t minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}{}min", sign, minutes);
  return fmt::format("{}{}h{:02}", sign, minutes / 60, minutes % 60);
}

std::string time_text(std::string_view sent) {
  if (!parse_iso8601(sent)) return std::string(sent);
  constexpr std::size_t k_date_size = 10;
  constexpr std::size_t k_clock_size = 8;
  const std::string_view clock = sent.substr(k_date_size + 1, k_clock_size);
  std::string_view rest = sent.substr(k_date_size + 1 + k_clock_size);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    fraction = rest.substr(0, std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
    rest.remove_prefix(fraction.size());
    fraction = fraction.substr(0, fraction.find_last_not_of(".0") + 1);
  }
  if (rest == "z") rest = "Z";
  return fmt::format("{} {}{}{}{}", sent.substr(0, k_date_size), clock, fraction,
                     rest.empty() || rest == "Z" ? "" : " ", rest);
}

}  // namespace terra_hook
