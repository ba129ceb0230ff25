// SPDX-License-Identifier: MIT
#include "webhook/chunk_set.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace terra_hook;

namespace {

ChunkSet chunks(const std::vector<std::int64_t>& numbers) {
  ChunkSet set;
  for (const std::int64_t number : numbers) set.add(number);
  return set;
}

std::string missing(const std::vector<std::int64_t>& numbers, std::int64_t expected) {
  std::string text;
  for (const ChunkSpan& span : chunks(numbers).missing(expected)) {
    text += std::to_string(span.first) + "-" + std::to_string(span.last) + " ";
  }
  return text;
}

constexpr std::int64_t k_largest = std::numeric_limits<std::int64_t>::max();

TEST_CASE("missing chunks are found whatever order they come in") {
  CHECK(missing({}, 3) == "1-3 ");
  CHECK(missing({1, 2, 3}, 3).empty());
  CHECK(missing({3, 1, 2}, 3).empty());
  CHECK(missing({3, 1}, 3) == "2-2 ");
  CHECK(missing({1, 2, 5, 6, 9}, 12) == "3-4 7-8 10-12 ");
  CHECK(missing({2, 1, 2, 1}, 2).empty());
  CHECK(missing({}, 0).empty());
  CHECK(missing({4}, 0).empty());
}

TEST_CASE("chunks that are numbered from zero are told by the zero") {
  CHECK(missing({0, 1, 2}, 3).empty());
  CHECK(missing({0, 2}, 3) == "1-1 ");
  CHECK(missing({0}, 3) == "1-2 ");
}

TEST_CASE("numbers beyond what was announced are counted and miss nothing") {
  CHECK(missing({1, 2, 7}, 3) == "3-3 ");
  CHECK(chunks({1, 2, 7}).size() == 3);
  CHECK(missing({k_largest, k_largest - 1, -1}, 2) == "1-2 ");
  CHECK(chunks({k_largest, k_largest - 1, -1}).size() == 1);
  CHECK(missing({1}, k_largest) == "2-" + std::to_string(k_largest) + " ");
}

TEST_CASE("a set of chunks holds each number once and a bounded number of gaps") {
  ChunkSet set;
  for (std::int64_t n = 0; n < 3 * static_cast<std::int64_t>(ChunkSet::k_max_spans); ++n) {
    set.add(2 * n);
  }
  CHECK(set.size() == static_cast<std::int64_t>(ChunkSet::k_max_spans));
  CHECK(set.contains(0));
  CHECK_FALSE(set.contains(1));
  set.add(1);  // closes a gap
  CHECK(set.contains(1));
  CHECK(set.size() == static_cast<std::int64_t>(ChunkSet::k_max_spans) + 1);
}

TEST_CASE("a request is complete once all that it announced is there") {
  RequestProgress progress;
  CHECK(progress.is_blank());
  CHECK(progress.is_complete() == std::nullopt);
  progress.chunks.add(1);
  CHECK_FALSE(progress.is_blank());
  CHECK(progress.is_complete() == std::nullopt);
  progress.expected = 2;
  CHECK(progress.is_complete() == false);
  progress.chunks.add(2);
  CHECK(progress.is_complete() == true);
}

}  // namespace
