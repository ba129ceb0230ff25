// SPDX-License-Identifier: MIT
// What goes wrong around a listener: its disk, its store's file, its target, its clock. Each is one
// clear line, and no delivery is acknowledged that is not kept.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <functional>

#include "capture/store.hpp"
#include "commands/delivery_receiver.hpp"
#include "http/server.hpp"
#include "render/renderer.hpp"
#include "support/damaged_store.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"
#include "support/sanitized.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view k_sleep = R"({"type":"sleep"})";

std::size_t count_of(std::string_view what, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

/// A listener as a person starts it. `wrapper` is a command that becomes it.
class TextListener {
 public:
  explicit TextListener(const TempDir& directory, std::vector<std::string> more = {},
                        std::vector<std::string> wrapper = {})
      : child_(program(wrapper), arguments(wrapper, more), {directory.path()}) {
    child_.await_error_text("Ctrl-C");
    const std::string banner = child_.errors();
    const std::size_t at = banner.find("://127.0.0.1:") + 13;
    port_ = static_cast<std::uint16_t>(std::stoul(banner.substr(at)));
  }

  std::uint16_t port() const { return port_; }
  ChildProcess& child() { return child_; }

  /// Stops it and answers what it said on both streams.
  std::string stop() {
    child_.signal(SIGINT);
    CHECK(child_.wait() == 0);
    return child_.output() + child_.errors();
  }

 private:
  static std::string program(const std::vector<std::string>& wrapper) {
    return wrapper.empty() ? terra_hook_program() : wrapper.front();
  }
  static std::vector<std::string> arguments(const std::vector<std::string>& wrapper,
                                            const std::vector<std::string>& more) {
    std::vector<std::string> all;
    if (!wrapper.empty()) {
      all.assign(wrapper.begin() + 1, wrapper.end());
      all.push_back(terra_hook_program());
    }
    for (const char* word : {"listen", "--port", "0", "--body", "none"}) all.emplace_back(word);
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  ChildProcess child_;
  std::uint16_t port_ = 0;
};

void make_store(const TempDir& directory, const fs::path& path) {
  TextListener listener(directory, {"--store", path.string()});
  const std::string body = R"({"type":"daily","x":")" + std::string(100'000, 'x') + "\"}";
  CHECK(post(listener.port(), body).status == 200);
  listener.stop();
}

TEST_CASE("faults - what happens to a store's file is one clear line") {
  struct Fault {
    std::string name;
    std::function<void(const fs::path&)> before;  ///< to the file of a store that rests
    std::function<void(const fs::path&)> during;  ///< to that of a listener
    const char* line;
  };
  const Fault faults[] = {
      {"removed", {}, [](const fs::path& path) { fs::remove(path); }, "was removed or replaced"},
      {"removed with its folder",
       {},
       [](const fs::path& path) { fs::remove_all(path.parent_path()); },
       "was removed or replaced"},
      {"replaced",
       {},
       [](const fs::path& path) {
         fs::copy_file(path, path.parent_path() / "copy");
         fs::rename(path.parent_path() / "copy", path);
       },
       "was removed or replaced"},
      {"damaged", test::damage_store, {}, "is damaged"},
  };
  for (const Fault& fault : faults) {
    CAPTURE(fault.name);
    const TempDir directory;
    fs::create_directory(directory / "s");
    const fs::path path = directory / "s/captures.db";
    make_store(directory, path);
    if (fault.before) fault.before(path);
    TextListener listener(directory, {"--store", path.string()});
    if (fault.during) fault.during(path);
    const RawResponse response = post(listener.port(), k_sleep);
    CHECK(response.status == 503);
    CHECK_FALSE(response.field("Retry-After").empty());
    const std::string said = listener.stop();
    CHECK(count_of("not kept, answered 503", said) == 1);
    CHECK(count_of("the store " + path.string() + " " + fault.line, said) == 1);
  }
}

/// A wrapper that takes the superuser's rights away, if there are any.
std::vector<std::string> unprivileged() {
  if (geteuid() != 0) return {"/usr/bin/env"};
  return {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
}

TEST_CASE("faults - permission that is lost is told and what may still be written is kept") {
  const TempDir directory;
  fs::create_directory(directory / "s");
  fs::permissions(directory.path(), fs::perms(0777));
  fs::permissions(directory / "s", fs::perms(0777));
  const fs::path path = directory / "s/captures.db";
  {
    TextListener listener(directory, {"--store", path.string()}, unprivileged());
    CHECK(post(listener.port(), k_sleep).status == 200);
    // What is open stays so.
    fs::permissions(path, fs::perms(0));
    CHECK(post(listener.port(), k_sleep).status == 200);
    fs::permissions(directory / "s", fs::perms(0));
    CHECK(post(listener.port(), k_sleep).status == 503);
    const std::string said = listener.stop();
    CHECK(count_of("not kept, answered 503", said) == 1);
    CHECK(count_of("can't reach the store " + path.string() + ": Permission denied", said) == 1);
  }
  fs::permissions(directory / "s", fs::perms(0700));
  fs::permissions(path, fs::perms(0600));
  const Finished listed =
      run_terra_hook({"list", "--format", "ndjson", "--store", path.string()}, {directory.path()});
  CHECK(listed.code == 0);
  CHECK(count_of("\"event_type\":\"sleep\"", listed.out) == 2);
}

TEST_CASE("faults - a disk without room") {
  const TempDir directory;
  fs::create_directory(directory / "disk");
  const std::string disk = (directory / "disk").string();
  // A disk of 2 MB that is half full, which the listener alone sees.
  const std::vector<std::string> small_disk{
      "/usr/bin/unshare",
      "-Urm",
      "/bin/sh",
      "-c",
      "mount -t tmpfs -o size=2m none \"$0\" && head -c 1000000 /dev/zero >\"$0/filler\" && "
      "exec \"$@\"",
      disk};
  if (run_program("/usr/bin/unshare", {"-Urm", "/bin/true"}, {directory.path()}).code != 0) {
    MESSAGE("no disk can be made here; durability_test.cpp has a limit on the file's size");
    return;
  }
  TextListener listener(directory, {"--store", disk + "/captures.db"}, small_disk);
  const std::string large = R"({"type":"daily","x":")" + std::string(1 << 20, 'x') + "\"}";
  CHECK(post(listener.port(), k_sleep).status == 200);
  CHECK(post(listener.port(), large).status == 503);
  CHECK(post(listener.port(), k_sleep).status == 200);
  fs::remove("/proc/" + std::to_string(listener.child().pid()) + "/root" + disk + "/filler");
  CHECK(post(listener.port(), R"({"type":"daily"})").status == 200);
  const std::string said = listener.stop();
  CHECK(count_of("not kept, answered 503", said) == 1);
  CHECK(count_of("no room left to write the store " + disk + "/captures.db", said) == 1);
  CHECK(said.find("3 deliveries") != std::string::npos);
}

TEST_CASE("faults - a target whose name can not be resolved is one line") {
  const TempDir directory;
  TextListener listener(directory, {"--forward-to", "http://no-such-host.invalid:80"});
  CHECK(post(listener.port(), k_sleep).status == 502);
  const std::string said = listener.stop();
  CHECK(count_of("cannot resolve 'no-such-host.invalid'", said) == 1);
}

TEST_CASE("faults - a target's answer without end takes neither memory nor time") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {}, "", PeerAnswer::Kind::endless_body});
  Listener listener(directory, {"--forward-to", peer.url()});
  const std::uint64_t before = listener.child().peak_resident_bytes();
  for (int i = 0; i < 3; ++i) {
    const RawResponse response = post(listener.port(), k_sleep);
    CHECK(response.status == 200);
    CHECK(response.body.size() == 65'536);
    const Json forward = listener.next("forward");
    CHECK(forward.at("status") == 200);
    CHECK(forward.at("body_size") > 65'536);
  }
  if (!k_is_sanitized) CHECK(listener.child().peak_resident_bytes() < before + (16U << 20));
  CHECK(listener.stop() == 0);
}

TEST_CASE("faults - SIGPIPE ends nothing") {
  const TempDir directory;
  Listener listener(directory);
  listener.child().signal(SIGPIPE);
  CHECK(post(listener.port(), k_sleep).status == 200);
  CHECK(listener.stop() == 0);
}

TEST_CASE("faults - a clock that is set back and forth costs no delivery") {
  const TempDir directory;
  const std::string secret = "a secret of this test";
  constexpr std::int64_t k_noon = 1'800'000'000;
  std::atomic<std::int64_t> seconds = k_noon;
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Output out(null);
  Output err(null);
  StopSignal stop;
  Env env{[&] { return UtcTime(std::chrono::seconds(seconds)); },
          [](const std::string&) { return std::nullopt; },
          out,
          err,
          0,
          stop,
          {}};
  const SecretSet secrets = SecretSet::create({{"s", Secret(secret)}}).value();
  const fs::path path = directory / "captures.db";
  std::vector<std::int64_t> clocks;
  {
    Display display(make_json_lines_renderer({}), env, Overflow::wait, [] {});
    DeliveryAnswers answers({}, nullptr, nullptr, display);
    auto store = StoreWriter::open(path).value();
    DeliveryReceiver receiver({}, secrets, store.get(), answers, display, env);
    ServerOptions options;
    options.now = env.now;
    const auto server = Server::bind(options, receiver).value();
    server->start();
    for (const std::int64_t step : {0, -86'400, 86'400, -3'600, 0}) {
      CAPTURE(step);
      seconds = k_noon + step;
      const auto signed_at = [&](std::int64_t time) -> Fields {
        return {{"terra-signature", signature_header(secret, k_sleep, time)}};
      };
      CHECK(post(server->port(), k_sleep, signed_at(seconds)).status == 200);
      // Signed by a clock that is right: authentic, and stale by this one, which is no reason to
      // refuse it.
      CHECK(post(server->port(), k_sleep, signed_at(k_noon)).status == 200);
      clocks.insert(clocks.end(), 2, seconds);
    }
    server->stop_accepting();
    server->stop();
  }
  ::close(null);
  auto reader = StoreReader::open(path).value();
  std::size_t index = 0;
  CHECK(reader.list({}, [&](const Capture& capture) {
    CAPTURE(capture.number);
    CHECK(capture.number == static_cast<std::int64_t>(index + 1));
    CHECK(capture.received_at == UtcTime(std::chrono::seconds(clocks.at(index))));
    const bool is_right = index % 2 == 0 || clocks[index] == k_noon;
    CHECK(capture.verdict == (is_right ? Verdict::valid : Verdict::stale));
    ++index;
    return true;
  }));
  CHECK(index == clocks.size());
}

}  // namespace
}  // namespace terra_hook::test
