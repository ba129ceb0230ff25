// SPDX-License-Identifier: MIT
// Every event type as its line and its card, whole, as the goldens hold them. After a change that
// is meant: TERRA_HOOK_UPDATE_GOLDEN=1 unit_tests -tc='render golden*', then read the difference.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/terminal.hpp"
#include "render/capture_text.hpp"
#include "render/card_text.hpp"
#include "support/golden.hpp"
#include "terra/body_reading.hpp"

using namespace terra_hook;
using terra_hook::test::check_golden;

namespace {

/// One body a type, and those that show more of a type or a rarer shape of it.
const std::filesystem::path k_folders[] = {
    std::filesystem::path(TERRA_HOOK_TEST_DATA) / "events",
    std::filesystem::path(TERRA_HOOK_TEST_DATA) / "event_shapes"};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string event_body(const std::string& name) {
  for (const auto& folder : k_folders) {
    const std::filesystem::path path = folder / (name + ".json");
    if (std::filesystem::exists(path)) return read_file(path);
  }
  FAIL("no test body " << name);
  return {};
}

/// The names of all test bodies, sorted.
std::vector<std::string> event_names() {
  std::vector<std::string> names;
  for (const auto& folder : k_folders) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

Capture capture_of(const std::string& body, std::int64_t number) {
  Capture capture;
  capture.number = number;
  // Noon somewhere in 2027, whatever the zone of the machine: only the line's date shows it.
  capture.received_at = UtcTime(std::chrono::seconds(1802347200));
  BodyReading reading = read_body(body);
  capture.summary = std::move(reading.summary);
  capture.headline = std::move(reading.headline);
  capture.body = body;
  capture.body_size = body.size();
  capture.verdict = Verdict::valid;
  capture.secret_name = "default";
  return capture;
}

Style style_of(std::size_t width, bool color, bool unicode) {
  Terminal terminal;
  terminal.width = width;
  terminal.color = color;
  terminal.unicode = unicode;
  return Style(terminal);
}

/// The line without its time, which depends on the zone.
std::string line_text(const Capture& capture, const Style& style) {
  const std::string line = capture_line(capture, {false, std::nullopt, 0}, style);
  const std::size_t number = line.find('#');
  return line.substr(number == std::string::npos ? 0 : number);
}

std::string without_colors(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
    } else {
      plain += text[i];
    }
  }
  return plain;
}

void check_width(std::string_view text, std::size_t width) {
  const std::string plain = without_colors(text);
  for (std::size_t start = 0; start < plain.size();) {
    const std::size_t end = std::min(plain.find('\n', start), plain.size());
    const std::string line = plain.substr(start, end - start);
    CAPTURE(line);
    CHECK(display_width(line) <= width);
    start = end + 1;
  }
}

std::string shown(const std::vector<std::string>& names, const Style& style) {
  std::string text;
  std::int64_t number = 0;
  for (const std::string& name : names) {
    CAPTURE(name);
    const Capture capture = capture_of(event_body(name), ++number);
    const std::string line = line_text(capture, style) + "\n";
    const std::string card = capture_card(capture, {}, style.width, 1 << 20, style);
    check_width(line, style.width);
    check_width(card, style.width);
    text += "== " + name + "\n" + line + card + "\n";
  }
  return text;
}

const std::vector<std::string> k_some = {
    "activity_full", "body_glucose", "daily", "lab_report_completed",
    "names",         "nutrition",    "sleep"};

}  // namespace

TEST_CASE("capture line - a long type moves no column") {
  Capture brief = capture_of(R"({"type":"sleep","data":[]})", 1);
  for (const char* type : {"menstruation", "connection_error", "large_request_processing"}) {
    Capture longer = brief;
    longer.summary.event_type = type;
    for (const std::size_t width : {40U, 59U, 60U, 72U, 80U, 100U}) {
      for (const bool with_date : {false, true}) {
        const Style style = style_of(width, false, true);
        const auto column_of_verdict = [&](const Capture& capture) {
          const std::string line = capture_line(capture, {with_date, std::nullopt, 0}, style);
          return display_width(line.substr(0, line.find("✓")));
        };
        CAPTURE(type);
        CAPTURE(width);
        CHECK(column_of_verdict(longer) == column_of_verdict(brief));
      }
    }
  }
}

TEST_CASE("render golden - every event type at 80 columns") {
  check_golden("events-80.txt", shown(event_names(), style_of(80, false, true)));
}

TEST_CASE("render golden - every event type in colour") {
  check_golden("events-color.txt", shown(event_names(), style_of(80, true, true)));
}

TEST_CASE("render golden - some event types at 40 and at 200 columns") {
  check_golden("events-40.txt", shown(k_some, style_of(40, false, true)));
  check_golden("events-200.txt", shown(k_some, style_of(200, false, true)));
}

TEST_CASE("render golden - every event type in ASCII") {
  const std::string text = shown(event_names(), style_of(80, false, false));
  CHECK(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  check_golden("events-ascii.txt", shown(k_some, style_of(80, false, false)));
}

TEST_CASE("render golden - there is a body for every type") {
  std::set<std::string> types;
  for (const std::string& name : event_names()) {
    types.insert(read_body(event_body(name)).summary.event_type.value_or(""));
  }
  for (const EventType& type : event_types()) {
    CAPTURE(type.name);
    CHECK(types.contains(std::string(type.name)));
  }
}
