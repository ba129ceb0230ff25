// SPDX-License-Identifier: MIT
// The capture store in a hostile world: files that are not stores, locks, full disks, sudden death.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "capture/schema.hpp"
#include "capture/sqlite.hpp"
#include "capture/store.hpp"
#include "support/damaged_store.hpp"
#include "support/store_fixture.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using test::append;
using test::ForeignConnection;
using test::plain_capture;
using test::read_whole_file;
using test::start_append;
using test::TempDir;
namespace fs = std::filesystem;

namespace {

// A child process that does `work` with the writing end of a pipe to here.
class Child {
 public:
  explicit Child(const std::function<void(int)>& work) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0 || (pid_ = fork()) < 0) {
      throw std::runtime_error("can't start a child");
    }
    if (pid_ == 0) {
      close(ends[0]);
      work(ends[1]);
      _exit(0);
    }
    close(ends[1]);
    read_end_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    end(SIGKILL);
    close(read_end_);
  }

  // Up to `size` bytes; fewer only when the child has closed its end.
  std::string read(std::size_t size) {
    std::string bytes;
    std::array<char, 4096> piece;
    while (bytes.size() < size) {
      const ssize_t count =
          ::read(read_end_, piece.data(), std::min(piece.size(), size - bytes.size()));
      if (count <= 0) {
        break;
      }
      bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
    return bytes;
  }

  void end(int signal) {
    if (pid_ > 0) {
      ::kill(pid_, signal);
      waitpid(pid_, nullptr, 0);
      pid_ = -1;
    }
  }

 private:
  pid_t pid_ = -1;
  int read_end_ = -1;
};

// What `work` says, run in a process of its own.
std::string in_child(const std::function<std::string()>& work) {
  Child child([&](int out) {
    const std::string said = work();
    if (write(out, said.data(), said.size()) < 0) {
      _exit(1);
    }
  });
  return child.read(4096);
}

std::string write_error(const fs::path& path) {
  const auto writer = StoreWriter::open(path);
  if (!writer) {
    CHECK(writer.error().kind == ErrorKind::storage);
    CHECK(writer.error().hint.find("--store") != std::string::npos);
  }
  return writer ? "" : writer.error().message;
}

std::string read_error(const fs::path& path) {
  const auto reader = StoreReader::open(path);
  if (!reader) {
    // As one that is missing: a listener may be about to make it.
    const bool is_empty = reader.error().message.ends_with(" is empty");
    CHECK(reader.error().kind == (is_empty ? ErrorKind::input : ErrorKind::storage));
    CHECK(reader.error().hint.find("--store") != std::string::npos);
  }
  return reader ? "" : reader.error().message;
}

void make_store(const fs::path& path, int captures) {
  auto writer = StoreWriter::open(path).value();
  for (int i = 0; i < captures; ++i) {
    writer->append(std::make_shared<Capture>(plain_capture(std::string(2000, 'x'))),
                   [](const Result<Appended>&) {});
  }
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

}  // namespace

TEST_CASE("a new store is its owner's alone") {
  const TempDir directory;
  const fs::path path = directory / "a/b/captures.db";
  const mode_t mask = umask(0);
  {
    const auto writer = StoreWriter::open(path).value();
    REQUIRE(append(*writer, plain_capture()));
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(path.string() + "-wal") == 0600);
    CHECK(mode_of(path.string() + "-shm") == 0600);
    CHECK(mode_of(directory / "a") == 0700);
    CHECK(mode_of(directory / "a/b") == 0700);
  }
  umask(mask);
}

TEST_CASE("an empty file becomes a store and keeps its mode") {
  const TempDir directory;
  const fs::path path = directory.write("captures.db", "");
  fs::permissions(path, fs::perms(0640));
  CHECK(read_error(path) == "the store " + path.string() + " is empty");
  make_store(path, 1);
  CHECK(mode_of(path) == 0640);
  CHECK(StoreReader::open(path).value().newest(0).value() == 1);
}

