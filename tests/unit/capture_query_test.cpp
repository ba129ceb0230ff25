// SPDX-License-Identifier: MIT
#include "capture/capture_query.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "support/store_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;
using test::TempDir;

namespace {

// Enough for several blocks and pages.
constexpr int k_captures = 1700;

const UtcTime k_begin = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1);

template <std::size_t n>
const char* pick(const char* const (&values)[n], int i) {
  return values[static_cast<std::size_t>(i) % n];
}

// Capture number `i`. Its members repeat with different periods; some are rare, some absent.
Capture sample(int i) {
  constexpr const char* k_types[] = {"sleep", "activity", "daily", "body", "athlete"};
  constexpr const char* k_users[] = {"u1", "u2", "u3"};
  constexpr const char* k_providers[] = {"GARMIN", "Oura"};
  Capture capture = test::plain_capture(std::to_string(i));
  // Once, the clock was set back by an hour.
  capture.received_at = k_begin + 1s * i - (i > 1000 ? 1h : 0h);
  if (i % 7 != 0) {
    capture.summary.event_type = i == 600 ? "rare" : pick(k_types, i);
    capture.summary.user_id = pick(k_users, i);
    capture.summary.provider = pick(k_providers, i);
  }
  if (i % 11 == 0) {
    capture.summary.reference_id = "ref" + std::to_string(i % 3);
    capture.ids.terra_reference = "request" + std::to_string(i / 100);
  }
  capture.ids.trace_id = "trace" + std::to_string(i / 2);
  capture.verdict = k_all_verdicts[i % 13 < 8 ? 0 : i % 13 - 7];
  return capture;
}

// What the filter means, said without an index.
bool matches(const CaptureFilter& filter, const Capture& capture) {
  const auto is_among = [](const auto& list, const auto& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  const auto is_equal = [](const auto& wanted, const auto& value) {
    return !wanted || value == wanted;
  };
  return is_among(filter.types, capture.summary.event_type) &&
         is_equal(filter.user_id, capture.summary.user_id) &&
         is_equal(filter.reference_id, capture.summary.reference_id) &&
         (!filter.provider ||
          (capture.summary.provider &&
           equals_ignoring_case(*filter.provider, *capture.summary.provider))) &&
         is_equal(filter.terra_reference, capture.ids.terra_reference) &&
         is_equal(filter.trace_id, capture.ids.trace_id) &&
         is_among(filter.verdicts, capture.verdict) &&
         (!filter.since || capture.received_at >= *filter.since) &&
         (!filter.until || capture.received_at < *filter.until) &&
         (!filter.first_number || capture.number >= *filter.first_number) &&
         (!filter.last_number || capture.number <= *filter.last_number);
}

struct NamedFilter {
  const char* name;
  std::function<void(CaptureFilter&)> set;
};

// clang-format off
const NamedFilter k_filters[] = {
    {"nothing", [](CaptureFilter&) {}},
    {"type", [](CaptureFilter& f) { f.types = {"sleep"}; }},
    {"types", [](CaptureFilter& f) { f.types = {"sleep", "rare", "sleep", "unheard"}; }},
    {"rare type", [](CaptureFilter& f) { f.types = {"rare"}; }},
    {"unheard type", [](CaptureFilter& f) { f.types = {"Sleep"}; }},
    {"empty type", [](CaptureFilter& f) { f.types = {""}; }},
    {"user", [](CaptureFilter& f) { f.user_id = "u2"; }},
    {"unheard user", [](CaptureFilter& f) { f.user_id = "U2"; }},
    {"reference id", [](CaptureFilter& f) { f.reference_id = "ref1"; }},
    {"provider", [](CaptureFilter& f) { f.provider = "oURA"; }},
    {"terra reference", [](CaptureFilter& f) { f.terra_reference = "request7"; }},
    {"trace id", [](CaptureFilter& f) { f.trace_id = "trace400"; }},
    {"verdict", [](CaptureFilter& f) { f.verdicts = {Verdict::valid}; }},
    {"verdicts", [](CaptureFilter& f) { f.verdicts = {Verdict::invalid, Verdict::missing}; }},
    {"since", [](CaptureFilter& f) { f.since = k_begin + 900s; }},
    {"until", [](CaptureFilter& f) { f.until = k_begin - 2000s; }},
    {"since and until", [](CaptureFilter& f) { f.since = k_begin + 10s; f.until = k_begin + 20s; }},
    {"until before since", [](CaptureFilter& f) { f.since = k_begin + 20s; f.until = k_begin + 10s; }},
    {"since after all", [](CaptureFilter& f) { f.since = k_begin + 24h; }},
    {"numbers", [](CaptureFilter& f) { f.first_number = 500; f.last_number = 530; }},
    {"one number", [](CaptureFilter& f) { f.first_number = f.last_number = 512; }},
    {"numbers beyond", [](CaptureFilter& f) { f.first_number = INT64_MIN; f.last_number = INT64_MAX; }},
    {"no numbers", [](CaptureFilter& f) { f.first_number = 30; f.last_number = 20; }},
    {"type and verdict", [](CaptureFilter& f) { f.types = {"sleep", "body"}; f.verdicts = {Verdict::stale}; }},
    {"type and user and since", [](CaptureFilter& f) { f.types = {"daily"}; f.user_id = "u1"; f.since = k_begin + 100s; }},
    {"user and numbers", [](CaptureFilter& f) { f.user_id = "u3"; f.first_number = 400; f.last_number = 1300; }},
    {"trace id and type", [](CaptureFilter& f) { f.trace_id = "trace400"; f.types = {"sleep"}; }},
    {"all members", [](CaptureFilter& f) {
       f.types = {"sleep", "activity"}; f.user_id = "u3"; f.reference_id = "ref2"; f.provider = "oura";
       f.terra_reference = "request0"; f.trace_id = "trace5"; f.verdicts = {Verdict::missing};
       f.since = k_begin; f.until = k_begin + 24h; f.first_number = 1; f.last_number = 1000; }},
};
// clang-format on

struct SampleStore {
  TempDir directory;
  std::filesystem::path path = directory / "captures.db";
  std::vector<Capture> captures;

  SampleStore() {
    auto writer = StoreWriter::open(path).value();
    for (int i = 1; i <= k_captures; ++i) {
      captures.push_back(sample(i));
      captures.back().number = i;
      writer->append(std::make_shared<Capture>(captures.back()), [](const Result<Appended>&) {});
    }
  }
};

std::vector<std::string> query_plan(sqlite::Connection& connection, const std::string& sql) {
  auto statement = connection.prepare("EXPLAIN QUERY PLAN " + sql).value();
  std::vector<std::string> steps;
  while (statement.step().value()) {
    std::int64_t ignored = 0;
    for (int i = 0; i < 3; ++i) {
      statement.read(ignored);
    }
    statement.read(steps.emplace_back());
  }
  return steps;
}

}  // namespace

