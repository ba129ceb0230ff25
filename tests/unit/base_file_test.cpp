// SPDX-License-Identifier: MIT
#include "base/file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "base/secret.hpp"
#include "base/signals.hpp"

using namespace terra_hook;
namespace fs = std::filesystem;

namespace {

class TempDir {
 public:
  TempDir() {
    std::string name = (fs::temp_directory_path() / "terra-hook-test.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("can't make a temporary directory");
    }
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { fs::remove_all(path_); }

  fs::path operator/(const char* name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error("can't make a pipe");
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_read_end();
    close_write_end();
  }

  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_read_end() { close_end(ends_[0]); }
  void close_write_end() { close_end(ends_[1]); }

 private:
  static void close_end(int& fd) {
    if (fd >= 0) {
      ::close(fd);
    }
    fd = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

void put(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

EnvironmentLookup lookup(std::map<std::string, std::string> values) {
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

}  // namespace

TEST_CASE("base file - a file is read byte for byte up to the limit") {
  const TempDir dir;
  const std::string bytes = std::string("a\0\r\n\xff", 5) + std::string(200'000, 'x');
  put(dir / "file", bytes);
  const auto read = read_file(dir / "file", bytes.size());
  REQUIRE(read);
  CHECK(*read == bytes);

  const auto refused = read_file(dir / "file", bytes.size() - 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::input);
  CHECK(refused.error().message == (dir / "file").string() + " is larger than 200 KB");

  put(dir / "empty", "");
  const auto empty = read_file(dir / "empty", 0);
  REQUIRE(empty);
  CHECK(empty->empty());
}

TEST_CASE("base file - what can't be read is named") {
  const TempDir dir;
  const auto missing = read_file(dir / "missing", 10);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::file);
  CHECK(missing.error().message ==
        "can't read " + (dir / "missing").string() + ": No such file or directory");
  const auto directory = read_file(dir.path(), 10);
  REQUIRE_FALSE(directory);
  CHECK(directory.error().message == "can't read " + dir.path().string() + ": Is a directory");
}

TEST_CASE("base file - a descriptor is read to its end") {
  Pipe pipe;
  std::jthread writer([&pipe] {
    for (const std::string piece : {"first ", "second ", "third"}) {
      [[maybe_unused]] const auto written = ::write(pipe.write_end(), piece.data(), piece.size());
    }
    pipe.close_write_end();
  });
  const auto read = read_descriptor(pipe.read_end(), "standard input", 100);
  REQUIRE(read);
  CHECK(*read == "first second third");
}

TEST_CASE("base file - readable by others") {
  const TempDir dir;
  const struct {
    mode_t mode;
    bool expected;
  } cases[] = {{0600, false}, {0400, false}, {0640, true},
               {0604, true},  {0644, true},  {0622, false}};
  put(dir / "file", "x");
  for (const auto& entry : cases) {
    CAPTURE(entry.mode);
    REQUIRE(chmod((dir / "file").c_str(), entry.mode) == 0);
    CHECK(readable_by_others(dir / "file") == entry.expected);
  }
  CHECK_FALSE(readable_by_others(dir / "missing"));
  CHECK_FALSE(readable_by_others("/dev/null"));
}

TEST_CASE("base file - private directories") {
  const TempDir dir;
  REQUIRE(chmod(dir.path().c_str(), 0755) == 0);
  const fs::path deep = dir / "a/b/c";
  REQUIRE(make_private_directory(deep));
  CHECK(mode_of(dir / "a") == 0700);
  CHECK(mode_of(dir / "a/b") == 0700);
  CHECK(mode_of(deep) == 0700);
  CHECK(mode_of(dir.path()) == 0755);
  CHECK(make_private_directory(deep));
  CHECK(make_private_directory(dir / "a/d/"));
  CHECK(fs::is_directory(dir / "a/d"));

  put(dir / "file", "x");
  const auto refused = make_private_directory(dir / "file/below");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::file);
  CHECK(refused.error().message ==
        "can't make directory " + (dir / "file").string() + ": File exists");
}

TEST_CASE("base file - a private file replaces the old one") {
  const TempDir dir;
  put(dir / "file", "a much longer old content");
  REQUIRE(chmod((dir / "file").c_str(), 0644) == 0);
  REQUIRE(write_private_file(dir / "file", std::string_view("new\0", 4)));
  CHECK(*read_file(dir / "file", 100) == std::string("new\0", 4));
  CHECK(mode_of(dir / "file") == 0600);
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);

  const auto refused = write_private_file(dir / "missing/file", "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::file);
}

TEST_CASE("base file - a private file that can't be put in place leaves nothing behind") {
  const TempDir dir;
  REQUIRE(make_private_directory(dir / "occupied/below"));
  const auto refused = write_private_file(dir / "occupied", "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("can't write " + (dir / "occupied").string()) == 0);
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("base file - directories follow the XDG specification") {
  const struct {
    std::map<std::string, std::string> environment;
    const char* data;
    const char* state;
  } cases[] = {
      {{{"HOME", "/home/u"}}, "/home/u/.local/share/terra-hook", "/home/u/.local/state/terra-hook"},
      {{{"HOME", "/home/u"}, {"XDG_DATA_HOME", "/d"}, {"XDG_STATE_HOME", "/s"}},
       "/d/terra-hook",
       "/s/terra-hook"},
      {{{"HOME", "/home/u"}, {"XDG_DATA_HOME", ""}, {"XDG_STATE_HOME", "relative/s"}},
       "/home/u/.local/share/terra-hook",
       "/home/u/.local/state/terra-hook"},
      {{{"XDG_DATA_HOME", "/d"}, {"XDG_STATE_HOME", "/s"}}, "/d/terra-hook", "/s/terra-hook"}};
  for (const auto& entry : cases) {
    CHECK(data_directory(lookup(entry.environment)).value().string() == entry.data);
    CHECK(state_directory(lookup(entry.environment)).value().string() == entry.state);
  }
}

TEST_CASE("base file - without a home there is a hint") {
  for (const auto& environment :
       {std::map<std::string, std::string>{}, std::map<std::string, std::string>{{"HOME", ""}},
        std::map<std::string, std::string>{{"HOME", "here"}}}) {
    const auto directory = data_directory(lookup(environment));
    REQUIRE_FALSE(directory);
    CHECK(directory.error().kind == ErrorKind::file);
    CHECK(directory.error().hint == "set HOME or XDG_DATA_HOME, or pass --store");
    CHECK_FALSE(state_directory(lookup(environment)));
  }
}

TEST_CASE("base output - a full non-blocking pipe is waited for") {
  Pipe pipe;
  REQUIRE(fcntl(pipe.write_end(), F_SETFL, O_NONBLOCK) == 0);
  const std::string text(1'000'000, 'x');
  std::string received;
  std::jthread reader([&pipe, &received] {
    received = read_descriptor(pipe.read_end(), "pipe", 10'000'000).value();
  });
  Output output(pipe.write_end());
  CHECK(output.write(text));
  CHECK(output.write("end"));
  pipe.close_write_end();
  reader.join();
  CHECK(received == text + "end");
}

TEST_CASE("base output - a reader that has gone is no failure") {
  signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_read_end();
  Output output(pipe.write_end());
  CHECK_FALSE(output.write("x"));
  CHECK(output.reader_gone());
  CHECK_FALSE(output.failure().has_value());
  CHECK_FALSE(output.write("x"));
}

TEST_CASE("base output - a full disk is a failure") {
  const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  Output output(fd);
  CHECK_FALSE(output.write("x"));
  close(fd);
  CHECK_FALSE(output.reader_gone());
  REQUIRE(output.failure().has_value());
  CHECK(output.failure()->kind == ErrorKind::file);
  CHECK(output.failure()->message.find("No space left on device") != std::string::npos);
}

TEST_CASE("base stop signal - requests are counted and awaited") {
  using namespace std::chrono_literals;
  StopSignal stop;
  CHECK(stop.count() == 0);
  CHECK_FALSE(stop.wait_for_more_than(0, 0ms));
  CHECK_FALSE(stop.wait_for_more_than(0, 1ms));
  stop.request();
  CHECK(stop.count() == 1);
  CHECK(stop.wait_for_more_than(0));
  CHECK(stop.wait_for_more_than(0, 0ms));
  CHECK_FALSE(stop.wait_for_more_than(1, 1ms));
  stop.request();
  CHECK(stop.wait_for_more_than(1));
}

TEST_CASE("base stop signal - every waiting thread wakes at its own count") {
  StopSignal stop;
  std::atomic<int> woken = 0;
  std::vector<std::jthread> threads;
  for (int seen = 0; seen < 4; ++seen) {
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back([&stop, &woken, seen] {
        if (stop.wait_for_more_than(seen, std::chrono::minutes(1)) && stop.count() > seen) {
          ++woken;
        }
      });
    }
  }
  for (int i = 0; i < 4; ++i) {
    stop.request();
  }
  threads.clear();
  CHECK(woken == 8);
}

TEST_CASE("base stop signal - a caught signal is a request") {
  StopSignal stop;
  stop.catch_signals();
  raise(SIGTERM);
  CHECK(stop.count() == 1);
  CHECK(stop.wait_for_more_than(0));
}

TEST_CASE("base secret - copies moves and comparison") {
  const std::string long_text(100, 'k');
  Secret secret(long_text);
  Secret copy = secret;
  CHECK(copy.equals(secret));
  Secret moved = std::move(copy);
  CHECK(moved.expose() == long_text);
  CHECK(copy.empty());  // NOLINT(bugprone-use-after-move): the promise under test
  moved = Secret("short");
  CHECK(moved.expose() == "short");
  CHECK_FALSE(moved.equals(secret));
  CHECK_FALSE(Secret("shore").equals(moved));
  secret = moved;
  CHECK(secret.equals(moved));
  CHECK(Secret().empty());
  CHECK(Secret().equals(Secret("")));
}