TEST_CASE("a store is opened by whatever name its file has") {
  const TempDir directory;
  const fs::path before = fs::current_path();
  fs::current_path(directory.path());
  for (const char* name :
       {"captures.db", "file:captures.db?mode=memory", ":memory:", "a b%20'c.db"}) {
    CAPTURE(name);
    make_store(name, 1);
    CHECK(fs::file_size(directory / name) > 0);
    CHECK(StoreReader::open(name).value().newest(0).value() == 1);
  }
  fs::current_path(before);
}

TEST_CASE("a missing store is an error to a reader which does not make one") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  const auto reader = StoreReader::open(path);
  REQUIRE_FALSE(reader);
  CHECK(reader.error().kind == ErrorKind::input);
  CHECK(reader.error().message == "there is no store " + path.string());
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a file that is not a store is refused and left as it is") {
  const TempDir directory;
  const fs::path foreign = directory / "foreign.db";
  ForeignConnection(foreign).run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const fs::path marked = directory / "marked.db";
  ForeignConnection(marked).run("PRAGMA application_id = 7; CREATE TABLE t (a)");
  const fs::path newer = directory / "newer.db";
  make_store(newer, 1);
  ForeignConnection(newer).run("PRAGMA user_version = 99");
  const fs::path text = directory.write("text", std::string(5000, 'x'));
  const fs::path brief = directory.write("brief", "{}");

  const std::string others = " is not a terra-hook store but another program's database";
  struct Case {
    fs::path path;
    std::string message;
  };
  const Case cases[] = {
      {foreign, foreign.string() + others},
      {marked, marked.string() + others},
      {newer, "the store " + newer.string() +
                  " was written by a newer terra-hook (schema 99, this one knows 5)"},
      {text, text.string() + " is not a terra-hook store"},
      {brief, brief.string() + " is not a terra-hook store"},
  };
  for (const Case& refused : cases) {
    const std::string before = read_whole_file(refused.path);
    CHECK(write_error(refused.path) == refused.message);
    CHECK(read_error(refused.path) == refused.message);
    CHECK((read_whole_file(refused.path) == before));
  }
}

TEST_CASE("a damaged store says so") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  make_store(path, 100);
  test::damage_store(path);
  const std::string message = "the store " + path.string() + " is damaged";
  auto reader = StoreReader::open(path);
  REQUIRE(reader);
  const auto listed = reader->list({}, [](const Capture&) { return true; });
  REQUIRE_FALSE(listed);
  CHECK(listed.error().kind == ErrorKind::storage);
  CHECK(listed.error().message == message);

  const auto writer = StoreWriter::open(path);
  REQUIRE(writer);
  const auto appended = append(**writer, plain_capture());
  REQUIRE_FALSE(appended);
  CHECK(appended.error().message == message);
}

TEST_CASE("a capture that can't be read says which") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  make_store(path, 1);
  struct Case {
    const char* change;
    const char* message;
  };
  const Case cases[] = {
      {"UPDATE captures SET verdict = 'fine'",
       "the store is damaged: capture #1 has no readable verdict"},
      {"UPDATE captures SET verdict = 'valid', body_sha256 = x'00'",
       "the store is damaged: capture #1 has no readable SHA-256"},
  };
  for (const Case& damage : cases) {
    ForeignConnection(path).run(damage.change);
    const auto loaded = StoreReader::open(path).value().load(1);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message == damage.message);
  }
}

TEST_CASE("a store below a file or named like a directory can't be opened") {
  const TempDir directory;
  const fs::path file = directory.write("file", "");
  CHECK(write_error(file / "captures.db").starts_with("can't make directory " + file.string()));
  CHECK(write_error(directory.path()) ==
        "can't open the store " + directory.path().string() + ": Is a directory");
}

