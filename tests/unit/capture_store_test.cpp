// SPDX-License-Identifier: MIT
#include "capture/store.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "capture/sqlite.hpp"
#include "support/store_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::append;
using test::plain_capture;
using test::start_append;
using test::TempDir;
namespace fs = std::filesystem;

namespace {

Capture full_capture() {
  Capture capture = plain_capture("\x1f\x8b\0\xff\xfe\r\n\0{\"a\":1.0}\0"s);
  capture.remote_address = "[::1]:53422";
  capture.method = "PO\x01ST";
  capture.target = "/hook?a=%20b&\xe9";
  capture.headers = {{"Host", "localhost"},
                     {"X-Twice", "one"},
                     {"x-twice", "two"},
                     {"Empty", ""},
                     {"X-Raw", "caf\xe9\0\x7f\r: x"s}};
  capture.verdict = Verdict::stale;
  capture.secret_name = "stag\xc3\xadng";
  capture.verdict_reason = "12 min old";
  capture.summary.problem = json::Problem{"unexpected byte", 7, 1, 8};
  capture.summary.event_type = "sleep";
  capture.summary.user_id = "u\0\xff"s;
  capture.summary.provider = "GARMIN";
  capture.summary.reference_id = "";
  capture.summary.record_count = -1;
  capture.summary.first_record = "2026-07-01T00:00:00.000000+00:00";
  capture.summary.last_record = "2026-07-02";
  capture.ids.trace_id = "trace:chunk:3";
  capture.ids.terra_reference = "reference";
  capture.ids.chunk = 3;
  capture.ids.ordering_timestamp = 1'782'900'000'000;
  capture.summary.expected_payloads = 43;
  capture.headline =
      "8.25 km \xe2\x99\xa5"
      "148";
  capture.origin = Origin::fetch;
  capture.ping_of = 7;
  return capture;
}

// Everything but headers and body.
void check_same(const Capture& a, const Capture& b) {
  CHECK(a.received_at == b.received_at);
  CHECK(a.remote_address == b.remote_address);
  CHECK(a.method == b.method);
  CHECK(a.target == b.target);
  CHECK(a.body_size == b.body_size);
  CHECK(a.body_sha256 == b.body_sha256);
  CHECK(a.verdict == b.verdict);
  CHECK(a.secret_name == b.secret_name);
  CHECK(a.verdict_reason == b.verdict_reason);
  CHECK(a.ids == b.ids);
  CHECK(a.headline == b.headline);
  CHECK(a.origin == b.origin);
  CHECK(a.ping_of == b.ping_of);
  Summary known = b.summary;
  if (known.problem) {
    known.problem = json::Problem{known.problem->message};
  }
  CHECK(a.summary == known);
}

std::vector<std::int64_t> numbers(StoreReader& reader, const CaptureFilter& filter) {
  std::vector<std::int64_t> found;
  const auto listed = reader.list(filter, [&](const Capture& capture) {
    found.push_back(capture.number);
    return true;
  });
  REQUIRE(listed);
  return found;
}

struct Store {
  TempDir directory;
  fs::path path = directory / "captures.db";
  std::unique_ptr<StoreWriter> writer = StoreWriter::open(path).value();

  std::int64_t add(Capture capture) {
    const auto appended = append(*writer, std::move(capture));
    REQUIRE(appended);
    return appended->number;
  }

  StoreReader reader() { return StoreReader::open(path).value(); }
};

}  // namespace

TEST_CASE("a capture comes back as it was appended") {
  Store store;
  Capture valid = plain_capture("");
  valid.verdict = Verdict::valid;
  Capture early = plain_capture();
  early.received_at = UtcTime(-1us);
  for (const Capture& capture : {full_capture(), valid, early}) {
    const std::int64_t number = store.add(capture);
    auto reader = store.reader();
    const auto loaded = reader.load(number);
    REQUIRE(loaded);
    REQUIRE(loaded->has_value());
    CHECK((*loaded)->number == number);
    CHECK((*loaded)->headers == capture.headers);
    CHECK((*loaded)->body == capture.body);
    check_same(**loaded, capture);

    CaptureFilter filter;
    filter.first_number = number;
    const auto listed = reader.list(filter, [&](const Capture& narrow) {
      CHECK(narrow.number == number);
      CHECK(narrow.headers.empty());
      CHECK(narrow.body.empty());
      check_same(narrow, capture);
      return true;
    });
    CHECK(listed);
  }
}

