// SPDX-License-Identifier: MIT
// Writes the JSON of made-up data, member by member, in the order of the calls. Numbers have a
// fixed number of decimals, so that the same value is the same bytes on every machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

/// One document. An empty key is for an element of an array, and for the document itself.
class JsonText {
 public:
  JsonText& text(std::string_view key, std::string_view value);
  JsonText& optional_text(std::string_view key, const std::optional<std::string>& value);
  JsonText& whole(std::string_view key, std::int64_t value);
  /// Rounded to `decimals` (0 to 9), trailing zeros cut to one: `52.5`, `60.0`.
  JsonText& decimal(std::string_view key, double value, int decimals);
  JsonText& boolean(std::string_view key, bool value);
  JsonText& null(std::string_view key);
  /// A value that is JSON already.
  JsonText& raw(std::string_view key, std::string_view json);

  /// `fill` writes the members.
  template <typename Fill>
  JsonText& object(std::string_view key, Fill fill) {
    begin(key);
    text_ += '{';
    fill();
    text_ += '}';
    return *this;
  }
  /// `fill` writes the elements.
  template <typename Fill>
  JsonText& array(std::string_view key, Fill fill) {
    begin(key);
    text_ += '[';
    fill();
    text_ += ']';
    return *this;
  }
  JsonText& empty_array(std::string_view key) { return raw(key, "[]"); }

  std::string take() { return std::move(text_); }

 private:
  void begin(std::string_view key);

  std::string text_;
};

/// A value as JsonText::decimal() rounds it, for sums over what was written.
double rounded(double value, int decimals);

/// `2026-07-01T07:04:11.000000+01:00`, as Terra writes a time with its offset from UTC.
std::string local_stamp(std::chrono::local_seconds time, std::chrono::minutes utc_offset);

/// `2026-07-01`.
std::string date_text(std::chrono::local_days date);

}  // namespace terra_hook
