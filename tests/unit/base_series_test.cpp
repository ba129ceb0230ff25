// SPDX-License-Identifier: MIT
#include "base/series.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "base/level_series.hpp"
#include "base/track.hpp"

using namespace terra_hook;

namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr double k_infinity = std::numeric_limits<double>::infinity();

Sample at(double seconds, std::optional<double> value) {
  return {{seconds, 0}, value};
}

Series series_of(const std::vector<Sample>& samples) {
  Series series;
  for (const Sample& sample : samples) series.add(sample);
  return series;
}

// `1 2 - 4`: the means of the columns, `-` for an empty one.
std::string means(const Series& series, std::size_t count) {
  std::string text;
  for (const auto& column : series.columns(count)) {
    if (!text.empty()) text += ' ';
    text += column ? std::to_string(std::lround(column->mean)) : "-";
  }
  return text;
}

std::string rates(const Series& series, std::size_t count) {
  std::string text;
  for (const auto& rate : series.rates(count)) {
    if (!text.empty()) text += ' ';
    text += rate ? std::to_string(std::lround(*rate * 10)) : "-";
  }
  return text;
}

std::string spans_of(const LevelSeries& series) {
  std::string text;
  for (const LevelSeries::Span& span : series.spans()) {
    if (!text.empty()) text += ' ';
    text += std::to_string(std::lround(span.from.seconds)) + "-" +
            std::to_string(std::lround(span.to.seconds)) + ":" +
            (span.level ? std::to_string(*span.level) : "?");
  }
  return text;
}

}  // namespace

TEST_CASE("base series - a timestamp keeps how far the local clock is from UTC") {
  CHECK(parse_sample_time("1970-01-01T00:00:10Z") == SampleTime{10, 0});
  CHECK(parse_sample_time("1970-01-01T02:00:10.500000+02:00") == SampleTime{10.5, 7200});
  CHECK(parse_sample_time("1969-12-31T19:00:00-05:00") == SampleTime{0, -18000});
  CHECK(parse_sample_time("1970-01-01T00:00:10") == SampleTime{10, 0});
  for (const char* text : {"", "1970-01-01", "now", "1970-01-01T00:00:10+", "1970-01-01T00:00"}) {
    CHECK(!parse_sample_time(text));
  }
}

TEST_CASE("base series - counts and extremes") {
  const Series series = series_of({at(0, 4), at(1, 8), at(2, std::nullopt), at(3, 6)});
  CHECK(series.count() == 3);
  CHECK(series.missing() == 1);
  CHECK(series.minimum() == 4);
  CHECK(series.maximum() == 8);
  CHECK(series.mean() == doctest::Approx(6));
  CHECK(series.first().seconds == 0);
  CHECK(series.last().seconds == 3);
  CHECK(series.typical_step() == 1);
  CHECK(Series().count() == 0);
  CHECK(Series().typical_step() == 0);
  CHECK(means(Series(), 3) == "- - -");
}

TEST_CASE("base series - columns without samples are interpolated but gaps stay empty") {
  CHECK(means(series_of({at(0, 0), at(10, 10), at(20, 20), at(30, 30)}), 7) ==
        "0 5 10 15 20 25 30");
  // Three steps apart is not yet a gap, four are.
  CHECK(means(series_of({at(0, 1), at(1, 1), at(2, 1), at(5, 4)}), 6) == "1 1 1 2 3 4");
  CHECK(means(series_of({at(0, 1), at(1, 1), at(2, 1), at(6, 4)}), 7) == "1 1 1 - - - 4");
  // A sample that is there but has no value is a gap of its own.
  CHECK(means(series_of({at(0, 1), at(2, std::nullopt), at(4, 1), at(6, 1)}), 7) ==
        "1 - - - 1 1 1");
  CHECK(means(series_of({at(5, 7)}), 3) == "7 - -");
  CHECK(means(series_of({at(5, 7), at(5, 9)}), 1) == "8");
  CHECK(means(series_of({at(5, 7)}), 0) == "");
}

TEST_CASE("base series - the order of coming does not matter") {
  std::vector<Sample> samples;
  for (int i = 0; i < 5000; ++i) samples.push_back(at(i * 7, std::sin(i / 100.0) * 50));
  const std::string expected = means(series_of(samples), 40);
  std::mt19937 random(3);
  std::shuffle(samples.begin(), samples.end(), random);
  const Series shuffled = series_of(samples);
  CHECK(shuffled.count() == 5000);
  CHECK(means(shuffled, 40) == expected);
}

TEST_CASE("base series - a lone peak among very many samples is not lost") {
  Series series;
  for (int i = 0; i < 300'000; ++i) series.add(at(i, i == 123'456 ? 200 : 60));
  CHECK(series.count() == 300'000);
  CHECK(series.typical_step() == 1);
  const auto columns = series.columns(10);
  for (std::size_t i = 0; i < 10; ++i) {
    REQUIRE(columns[i].has_value());
    CHECK(columns[i]->maximum == (i == 4 ? 200 : 60));
    CHECK(columns[i]->minimum == 60);
  }
}

