// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <future>
#include <string>
#include <vector>

#include "capture/store.hpp"
#include "support/store_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::append;
using test::ForeignConnection;
using test::plain_capture;
using test::TempDir;
namespace fs = std::filesystem;

namespace {

using Numbers = std::vector<std::int64_t>;

Result<void> append_attempt(StoreWriter& writer, Attempt attempt) {
  std::promise<Result<void>> promise;
  auto done = promise.get_future();
  writer.append(std::make_shared<Attempt>(std::move(attempt)),
                [&promise](Result<void> result) { promise.set_value(std::move(result)); });
  return done.get();
}

Attempt full_attempt() {
  Attempt attempt;
  attempt.capture = 1;
  attempt.kind = AttemptKind::replay;
  attempt.target = "http://localhost:3000/hook?a=b";
  attempt.started_at = UtcTime(std::chrono::microseconds(1'782'900'000'000'001));
  attempt.latency = 1234us;
  attempt.status = 503;
  attempt.headers = {{"Retry-After", "30"}, {"X-Twice", "1"}, {"x-twice", ""}};
  attempt.body = "\0\xff\r\n"s;
  attempt.body_size = 4;
  return attempt;
}

void check_same(const Attempt& a, const Attempt& b) {
  CHECK(a.capture == b.capture);
  CHECK(a.kind == b.kind);
  CHECK(a.target == b.target);
  CHECK(a.started_at == b.started_at);
  CHECK(a.latency == b.latency);
  CHECK(a.status == b.status);
  CHECK(a.error == b.error);
  CHECK(a.headers == b.headers);
  CHECK(a.body == b.body);
  CHECK(a.body_size == b.body_size);
}

struct Store {
  TempDir directory;
  fs::path path = directory / "captures.db";
  std::unique_ptr<StoreWriter> writer = StoreWriter::open(path).value();

  explicit Store(int captures) {
    for (int i = 0; i < captures; ++i) REQUIRE(append(*writer, plain_capture()));
  }

  StoreReader reader() const { return StoreReader::open(path).value(); }
  StoreEditor editor() const { return StoreEditor::open(path).value(); }
};

}  // namespace

TEST_CASE("attempts come back in order as they were appended") {
  Store store(2);
  Attempt unanswered;
  unanswered.capture = 1;
  unanswered.target = "http://localhost:1/";
  unanswered.error = "connection refused";
  REQUIRE(append_attempt(*store.writer, unanswered));
  REQUIRE(append_attempt(*store.writer, full_attempt()));
  auto reader = store.reader();
  const std::vector<Attempt> attempts = reader.attempts(1).value();
  REQUIRE(attempts.size() == 2);
  check_same(attempts[0], unanswered);
  check_same(attempts[1], full_attempt());
  CHECK(reader.attempts(2).value().empty());
}

TEST_CASE("no more of an answer is kept than its first part") {
  Store store(1);
  Attempt attempt = full_attempt();
  attempt.body = std::string(k_max_attempt_body, 'a') + "b";
  attempt.body_size = 1 << 20;
  REQUIRE(append_attempt(*store.writer, attempt));
  const std::vector<Attempt> attempts = store.reader().attempts(1).value();
  REQUIRE(attempts.size() == 1);
  CHECK((attempts[0].body == std::string(k_max_attempt_body, 'a')));
  CHECK(attempts[0].body_size == 1 << 20);
}

TEST_CASE("what a sender was answered is kept once it is known") {
  Store store(1);
  CHECK(store.reader().load(1).value()->answered == std::nullopt);
  Capture waiting = plain_capture();
  waiting.answered = 0;
  REQUIRE(append(*store.writer, std::move(waiting)));
  CHECK(store.reader().load(2).value()->answered == 0);
  std::promise<Result<void>> kept;
  store.writer->note_answer(2, 503, [&kept](Result<void> result) { kept.set_value(result); });
  REQUIRE(kept.get_future().get());
  CHECK(store.reader().load(2).value()->answered == 503);
  CHECK(store.reader().load(1).value()->answered == std::nullopt);
}

TEST_CASE("a tag marks captures until it is taken off") {
  Store store(3);
  auto editor = store.editor();
  REQUIRE(editor.add_tag("bug", {3, 1}));
  REQUIRE(editor.add_tag("bug", {1}));
  REQUIRE(editor.add_tag("a", {1}));
  auto reader = store.reader();
  CHECK(reader.tagged("bug").value() == Numbers{1, 3});
  CHECK(reader.tagged("b").value().empty());
  CHECK(reader.tags().value() == std::vector<TagCount>{{"a", 1}, {"bug", 2}});
  CHECK(reader.tags_of(1).value() == std::vector<std::string>{"a", "bug"});
  CHECK(editor.remove_tag("bug", {1, 2}).value() == 1);
  CHECK(reader.tagged("bug").value() == Numbers{3});
  CHECK(editor.remove_tag("bug", {}).value() == 1);
  CHECK(editor.remove_tag("bug", {}).value() == 0);
  CHECK(reader.tags().value() == std::vector<TagCount>{{"a", 1}});
}

TEST_CASE("an editor does not make a store") {
  const TempDir directory;
  const auto editor = StoreEditor::open(directory / "captures.db");
  REQUIRE_FALSE(editor);
  CHECK(editor.error().kind == ErrorKind::input);
  CHECK_FALSE(fs::exists(directory / "captures.db"));
}

TEST_CASE("a store of the first schema is brought up to date by whoever opens it") {
  for (const bool reads : {true, false}) {
    Store store(2);
    store.writer.reset();
    ForeignConnection(store.path)
        .run(
            "DROP TABLE attempts; DROP TABLE tags; DROP INDEX captures_by_record;"
            "DROP INDEX captures_by_chunk; DROP INDEX captures_by_announcement;"
            "ALTER TABLE captures DROP COLUMN older_than;"
            "ALTER TABLE captures DROP COLUMN origin; ALTER TABLE captures DROP COLUMN headline;"
            "ALTER TABLE captures DROP COLUMN expected_payloads;"
            "ALTER TABLE captures DROP COLUMN ping_of;"
            "ALTER TABLE captures DROP COLUMN answered; PRAGMA user_version = 1");
    if (!reads) CHECK(append(*StoreWriter::open(store.path).value(), plain_capture("[]")));
    auto reader = store.reader();
    const auto loaded = reader.load(1).value();
    REQUIRE(loaded);
    CHECK(loaded->body == "{}");
    CHECK(loaded->origin == Origin::listen);
    CHECK(loaded->headline.empty());
    CHECK(loaded->answered == std::nullopt);
    CHECK(reader.attempts(1).value().empty());
    CHECK(reader.newest(0).value() == (reads ? 2 : 3));
  }
}