TEST_CASE("a store that may not be written to is read all the same") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  make_store(path, 1);
  fs::permissions(path, fs::perms(0444));
  fs::permissions(directory.path(), fs::perms(0755));
  // The superuser may write anything: a child of no privileges tries.
  const std::string said = in_child([&]() -> std::string {
    if (getuid() == 0 && setuid(65534) != 0) {
      return "can't become somebody else";
    }
    const auto writer = StoreWriter::open(path);
    return writer ? "opened" : writer.error().message;
  });
  CHECK(said == "the store " + path.string() + " can't be written to");
}

TEST_CASE("an archived store is read where nothing can be written") {
  const TempDir directory;
  fs::create_directory(directory / "100% #1?");
  const fs::path path = directory / "100% #1?" / "captures.db";
  make_store(path, 3);
  fs::permissions(path, fs::perms(0444));
  fs::permissions(directory.path(), fs::perms(0755));
  fs::permissions(path.parent_path(), fs::perms(0555));
  const std::string said = in_child([&]() -> std::string {
    if (getuid() == 0 && setuid(65534) != 0) {
      return "can't become somebody else";
    }
    auto reader = StoreReader::open(path);
    if (!reader) return reader.error().message;
    const auto newest = reader->newest(0);
    return newest ? std::to_string(newest->value_or(0)) : newest.error().message;
  });
  fs::permissions(path.parent_path(), fs::perms(0755));
  CHECK(said == "3");
}

TEST_CASE("appending waits for another program's lock") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  const auto writer = StoreWriter::open(path).value();
  ForeignConnection other(path);
  other.run("BEGIN IMMEDIATE");
  auto appended = start_append(*writer, plain_capture());
  CHECK(StoreReader::open(path).value().newest(0).value() == std::nullopt);
  other.run("COMMIT");
  CHECK(appended.get());
}

TEST_CASE("a lock that is not let go says so") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  make_store(path, 0);
  ForeignConnection other(path);
  other.run("BEGIN IMMEDIATE");
  auto connection = sqlite::Connection::open(path, sqlite::Access::read_write).value();
  REQUIRE(connection.execute("PRAGMA busy_timeout = 0"));
  const auto begun = connection.execute("BEGIN IMMEDIATE");
  REQUIRE_FALSE(begun);
  CHECK(begun.error().kind == ErrorKind::storage);
  CHECK(begun.error().message == "the store " + path.string() + " is locked by another program");
}

void check_rolled_back_is_gone(sqlite::Access access) {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  auto connection = open_store_for_writing(path, access).value();
  ForeignConnection other(path);
  const std::string insert = "INSERT INTO bodies VALUES (NULL, x'', randomblob(6000000))";
  struct Next {
    std::string name;
    std::function<bool()> act;
  };
  const Next nexts[] = {
      {"read",
       [&] { return connection.query_integer("SELECT max(number) FROM bodies").has_value(); }},
      {"checkpoint",
       [&] { return connection.execute("PRAGMA wal_checkpoint(PASSIVE)").has_value(); }},
      {"commit", [&] { return connection.execute(insert).has_value(); }},
      {"close", [&] {
         connection = open_store_for_writing(path, access).value();
         return true;
       }}};
  for (const Next& next : nexts) {
    CAPTURE(next.name);
    other.run("PRAGMA wal_checkpoint(TRUNCATE)");
    REQUIRE(connection.execute("BEGIN IMMEDIATE; " + insert));
    connection.roll_back();
    other.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
        "INSERT INTO bodies SELECT NULL, x'', randomblob(100000) FROM n");
    CHECK(next.act());
    auto fresh = sqlite::Connection::open(path, sqlite::Access::read_only).value();
    CHECK(fresh.query_text("PRAGMA integrity_check").value() == "ok");
  }
}

TEST_CASE("what was rolled back is not written over what another program has committed") {
  check_rolled_back_is_gone(sqlite::Access::append);
  check_rolled_back_is_gone(sqlite::Access::read_write);
}