TEST_CASE("a filter finds what it says oldest first and the last of it") {
  const SampleStore store;
  auto reader = StoreReader::open(store.path).value();
  REQUIRE(reader.newest(0).value() == k_captures);
  std::size_t matched = 0;
  for (const NamedFilter& named : k_filters) {
    CAPTURE(named.name);
    CaptureFilter filter;
    named.set(filter);
    std::vector<std::int64_t> expected;
    for (const Capture& capture : store.captures) {
      if (matches(filter, capture)) {
        expected.push_back(capture.number);
      }
    }
    matched += expected.empty() ? 0 : 1;
    const auto size = static_cast<std::int64_t>(expected.size());
    for (const std::optional<std::int64_t> last :
         {std::optional<std::int64_t>(), std::optional<std::int64_t>(0),
          std::optional<std::int64_t>(1), std::optional<std::int64_t>(50),
          std::optional<std::int64_t>(size), std::optional<std::int64_t>(INT64_MAX)}) {
      CAPTURE(last.value_or(-1));
      filter.last = last;
      std::vector<std::int64_t> found;
      REQUIRE(reader.list(filter, [&](const Capture& capture) {
        found.push_back(capture.number);
        return true;
      }));
      const std::int64_t count = std::min(size, last.value_or(size));
      CHECK((found == std::vector<std::int64_t>(expected.end() - count, expected.end())));
    }
  }
  // All but the six that are meant to find nothing.
  CHECK(matched == std::size(k_filters) - 6);
}

TEST_CASE("no filter makes a query read or sort the whole store") {
  const SampleStore store;
  auto connection = sqlite::Connection::open(store.path, sqlite::Access::read_only).value();
  for (const NamedFilter& named : k_filters) {
    CAPTURE(named.name);
    CaptureFilter filter;
    named.set(filter);
    const auto query = CaptureQuery::plan(filter, connection);
    REQUIRE(query);
    for (const std::string& sql : {query->page_sql(), query->numbers_sql()}) {
      CAPTURE(sql);
      const std::vector<std::string> steps = query_plan(connection, sql);
      REQUIRE_FALSE(steps.empty());
      CAPTURE(steps[0]);
      const bool is_in_block = steps[0].find("(<expr>=? AND ") != std::string::npos;
      const bool is_along_trace_id =
          steps[0].find("captures_by_trace_id (trace_id=?") != std::string::npos;
      const bool is_along_numbers =
          steps[0].find("INTEGER PRIMARY KEY (rowid>? AND rowid<?)") != std::string::npos;
      CHECK(steps[0].starts_with("SEARCH captures USING "));
      CHECK((is_in_block || is_along_trace_id || is_along_numbers));
      // The few matches of one block may be sorted.
      CHECK((steps.size() == 1 || (steps.size() == 2 && is_in_block)));
    }
  }
}

TEST_CASE("a query asks for one block at a time where its index is made of blocks") {
  const SampleStore store;
  auto connection = sqlite::Connection::open(store.path, sqlite::Access::read_only).value();
  CaptureFilter by_user;
  by_user.user_id = "u1";
  const auto query = CaptureQuery::plan(by_user, connection).value();
  const auto same = [](NumberSpan span, std::int64_t first, std::int64_t last) {
    CHECK(span.first == first);
    CHECK(span.last == last);
  };
  same(query.span(), 1, k_captures);
  same(query.oldest_part({1, k_captures}), 1, 511);
  same(query.oldest_part({512, k_captures}), 512, 1023);
  same(query.oldest_part({600, 700}), 600, 700);
  same(query.newest_part({1, k_captures}), 1536, k_captures);
  same(query.newest_part({1, 1535}), 1024, 1535);
  same(query.newest_part({600, 700}), 600, 700);

  const auto all = CaptureQuery::plan({}, connection).value();
  same(all.oldest_part({1, k_captures}), 1, k_captures);
  same(all.newest_part({1, k_captures}), 1, k_captures);
}
