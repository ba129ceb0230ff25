// SPDX-License-Identifier: MIT
// What was acknowledged is kept; what can't be kept is not acknowledged.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

std::filesystem::path store_file(const TempDir& directory) {
  return directory / "data/terra-hook/captures.db";
}

TEST_CASE("a full disk is answered 503 and the listener goes on") {
  const TempDir directory;
  Listener listener(directory, {"--body", "none"});
  CHECK(post(listener.port(), R"({"type":"sleep"})").status == 200);
  listener.child().limit(RLIMIT_FSIZE, 64 << 10);
  const std::string big = R"({"type":"daily","x":")" + std::string(1 << 20, 'x') + "\"}";
  for (int i = 0; i < 3; ++i) {
    const RawResponse response = post(listener.port(), big);
    CHECK(response.status == 503);
    CHECK_FALSE(response.field("Retry-After").empty());
    CHECK(Json::parse(response.body).contains("error"));
    const Json lost = listener.next("lost");
    CHECK(lost.at("event_type") == "daily");
    CHECK(lost.at("status") == 503);
    CHECK_FALSE(lost.at("reason").get<std::string>().empty());
  }
  listener.child().limit(RLIMIT_FSIZE, RLIM_INFINITY);
  CHECK(post(listener.port(), big).status == 200);
  CHECK(stored(directory).size() == 2);
  listener.child().signal(SIGINT);
  CHECK(listener.next("summary").at("lost") == 3);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("what cannot be kept is one line in text") {
  const TempDir directory;
  ChildProcess child(terra_hook_program(), {"listen", "--port", "0"}, {directory.path()});
  child.await_error_text("stop");
  const std::string banner = child.errors();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(banner.substr(banner.find("127.0.0.1:") + 10)));
  child.limit(RLIMIT_FSIZE, 64 << 10);
  CHECK(post(port, R"({"type":"daily","x":")" + std::string(1 << 20, 'x') + "\"}").status == 503);
  child.await_error_text("daily not kept, answered 503");
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
  CHECK(child.errors().find("1 not kept") != std::string::npos);
}

TEST_CASE("a store that is taken away is not written into the void") {
  const TempDir directory;
  Listener listener(directory);
  CHECK(post(listener.port(), "{}").status == 200);
  std::filesystem::remove_all(store_file(directory).parent_path());
  const RawResponse response = post(listener.port(), "{}");
  CHECK(response.status == 503);
  CHECK(listener.next("lost").at("reason").get<std::string>().find("captures.db") !=
        std::string::npos);
}

TEST_CASE("a store that is damaged or of somebody else is left alone") {
  const TempDir directory;
  const std::string file = (directory / "s.db").string();
  const std::string content = "these are not captures, but somebody's precious notes\n";
  directory.write("s.db", content);
  const Finished finished =
      run_terra_hook({"listen", "--port", "0", "--store", file}, {directory.path()});
  CHECK(finished.code == 1);
  CHECK(finished.err.find(file) != std::string::npos);
  CHECK(read_whole_file(file) == content);
}

/// Posts until the listener dies and remembers what was acknowledged.
class Load {
 public:
  Load(std::uint16_t port, int round) : round_(round) {
    for (int sender = 0; sender < 4; ++sender) {
      senders_.emplace_back([this, port, sender] { run(port, sender); });
    }
  }
  ~Load() { join(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  bool await(std::size_t count) {
    std::unique_lock lock(mutex_);
    return grown_.wait_for(lock, k_patience, [&] { return acknowledged_.size() >= count; });
  }
  void join() {
    for (std::thread& sender : senders_) {
      if (sender.joinable()) sender.join();
    }
  }
  const std::map<std::int64_t, std::string>& acknowledged() const { return acknowledged_; }

 private:
  void run(std::uint16_t port, int sender) {
    try {
      RawClient client(port);
      for (int i = 0;; ++i) {
        const std::string trace =
            std::to_string(round_) + "-" + std::to_string(sender) + "-" + std::to_string(i);
        const std::string body = "{\"type\":\"daily\",\"x\":\"" + std::string(3000, 'x') + "\"}";
        client.send(post_request(body, {{"X-Terra-Trace-Id", trace}}));
        const RawResponse response = client.read_response();
        if (response.status != 200) continue;
        const std::lock_guard lock(mutex_);
        acknowledged_[capture_number(response.body)] = trace;
        grown_.notify_one();
      }
    } catch (const std::exception&) {
      // The listener was killed: what was not acknowledged until here is not promised.
    }
  }

  int round_;
  std::mutex mutex_;
  std::condition_variable grown_;
  std::map<std::int64_t, std::string> acknowledged_;
  std::vector<std::thread> senders_;
};

/// How many of those that were acknowledged are not kept.
std::size_t missing(const TempDir& directory,
                    const std::map<std::int64_t, std::string>& acknowledged) {
  std::map<std::int64_t, std::string> kept;
  for (const Json& capture : stored(directory)) {
    kept[capture.at("number")] = capture.at("trace_id");
  }
  std::size_t count = 0;
  for (const auto& [number, trace] : acknowledged) {
    if (kept[number] != trace) ++count;
  }
  return count;
}

TEST_CASE("SIGTERM under load ends with 0 and loses nothing that was acknowledged") {
  const TempDir directory;
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    Listener listener(directory, {"--body", "none"});
    Load load(listener.port(), round);
    CHECK(load.await(50));
    listener.child().signal(SIGTERM);
    CHECK(listener.child().wait() == 0);
    load.join();
    CHECK(listener.child().errors().empty());
    CHECK(missing(directory, load.acknowledged()) == 0);
  }
}

TEST_CASE("kill -9 under load loses nothing that was acknowledged") {
  const TempDir directory;
  std::map<std::int64_t, std::string> acknowledged;
  // More by hand: TERRA_HOOK_KILL_ROUNDS=100 wire_tests -tc='kill -9*'
  const char* wanted = std::getenv("TERRA_HOOK_KILL_ROUNDS");
  const int rounds = wanted == nullptr ? 20 : std::stoi(wanted);
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    Listener listener(directory, {"--body", "none"});
    Load load(listener.port(), round);
    CHECK(load.await(static_cast<std::size_t>(1 + 7 * (round % 20))));
    listener.child().signal(SIGKILL);
    CHECK(listener.child().wait() == 128 + SIGKILL);
    load.join();
    acknowledged.insert(load.acknowledged().begin(), load.acknowledged().end());
    REQUIRE(missing(directory, acknowledged) == 0);
  }
  CHECK(acknowledged.size() > 20);
  const std::int64_t newest = acknowledged.rbegin()->first;
  CHECK(stored_body(directory, newest).size() == 3000 + 23);
}

}  // namespace
}  // namespace terra_hook::test
