// SPDX-License-Identifier: MIT
#include "base/latency.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace terra_hook;
using std::chrono::microseconds;

TEST_CASE("latency/percentiles are exact for small values and near for all") {
  LatencyHistogram few;
  CHECK(few.percentile(50).count() == 0);
  for (const int value : {5, 1, 3, 2, 4}) few.add(microseconds(value));
  CHECK(few.percentile(50).count() == 3);
  CHECK(few.percentile(95).count() == 5);
  CHECK(few.percentile(0).count() == 1);
  CHECK(few.min().count() == 1);
  CHECK(few.max().count() == 5);

  std::mt19937_64 random(1);
  LatencyHistogram many;
  LatencyHistogram half;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() >> (26 + random() % 36));
    values.push_back(value);
    (i % 2 == 0 ? many : half).add(microseconds(value));
  }
  many.add(half);
  CHECK(many.count() == values.size());
  std::sort(values.begin(), values.end());
  CHECK(many.min().count() == values.front());
  CHECK(many.max().count() == values.back());
  for (const double percent : {0.1, 1.0, 25.0, 50.0, 75.0, 95.0, 99.0, 99.9, 100.0}) {
    CAPTURE(percent);
    const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 20'000)) - 1;
    const auto exact = static_cast<double>(values[rank]);
    const auto given = static_cast<double>(many.percentile(percent).count());
    CHECK(given >= exact);
    CHECK(given <= exact * (1 + 1.0 / 64) + 1);
  }
}

TEST_CASE("latency/values out of range are counted at its ends") {
  LatencyHistogram histogram;
  histogram.add(microseconds(-5));
  histogram.add(microseconds(std::numeric_limits<std::int64_t>::max()));
  CHECK(histogram.min().count() == 0);
  CHECK(histogram.max().count() == (std::int64_t{1} << 40) - 1);
  CHECK(histogram.percentile(100) == histogram.max());
}