TEST_CASE("every verdict comes back") {
  Store store;
  for (const Verdict verdict : k_all_verdicts) {
    Capture capture = plain_capture();
    capture.verdict = verdict;
    const std::int64_t number = store.add(capture);
    CHECK(store.reader().load(number).value()->verdict == verdict);
  }
}

TEST_CASE("a large body comes back") {
  Store store;
  std::string body(70 << 20, '\0');
  for (std::size_t i = 0; i < body.size(); i += 4093) {
    body[i] = static_cast<char>(i);
  }
  const std::int64_t number = store.add(plain_capture(body));
  const auto loaded = store.reader().load(number).value();
  REQUIRE(loaded);
  CHECK(loaded->body.size() == body.size());
  CHECK((loaded->body == body));
}

TEST_CASE("a capture of any size is there for others once it is reported") {
  Store store;
  StoreReader reader = store.reader();
  for (std::size_t size = 100; size < 5'000'000; size += size / 9 + 7'001) {
    std::string body(size, static_cast<char>('a' + size % 26));
    const std::int64_t number = store.add(plain_capture(body));
    const auto loaded = reader.load(number).value();
    REQUIRE(loaded);
    CHECK_MESSAGE(loaded->body == body, size);
  }
  auto connection = sqlite::Connection::open(store.path, sqlite::Access::read_only).value();
  CHECK(connection.query_text("PRAGMA integrity_check").value() == "ok");
}

TEST_CASE("a number that there is not loads as nothing") {
  Store store;
  auto reader = store.reader();
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, INT64_MAX}) {
    const auto loaded = reader.load(number);
    REQUIRE(loaded);
    CHECK_FALSE(loaded->has_value());
  }
}

TEST_CASE("numbers rise and are not used again") {
  Store store;
  CHECK(store.add(plain_capture()) == 1);
  CHECK(store.add(plain_capture()) == 2);
  test::ForeignConnection(store.path).run("DELETE FROM captures; DELETE FROM bodies");
  CHECK(store.add(plain_capture()) == 3);
}

TEST_CASE("the newest captures are found from the end") {
  Store store;
  auto reader = store.reader();
  CHECK(reader.newest(0).value() == std::nullopt);
  for (int i = 0; i < 3; ++i) {
    store.add(plain_capture());
  }
  CHECK(reader.newest(0).value() == 3);
  CHECK(reader.newest(2).value() == 1);
  CHECK(reader.newest(3).value() == std::nullopt);
}

TEST_CASE("a repeated trace id marks a duplicate of the first with its body") {
  Store store;
  const auto with_trace = [](std::string body, std::optional<std::string> trace_id) {
    Capture capture = plain_capture(std::move(body));
    capture.ids.trace_id = std::move(trace_id);
    return capture;
  };
  struct Step {
    Capture capture;
    std::optional<std::int64_t> duplicate_of;
    bool differs;
  };
  const Step steps[] = {
      {with_trace("a", "t"), std::nullopt, false},  // 1
      {with_trace("a", "T"), std::nullopt, false},  // 2
      {with_trace("a", "t"), 1, false},             // 3
      {with_trace("b", "t"), 1, true},              // 4
      {with_trace("b", "t"), 4, false},             // 5: a retry of the one that differs
      {with_trace("a", "t"), 1, false},             // 6
      {with_trace("c", "t"), 1, true},              // 7
      {with_trace("a", std::nullopt), std::nullopt, false},
      {with_trace("a", std::nullopt), std::nullopt, false},
  };
  for (const Step& step : steps) {
    const auto appended = append(*store.writer, step.capture);
    REQUIRE(appended);
    CAPTURE(appended->number);
    CHECK(appended->duplicate_of == step.duplicate_of);
    CHECK(appended->duplicate_differs == step.differs);
    const auto loaded = store.reader().load(appended->number).value();
    REQUIRE(loaded);
    CHECK(loaded->duplicate_of == step.duplicate_of);
    CHECK(loaded->duplicate_differs == step.differs);
  }
}

TEST_CASE("a duplicate is seen within one transaction") {
  Store store;
  Capture capture = plain_capture();
  capture.ids.trace_id = "t";
  std::vector<std::future<Result<Appended>>> appended;
  {
    // Holds the writer up, so that what follows queues.
    test::ForeignConnection other(store.path);
    other.run("BEGIN IMMEDIATE");
    for (int i = 0; i < 20; ++i) {
      appended.push_back(start_append(*store.writer, capture));
    }
    other.run("COMMIT");
  }
  for (std::size_t i = 0; i < appended.size(); ++i) {
    const auto result = appended[i].get();
    REQUIRE(result);
    CHECK(result->number == static_cast<std::int64_t>(i) + 1);
    CHECK(result->duplicate_of == (i == 0 ? std::nullopt : std::optional<std::int64_t>(1)));
  }
}

