// SPDX-License-Identifier: MIT
#include "terra/sample_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <nlohmann/json.hpp>

namespace terra_hook {
namespace {

constexpr std::int64_t k_powers[] = {1,       10,        100,        1'000,       10'000,
                                     100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

std::int64_t scaled(double value, int decimals) {
  return std::llround(value * static_cast<double>(k_powers[decimals]));
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

// By hand: there are very many times in samples.
void append_two(std::string& text, std::int64_t number) {
  text += static_cast<char>('0' + number / 10 % 10);
  text += static_cast<char>('0' + number % 10);
}

void append_date(std::string& text, std::chrono::local_days date) {
  const std::chrono::year_month_day day(date);
  const int year = static_cast<int>(day.year());
  append_two(text, year / 100);
  append_two(text, year % 100);
  text += '-';
  append_two(text, static_cast<unsigned>(day.month()));
  text += '-';
  append_two(text, static_cast<unsigned>(day.day()));
}

}  // namespace

void JsonText::begin(std::string_view key) {
  const char last = text_.empty() ? '[' : text_.back();
  if (last != '{' && last != '[') text_ += ',';
  if (key.empty()) return;
  text_ += '"';
  text_ += key;
  text_ += "\":";
}

JsonText& JsonText::text(std::string_view key, std::string_view value) {
  begin(key);
  if (is_plain(value)) {
    text_ += '"';
    text_ += value;
    text_ += '"';
  } else {
    using Json = nlohmann::json;
    text_ += Json(std::string(value)).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return *this;
}

JsonText& JsonText::optional_text(std::string_view key, const std::optional<std::string>& value) {
  return value ? text(key, *value) : null(key);
}

JsonText& JsonText::whole(std::string_view key, std::int64_t value) {
  begin(key);
  fmt::format_to(std::back_inserter(text_), "{}", value);
  return *this;
}

JsonText& JsonText::decimal(std::string_view key, double value, int decimals) {
  begin(key);
  const std::int64_t number = scaled(value, decimals);
  const std::int64_t size = std::abs(number);
  fmt::format_to(std::back_inserter(text_), "{}{}.{:0{}}", number < 0 ? "-" : "",
                 size / k_powers[decimals], size % k_powers[decimals], std::max(decimals, 1));
  while (text_.back() == '0' && text_[text_.size() - 2] != '.') text_.pop_back();
  return *this;
}

JsonText& JsonText::boolean(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

JsonText& JsonText::null(std::string_view key) {
  return raw(key, "null");
}

JsonText& JsonText::raw(std::string_view key, std::string_view json) {
  begin(key);
  text_ += json;
  return *this;
}

double rounded(double value, int decimals) {
  return static_cast<double>(scaled(value, decimals)) / static_cast<double>(k_powers[decimals]);
}

std::string date_text(std::chrono::local_days date) {
  std::string text;
  append_date(text, date);
  return text;
}

std::string local_stamp(std::chrono::local_seconds time, std::chrono::minutes utc_offset) {
  const auto date = std::chrono::floor<std::chrono::days>(time);
  const std::int64_t second = (time - date).count();
  const std::int64_t offset = std::abs(utc_offset.count());
  std::string text;
  text.reserve(32);
  append_date(text, date);
  text += 'T';
  append_two(text, second / 3600);
  text += ':';
  append_two(text, second / 60 % 60);
  text += ':';
  append_two(text, second % 60);
  text += utc_offset.count() < 0 ? ".000000-" : ".000000+";
  append_two(text, offset / 60);
  text += ':';
  append_two(text, offset % 60);
  return text;
}

}  // namespace terra_hook
