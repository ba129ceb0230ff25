// SPDX-License-Identifier: MIT
#include "capture/relations.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "support/store_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using test::append;
using test::plain_capture;
using test::TempDir;

namespace {

using Number = std::optional<std::int64_t>;

struct Store {
  TempDir directory;
  std::filesystem::path path = directory / "captures.db";
  std::unique_ptr<StoreWriter> writer = StoreWriter::open(path).value();

  Appended add(Capture capture) {
    const auto appended = append(*writer, std::move(capture));
    REQUIRE(appended);
    return *appended;
  }
  StoreReader reader() { return StoreReader::open(path).value(); }
};

Capture sleep(Number ordering, std::string first_record = "2026-07-01T22:41:00-05:00") {
  Capture capture = plain_capture();
  capture.summary.user_id = "u";
  capture.summary.event_type = "sleep";
  capture.summary.first_record = std::move(first_record);
  capture.ids.ordering_timestamp = ordering;
  return capture;
}

// plain_capture() is received in this millisecond.
constexpr std::int64_t k_received = 1'782'900'000'000;

TEST_CASE("an older ordering timestamp of the same thing is told the newest") {
  Store store;
  CHECK(store.add(sleep(1000)).older_than == std::nullopt);  // 1
  CHECK(store.add(sleep(3000)).older_than == std::nullopt);  // 2
  CHECK(store.add(sleep(2000)).older_than == 2);             // 3
  CHECK(store.add(sleep(3000)).older_than == std::nullopt);  // 4: its equal
  CHECK(store.add(sleep(2999)).older_than == 4);
  CHECK(store.reader().load(3).value()->older_than == 2);
  CHECK(store.reader().load(4).value()->older_than == std::nullopt);
}

TEST_CASE("another user type or record is another thing") {
  Store store;
  store.add(sleep(3000));
  CHECK(store.add(sleep(1000, "2026-07-02T22:41:00-05:00")).older_than == std::nullopt);
  Capture other = sleep(1000);
  other.summary.user_id = "U";
  CHECK(store.add(other).older_than == std::nullopt);
  other = sleep(1000);
  other.summary.event_type = "daily";
  CHECK(store.add(other).older_than == std::nullopt);
  for (const auto member : {&Summary::user_id, &Summary::event_type, &Summary::first_record}) {
    other = sleep(1000);
    other.summary.*member = std::nullopt;
    CHECK(store.add(other).older_than == std::nullopt);
  }
  CHECK(store.add(sleep(1000)).older_than == 1);
}

TEST_CASE("without an ordering timestamp a delivery counts as newest when it came") {
  Store store;
  store.add(sleep(k_received - 5000));
  CHECK(store.add(sleep(std::nullopt)).older_than == std::nullopt);  // 2
  CHECK(store.add(sleep(k_received - 4000)).older_than == 2);
  CHECK(store.add(sleep(k_received + 4000)).older_than == std::nullopt);
  CHECK(store.add(sleep(std::nullopt)).older_than == std::nullopt);
}

TEST_CASE("what failed verification makes nothing older and announces nothing") {
  Store store;
  for (const Verdict verdict : {Verdict::invalid, Verdict::malformed, Verdict::missing}) {
    Capture forged = sleep(9000);
    forged.verdict = verdict;
    forged.ids.terra_reference = "r";
    forged.ids.chunk = 1;
    forged.summary.expected_payloads = 2;
    CHECK(store.add(forged).older_than == std::nullopt);
  }
  CHECK(store.add(sleep(1000)).older_than == std::nullopt);
  CHECK(store.reader().progress("r").value().is_blank());
  for (const Verdict verdict : {Verdict::valid, Verdict::stale, Verdict::unchecked}) {
    Capture genuine = sleep(9000);
    genuine.verdict = verdict;
    genuine.ids.terra_reference = "r";
    genuine.ids.chunk = static_cast<std::int64_t>(verdict);
    store.add(genuine);
  }
  CHECK(store.reader().progress("r").value().chunks.size() == 3);
}

Capture chunk(std::int64_t number, std::string reference = "r") {
  Capture capture = plain_capture();
  capture.ids.terra_reference = std::move(reference);
  capture.ids.chunk = number;
  return capture;
}

Capture announcement(std::int64_t expected, std::string reference = "r") {
  Capture capture = plain_capture();
  capture.ids.terra_reference = std::move(reference);
  capture.summary.event_type = "large_request_sending";
  capture.summary.expected_payloads = expected;
  return capture;
}

TEST_CASE("chunks know their count once it was announced also those before") {
  Store store;
  CHECK(store.add(chunk(2)).chunk_count == std::nullopt);  // 1
  store.add(announcement(3));
  store.add(announcement(9, "other"));
  CHECK(store.add(chunk(1)).chunk_count == 3);  // 4
  CHECK(store.add(chunk(1, "other")).chunk_count == 9);
  CHECK(store.add(chunk(1, "unknown")).chunk_count == std::nullopt);
  StoreReader reader = store.reader();
  CHECK(reader.load(1).value()->chunk_count == 3);
  CHECK(reader.load(2).value()->chunk_count == std::nullopt);
  std::vector<Number> counts;
  REQUIRE(reader.list({}, [&](const Capture& capture) {
    counts.push_back(capture.chunk_count);
    return true;
  }));
  CHECK(counts == std::vector<Number>{3, std::nullopt, std::nullopt, 3, 9, std::nullopt});
}

TEST_CASE("progress is that of the whole store and of the latest announcement") {
  Store store;
  store.add(announcement(5));
  for (const std::int64_t number : {4, 1, 4, 1, 2}) store.add(chunk(number));
  store.add(chunk(3, "other"));
  RequestProgress progress = store.reader().progress("r").value();
  CHECK(progress.expected == 5);
  CHECK(progress.chunks.size() == 3);
  CHECK(progress.chunks.missing(5) == std::vector<ChunkSpan>{{3, 3}, {5, 5}});
  store.add(announcement(4));
  store.add(chunk(3));
  progress = store.reader().progress("r").value();
  CHECK(progress.is_complete() == true);
  CHECK(store.reader().progress("nothing").value().is_blank());
}

TEST_CASE("a chunk whose sender was not answered 2xx is no progress until it comes again") {
  Store store;
  store.add(announcement(5));
  const std::pair<std::int64_t, std::int64_t> answers[] = {{1, 500}, {2, 204}, {3, 0}, {4, 301}};
  for (const auto& [number, status] : answers) {
    Capture answered = chunk(number);
    answered.answered = status;
    store.add(answered);
  }
  store.add(chunk(5));
  const auto missing = [&store] { return store.reader().progress("r")->chunks.missing(5); };
  CHECK(missing() == std::vector<ChunkSpan>{{1, 1}, {3, 4}});
  Capture again = chunk(1);
  again.answered = 200;
  store.add(again);
  CHECK(missing() == std::vector<ChunkSpan>{{3, 4}});
}

TEST_CASE("relations are found along indices") {
  Store store;
  store.writer.reset();
  sqlite::Connection connection =
      sqlite::Connection::open(store.path, sqlite::Access::read_only).value();
  // They name their indices; preparing fails when one can't be used.
  CHECK(RelationFinder::open(connection));
}

}  // namespace