TEST_CASE("a visitor stops a listing") {
  Store store;
  for (int i = 0; i < 3; ++i) {
    store.add(plain_capture());
  }
  int visits = 0;
  CHECK(store.reader().list({}, [&](const Capture&) { return ++visits < 2; }));
  CHECK(visits == 2);
}

TEST_CASE("a listing leaves room for appending and loading while it goes on") {
  Store store;
  for (int i = 0; i < 3; ++i) {
    store.add(plain_capture());
  }
  auto reader = store.reader();
  std::vector<std::int64_t> seen;
  const auto listed = reader.list({}, [&](const Capture& capture) {
    seen.push_back(capture.number);
    store.add(plain_capture());
    CHECK(reader.load(capture.number).value().has_value());
    return true;
  });
  CHECK(listed);
  // What was appended meanwhile is not part of it: a listing ends.
  CHECK((seen == std::vector<std::int64_t>{1, 2, 3}));
  CHECK(reader.newest(0).value() == 6);
}

TEST_CASE("threads append to one store at once through two writers") {
  constexpr int k_threads = 4;
  constexpr int k_each = 100;
  Store store;
  auto second = StoreWriter::open(store.path).value();
  std::vector<std::vector<std::future<Result<Appended>>>> appended(k_threads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < k_threads; ++t) {
    threads.emplace_back([&, t] {
      StoreWriter& writer = t % 2 == 0 ? *store.writer : *second;
      for (int i = 0; i < k_each; ++i) {
        appended[t].push_back(
            start_append(writer, plain_capture(std::to_string(t) + ":" + std::to_string(i))));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  auto reader = store.reader();
  std::set<std::int64_t> used;
  for (std::size_t t = 0; t < k_threads; ++t) {
    std::int64_t previous = 0;
    for (std::size_t i = 0; i < k_each; ++i) {
      const auto result = appended[t][i].get();
      REQUIRE(result);
      CHECK(result->number > previous);
      previous = result->number;
      used.insert(result->number);
      CHECK(reader.load(result->number).value()->body ==
            std::to_string(t) + ":" + std::to_string(i));
    }
  }
  CHECK(used.size() == k_threads * k_each);
}

TEST_CASE("many open one new store at once") {
  const TempDir directory;
  const fs::path path = directory / "new/captures.db";
  constexpr std::size_t k_threads = 8;
  std::vector<std::string> failures(k_threads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < k_threads; ++t) {
    threads.emplace_back([&, t] {
      auto writer = StoreWriter::open(path);
      const auto appended =
          writer ? append(**writer, plain_capture()) : Result<Appended>(writer.error());
      if (!appended) {
        failures[t] = appended.error().message;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(failures == std::vector<std::string>(k_threads));
  auto reader = StoreReader::open(path).value();
  CHECK(numbers(reader, {}).size() == k_threads);
}

TEST_CASE("what has queued is kept when the writer goes") {
  Store store;
  std::atomic<int> kept = 0;
  for (int i = 0; i < 1500; ++i) {
    store.writer->append(std::make_shared<Capture>(plain_capture()),
                         [&](Result<Appended> appended) { kept += appended ? 1 : 0; });
  }
  store.writer.reset();
  CHECK(kept == 1500);
  auto reader = store.reader();
  CHECK(reader.newest(0).value() == 1500);
}

TEST_CASE("the write-ahead log stays short while it is written and read") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  auto writer = StoreWriter::open(path);
  REQUIRE(writer);
  auto reader = StoreReader::open(path);
  REQUIRE(reader);
  constexpr std::uintmax_t k_body = 1 << 20;
  constexpr int k_count = 40;
  for (int i = 0; i < k_count; ++i) {
    const auto appended = append(**writer, plain_capture(std::string(k_body, 'x')));
    REQUIRE(appended);
    const auto loaded = reader->load(appended->number);
    REQUIRE(loaded);
    REQUIRE(*loaded);
    CHECK((*loaded)->body.size() == k_body);
  }
  CHECK(fs::file_size(path.string() + "-wal") < k_count * k_body / 3);
}
