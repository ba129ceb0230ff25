// SPDX-License-Identifier: MIT
#include "render/plot.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "support/golden.hpp"

using namespace terra_hook;

namespace {

// 07:04 on 10 February 2027, two hours ahead of UTC.
constexpr SampleTime k_start{1802235840, 7200};

Sample at(double seconds, std::optional<double> value) {
  return {{k_start.seconds + seconds, k_start.offset}, value};
}

Style style_of(bool color, bool unicode) {
  Terminal terminal;
  terminal.color = color;
  terminal.unicode = unicode;
  return Style(terminal);
}

// A run of 48 minutes, a sample a second: warm-up, five intervals, a lost strap.
Series heart_rate() {
  Series series;
  for (int i = 0; i < 48 * 60; ++i) {
    if (i > 1500 && i < 1740) continue;
    const double effort = 1 - std::exp(-i / 300.0);
    const double interval = std::max(0.0, std::sin(i * 2 * std::numbers::pi / 480));
    series.add(at(i, std::round(92 + effort * 50 + interval * 37)));
  }
  return series;
}

Series steps_of_a_day() {
  Series series;
  double counter = 0;
  for (int quarter = 0; quarter < 96; ++quarter) {
    const double hour = quarter / 4.0;
    if (hour >= 7 && hour < 22) counter += std::round(150 + 140 * std::sin(hour));
    if (hour == 18) counter += 2400;
    series.add(at(quarter * 900.0, counter));
  }
  return series;
}

LevelSeries night() {
  LevelSeries levels;
  const int minutes[] = {0, 12, 47, 92, 110, 131, 170, 205, 240, 244, 300, 345, 380, 410, 440};
  const int stages[] = {1, 4, 5, 4, 6, 4, 5, 4, 1, 4, 6, 4, 9, 6, 4};
  for (std::size_t i = 0; i < std::size(minutes); ++i) levels.add(at(minutes[i] * 60, stages[i]));
  levels.set_end({k_start.seconds + 452 * 60.0, k_start.offset});
  return levels;
}

const std::vector<LevelName> k_stages = {{1, "awake"}, {6, "REM"}, {4, "light"}, {5, "deep"}};

Track loop() {
  Track route;
  for (int i = 0; i <= 400; ++i) {
    const double angle = i * 2 * std::numbers::pi / 400;
    route.add(60.17 + 0.01 * std::sin(angle),
              24.94 + 0.03 * std::cos(angle) * (1 + 0.2 * std::sin(3 * angle)));
  }
  route.add(60.172, 24.96);
  return route;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text + "\n";
}

std::string gallery(const Style& style, std::size_t width) {
  const auto options = [&](std::string_view title, std::string_view unit, std::size_t height) {
    return PlotOptions{title, unit, width, height};
  };
  return text_of(value_plot(heart_rate(), options("heart rate", "bpm", 1), style)) +
         text_of(value_plot(heart_rate(), options("heart rate", "bpm", 4), style)) +
         text_of(rate_plot(steps_of_a_day(), options("steps", "steps", 3), style)) +
         text_of(level_plot(night(), k_stages, options("sleep", "", 1), style)) +
         text_of(route_map(loop(), options("route", "", 10), style));
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    widest = std::max(widest, display_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

}  // namespace

TEST_CASE("render plot - the gallery looks as it did") {
  test::check_golden("plots-80.txt", gallery(style_of(false, true), 80));
  test::check_golden("plots-40.txt", gallery(style_of(false, true), 40));
  test::check_golden("plots-ascii.txt", gallery(style_of(false, false), 80));
  test::check_golden("plots-color.txt", gallery(style_of(true, true), 60));
}

TEST_CASE("render plot - no line is wider than asked and ASCII is ASCII") {
  for (std::size_t width = 0; width < 130; ++width) {
    CAPTURE(width);
    CHECK(widest_line(gallery(style_of(false, true), width)) <= width);
    const std::string ascii = gallery(style_of(false, false), width);
    CHECK(widest_line(ascii) <= width);
    CHECK(is_ascii(ascii));
  }
}

TEST_CASE("render plot - sparkline") {
  Series series;
  for (int i = 0; i < 8; ++i) series.add(at(i, i));
  const Style style;
  CHECK(sparkline(series, 8, style) == "▁▂▃▄▅▆▇█");
  CHECK(sparkline(series, 8, style_of(false, false)) == ".:-=+*#@");
  CHECK(sparkline(series, 8, style_of(true, true)) == "\x1b[33m▁▂▃▄▅▆▇█\x1b[0m");
  series.add(at(20, 3));
  CHECK(sparkline(series, 21, style) == "▁▂▃▄▅▆▇█            ▄");
  CHECK(sparkline(Series(), 8, style) == "");
  CHECK(sparkline(series, 0, style) == "");
  Series flat;
  for (int i = 0; i < 4; ++i) flat.add(at(i, 60));
  CHECK(sparkline(flat, 4, style) == "▄▄▄▄");
}

TEST_CASE("render plot - headings say the figures and what is missing") {
  const Style style;
  Series series;
  series.add(at(0, 70.25));
  CHECK(value_plot(series, {"weight", "kg"}, style) == Lines{"weight  70.25 kg", "07:04:00"});
  series.add(at(60, std::nullopt));
  series.add(at(120, -0.5));
  CHECK(value_plot(series, {"x", "%", 30}, style) == Lines{"x  -0.5 to 70.25%, avg 34.88",
                                                           "█                            ▁",
                                                           "07:04:00              07:06:00"});
  CHECK(value_plot(series, {"\x1b[2J\u202e", "", 20}, style)[0] == "\\u001b[2J\\u202e  -0…");
  CHECK(value_plot(Series(), {"x"}, style).empty());
  CHECK(rate_plot(Series(), {"x"}, style).empty());
  CHECK(level_plot(LevelSeries(), k_stages, {"x"}, style).empty());
  CHECK(route_map(Track(), {"x"}, style).empty());
}

TEST_CASE("render plot - the axis shows local times as far as they are needed") {
  const auto axis = [](double span) {
    Series series;
    series.add(at(0, 1));
    series.add(at(span, 2));
    return value_plot(series, {"x", "", 60}, Style()).back();
  };
  CHECK(axis(90) == "07:04:00                  07:04:45                  07:05:30");
  CHECK(axis(3600) == "07:04                      07:34                       08:04");
  CHECK(axis(100'000) == "02-10 07:04             02-10 20:57              02-11 10:50");
  CHECK(axis(2'000'000) == "2027-02-10               2027-02-21               2027-03-05");
  // The clocks go forward between the two: each end as its own clock reads.
  Series night;
  night.add({{k_start.seconds, 7200}, 1});
  night.add({{k_start.seconds + 3600, 10'800}, 2});
  CHECK(value_plot(night, {"x", "", 60}, Style()).back() ==
        "07:04" + std::string(50, ' ') + "09:04");
}

TEST_CASE("render plot - figures and spans") {
  const std::pair<double, const char*> figures[] = {
      {0, "0"},
      {-0.0, "0"},
      {92, "92"},
      {-3, "-3"},
      {5.4167, "5.417"},
      {0.12345, "0.123"},
      {11894, "11,894"},
      {8250.4, "8,250"},
      {1e12, "1e+12"},
      {-1234567, "-1,234,567"},
      {1e300, "1e+300"},
      {0.00001, "1e-05"},
      {std::numeric_limits<double>::quiet_NaN(), "-"}};
  for (const auto& [value, text] : figures) CHECK(figure(value) == text);
  const std::pair<double, const char*> spans[] = {
      {0, "0s"},         {40.4, "40s"}, {59.6, "1m"},      {3599, "1h00"}, {5400, "1h30"},
      {36'000, "10h00"}, {-5, "0s"},    {1e300, ">9999d"}, {1e6, "12d"}};
  for (const auto& [seconds, text] : spans) CHECK(brief_span(seconds) == text);
}

TEST_CASE("render plot - a map keeps its proportions") {
  // At 60 degrees a degree of longitude is half as long as one of latitude.
  Track square;
  square.add(60, 10);
  square.add(60.01, 10);
  square.add(60.01, 10.02);
  square.add(60, 10.02);
  square.add(60, 10.004);
  const Lines lines = route_map(square, {"route", "", 40, 5}, Style());
  REQUIRE(lines.size() == 6);
  CHECK(lines[0] == "route  1.1 km × 1.1 km");
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(display_width(lines[i]) == 10);
  CHECK(text_of(route_map(square, {"route", "", 40, 5}, style_of(false, false))) ==
        text_of({"route  1.1 km x 1.1 km", "*********", "*       *", "*       *", "*       *",
                 "S F******"}));
  Track still;
  for (int i = 0; i < 3; ++i) still.add(1, 1);
  CHECK(route_map(still, {"route", "", 40, 5}, Style()) == Lines{"route  0 m × 0 m", "S"});
}

TEST_CASE("render plot - many levels share the last row") {
  LevelSeries levels;
  for (int i = 0; i < 1000; ++i) levels.add(at(i, i % 40 - 5));
  const Lines lines = level_plot(levels, {{3, "three"}, {77, "never"}}, {"x", "", 60}, Style());
  REQUIRE(lines.size() == 18);
  CHECK(lines[1].starts_with("three "));
  CHECK(lines[2].starts_with("-5 "));
  CHECK(lines[16].starts_with("others "));
}

TEST_CASE("render plot - anything a sample can be ends in printable lines") {
  std::mt19937_64 random(11);
  const double odd[] = {0.0,
                        -0.0,
                        1e308,
                        -1e308,
                        5e-324,
                        1e-9,
                        std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::quiet_NaN(),
                        4e11,
                        -4e11,
                        60,
                        61};
  const auto any = [&] {
    const std::uint64_t choice = random();
    return choice % 3 == 0 ? odd[choice / 3 % std::size(odd)]
                           : static_cast<double>(choice % 100'000) / 7;
  };
  for (int i = 0; i < 2000; ++i) {
    Series series;
    LevelSeries levels;
    Track route;
    for (std::uint64_t n = random() % 50; n > 0; --n) {
      const Sample sample{{any(), any()}, random() % 5 == 0 ? std::nullopt : std::optional(any())};
      series.add(sample);
      levels.add(sample);
      route.add(any(), any());
    }
    levels.set_end({any(), 0});
    const std::size_t width = random() % 90;
    const PlotOptions options{"t", "u", width, random() % 5};
    const Style style = style_of(false, i % 2 == 0);
    const std::string text = text_of(value_plot(series, options, style)) +
                             text_of(rate_plot(series, options, style)) +
                             text_of(level_plot(levels, k_stages, options, style)) +
                             text_of(route_map(route, options, style));
    if (widest_line(text) > width || !is_utf8(text) || (i % 2 != 0 && !is_ascii(text))) {
      CAPTURE(text);
      FAIL("not fit for a terminal");
    }
  }
}