TEST_CASE("base series - what is not a number is a gap or nothing") {
  const Series series =
      series_of({at(0, 1), at(1, k_nan), at(2, k_infinity), at(3, -k_infinity), at(k_nan, 1),
                 at(k_infinity, 1), at(1e300, 1), at(4, 1e308), at(5, -1e308)});
  CHECK(series.count() == 3);
  CHECK(series.missing() == 3);
  CHECK(series.maximum() == 1e300);
  CHECK(series.minimum() == -1e300);
  CHECK(std::isfinite(series.mean()));
  CHECK(series.last().seconds == 5);
  for (const auto& column : series.columns(6)) {
    if (column) CHECK(std::isfinite(column->mean));
  }
}

TEST_CASE("base series - times very far apart take no more room") {
  Series series;
  for (int i = 0; i < 2800; ++i) series.add(at(std::pow(1.009, i) - 1, i));
  series.add(at(-6e10, 1));
  series.add(at(2e11, 2));
  CHECK(series.count() == 2802);
  CHECK(series.columns(80).size() == 80);
}

TEST_CASE("base series - rates of a counter") {
  // Ten a second, in tenths.
  CHECK(rates(series_of({at(0, 0), at(10, 100), at(20, 200)}), 4) == "100 100 100 100");
  CHECK(rates(series_of({at(0, 500), at(10, 500), at(20, 600)}), 2) == "0 100");
  // Begins again at zero after the second sample.
  const Series reset = series_of({at(0, 900), at(10, 1000), at(20, 50), at(30, 150)});
  CHECK(rates(reset, 3) == "100 50 100");
  CHECK(reset.total_increase() == 250);
  // A small correction downward is not a new beginning.
  const Series corrected = series_of({at(0, 1000), at(10, 990), at(20, 1010)});
  CHECK(rates(corrected, 2) == "0 10");
  CHECK(corrected.total_increase() == 10);
  // Nothing was added in the gap: it is one; else what was added is spread over it.
  const std::vector<Sample> start = {at(0, 0), at(1, 10), at(2, 20)};
  std::vector<Sample> still = start;
  still.insert(still.end(), {at(8, 20), at(9, 30)});
  CHECK(rates(series_of(still), 9) == "100 100 - - - - - - 100");
  std::vector<Sample> moved = start;
  moved.insert(moved.end(), {at(8, 80), at(9, 90)});
  CHECK(rates(series_of(moved), 9) == "100 100 100 100 100 100 100 100 100");
  CHECK(rates(series_of({at(3, 1)}), 2) == "- -");
  CHECK(rates(Series(), 2) == "- -");
  for (const auto& rate : series_of({at(0, 0), at(1e-310, 1e300)}).rates(3)) {
    CHECK((!rate || std::isfinite(*rate)));
  }
  CHECK(rates(series_of({at(0, k_nan), at(1, 5)}), 2) == "- -");
}

TEST_CASE("base series - the rates of many samples add up to what was counted") {
  Series series;
  double counter = 0;
  std::mt19937 random(5);
  for (int i = 0; i < 86'400; ++i) {
    counter += static_cast<double>(random() % 3);
    series.add(at(i, counter));
  }
  CHECK(series.total_increase() == doctest::Approx(counter).epsilon(0.001));
  double sum = 0;
  for (const auto& rate : series.rates(24)) sum += rate.value_or(0) * 86'399 / 24;
  CHECK(sum == doctest::Approx(series.total_increase()));
}

TEST_CASE("base series - levels hold until the next") {
  LevelSeries series;
  for (const Sample& sample : {at(20, 5), at(0, 4), at(10, 4), at(30, std::nullopt), at(40, 1.5),
                               at(50, 6), at(50, 1), at(60, 2), at(k_nan, 3)}) {
    series.add(sample);
  }
  CHECK(spans_of(series) == "0-20:4 20-30:5 30-50:? 50-60:1");
  series.set_end({75, 0});
  CHECK(spans_of(series) == "0-20:4 20-30:5 30-50:? 50-60:1 60-75:2");
  series.set_end({-5, 0});
  CHECK(spans_of(series) == "0-20:4 20-30:5 30-50:? 50-60:1");
  series.set_end({k_nan, 0});
  CHECK(series.spans().size() == 4);
  CHECK(series.is_complete());
  for (int i = 0; i < 70'000; ++i) series.add(at(i, i % 7));
  CHECK(!series.is_complete());
  CHECK(LevelSeries().spans().empty());
}

TEST_CASE("base series - a route keeps its ends however long it is") {
  Track route;
  CHECK(route.points().empty());
  for (int i = 0; i < 100'003; ++i) route.add(50 + i * 1e-5, 8 + i * 1e-5);
  const auto points = route.points();
  CHECK(points.size() <= 8192);
  CHECK(points.front().latitude == 50);
  CHECK(points.back().latitude == doctest::Approx(50 + 100'002 * 1e-5));
  for (std::size_t i = 1; i < points.size(); ++i) {
    REQUIRE(points[i].latitude > points[i - 1].latitude);
  }
}

TEST_CASE("base series - a route over the date line is one line") {
  Track route;
  route.add(0, 179.5);
  route.add(0, -179.5);
  route.add(k_nan, 0);
  route.add(91, 0);
  route.add(0, 400);
  route.add(0, 179);
  const auto points = route.points();
  REQUIRE(points.size() == 3);
  CHECK(points[1].longitude == doctest::Approx(180.5));
  CHECK(points[2].longitude == doctest::Approx(179));
}