TEST_CASE("a capture that can't be kept does not cost the others of its transaction") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  const auto writer = StoreWriter::open(path).value();
  std::vector<std::future<Result<Appended>>> appended;
  {
    ForeignConnection other(path);
    other.run("CREATE UNIQUE INDEX one_target ON captures (target); BEGIN IMMEDIATE");
    for (const char* target : {"/a", "/b", "/b", "/c"}) {
      Capture capture = plain_capture();
      capture.target = target;
      appended.push_back(start_append(*writer, capture));
    }
    other.run("COMMIT");
  }
  std::vector<bool> kept;
  for (auto& one : appended) {
    const auto result = one.get();
    kept.push_back(result.has_value());
    if (!result) {
      CHECK(result.error().kind == ErrorKind::storage);
      CHECK(result.error().message.find(path.string()) != std::string::npos);
    }
  }
  CHECK((kept == std::vector<bool>{true, true, false, true}));
}

TEST_CASE("nothing is appended to a store that was removed or replaced") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  const auto writer = StoreWriter::open(path).value();
  REQUIRE(append(*writer, plain_capture()));
  SUBCASE("removed") {
    fs::remove(path);
  }
  SUBCASE("replaced") {
    make_store(directory / "other.db", 1);
    fs::rename(directory / "other.db", path);
  }
  const auto appended = append(*writer, plain_capture());
  REQUIRE_FALSE(appended);
  CHECK(appended.error().kind == ErrorKind::storage);
  CHECK(appended.error().message == "the store " + path.string() + " was removed or replaced");
}

TEST_CASE("a full disk is said to be full and what was kept before stays") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  make_store(path, 1);
  const std::string said = in_child([&]() -> std::string {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto writer = StoreWriter::open(path).value();
    const auto large = append(*writer, plain_capture(std::string(4 << 20, 'x')));
    const auto small = append(*writer, plain_capture());
    return (large ? "kept" : large.error().message) + (small ? "; small kept" : "; small lost");
  });
  CHECK(said == "no room left to write the store " + path.string() + "; small kept");
  CHECK(StoreReader::open(path).value().newest(0).value() == 2);
}

TEST_CASE("a capture that was reported as appended survives kill -9") {
  const TempDir directory;
  const fs::path path = directory / "captures.db";
  constexpr std::size_t k_reports = 300;
  Child child([&](int out) {
    auto writer = StoreWriter::open(path).value();
    std::mutex mutex;
    std::condition_variable changed;
    int in_flight = 0;
    for (int i = 0;; ++i) {
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return in_flight < 32; });
        ++in_flight;
      }
      writer->append(std::make_shared<Capture>(plain_capture("body " + std::to_string(i))),
                     [&, i](const Result<Appended>& appended) {
                       const std::array<std::int64_t, 2> report{appended.value().number, i};
                       if (write(out, report.data(), sizeof report) != sizeof report) {
                         _exit(1);
                       }
                       const std::lock_guard lock(mutex);
                       --in_flight;
                       changed.notify_one();
                     });
    }
  });
  using Report = std::array<std::int64_t, 2>;
  std::string bytes = child.read(k_reports * sizeof(Report));
  child.end(SIGKILL);
  bytes += child.read(1 << 20);  // what it reported while it was being killed

  REQUIRE(bytes.size() >= k_reports * sizeof(Report));
  auto reader = StoreReader::open(path).value();
  for (std::size_t at = 0; at + sizeof(Report) <= bytes.size(); at += sizeof(Report)) {
    Report report{};
    std::copy_n(bytes.data() + at, sizeof report, reinterpret_cast<char*>(report.data()));
    const auto loaded = reader.load(report[0]).value();
    REQUIRE(loaded);
    CHECK(loaded->body == "body " + std::to_string(report[1]));
  }
  CHECK(write_error(path).empty());
}
