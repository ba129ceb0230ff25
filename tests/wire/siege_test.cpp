// SPDX-License-Identifier: MIT
// Attackers who do the same over and over from several threads. While they are at it an honest
// delivery is answered in time; afterwards the memory is bounded and no descriptor is left.
#include <doctest/doctest.h>

#include <atomic>
#include <exception>
#include <functional>
#include <thread>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "support/sanitized.hpp"
#include "support/signature.hpp"
#include "wire/descriptors.hpp"
#include "wire/gzip.hpp"

namespace terra_hook::test {
namespace {

using namespace std::chrono_literals;

constexpr int k_attackers = 4;
constexpr int k_deliveries = 10;
/// Alone on a machine it takes milliseconds; the bound is for one that builds beside the test.
constexpr auto k_in_time = 5s;
/// What all attacks together may add to a listener whose bodies are bounded to 256 KB each.
constexpr std::uint64_t k_most_memory = 64U << 20;

constexpr std::string_view k_post = "POST / HTTP/1.1\r\nHost: a\r\n";

struct Attack {
  std::string name;
  /// One go at it. An exception ends that go only: attackers are thrown out.
  std::function<void(std::uint16_t port)> once;
};

/// Attackers who go on until the end of this object.
class Siege {
 public:
  Siege(const Attack& attack, std::uint16_t port) {
    for (int i = 0; i < k_attackers; ++i) {
      attackers_.emplace_back([this, &attack, port](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          ++rounds_;
          try {
            attack.once(port);
          } catch (const std::exception&) {
          }
        }
      });
    }
  }

  bool is_under_way() {
    const auto deadline = std::chrono::steady_clock::now() + k_patience;
    while (rounds_ < k_attackers && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(1ms);
    }
    return rounds_ >= k_attackers;
  }

 private:
  std::atomic<int> rounds_ = 0;
  std::vector<std::jthread> attackers_;
};

/// Sends `piece` until the listener has had enough.
void send_without_end(std::uint16_t port, std::string_view begin, const std::string& piece) {
  RawClient client(port);
  client.send(begin);
  for (int i = 0; i < 1000 && client.try_send(piece); ++i) {
  }
}

/// Many senders who have all sent `bytes` and then are silent for a while.
void hold(std::uint16_t port, const std::string& bytes) {
  std::vector<RawClient> silent;
  for (int i = 0; i < 50; ++i) {
    silent.emplace_back(port);
    silent.back().send(bytes);
  }
  std::this_thread::sleep_for(20ms);
}

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::vector<Attack> attacks() {
  const std::string post(k_post);
  const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  const std::string bomb = gzip(std::string(std::size_t{8} << 20, '0'));
  const std::string nested = std::string(200'000, '[');
  return {
      {"connections that are closed at once", [](auto port) { RawClient client(port); }},
      {"connections that are reset at once", [](auto port) { RawClient(port).reset(); }},
      {"fields without end",
       [=](auto port) { send_without_end(port, post, repeated("X-Field: value\r\n", 500)); }},
      {"a field without end",
       [=](auto port) { send_without_end(port, post + "X: ", std::string(8000, 'x')); }},
      {"chunks without end",
       [=](auto port) {
         send_without_end(port, chunked, "10000\r\n" + std::string(65536, 'x') + "\r\n");
       }},
      {"chunks of one byte",
       [=](auto port) { send_without_end(port, chunked, repeated("1\r\nx\r\n", 3000)); }},
      {"a chunk of 2^64 bytes",
       [=](auto port) {
         send_without_end(port, chunked + "ffffffffffffffff\r\n", std::string(65536, 'x'));
       }},
      {"a chunk size past 2^64",
       [=](auto port) { send_without_end(port, chunked, "fffffffffffffffff\r\n"); }},
      {"a chunk extension without end",
       [=](auto port) { send_without_end(port, chunked + "1;", std::string(8000, 'x')); }},
      {"a trailer without end",
       [=](auto port) { send_without_end(port, chunked + "0\r\n", repeated("X: v\r\n", 1000)); }},
      {"silence within the head", [=](auto port) { hold(port, post.substr(0, 20)); }},
      {"silence within a body that was said to be large",
       [=](auto port) { hold(port, post + "Content-Length: 200000\r\n\r\n{"); }},
      {"resets within the body",
       [=](auto port) {
         RawClient client(port);
         client.send(post + "Content-Length: 1000\r\n\r\n" + std::string(900, 'x'));
         client.reset();
       }},
      {"ends within the body",
       [=](auto port) {
         RawClient client(port);
         client.send(post + "Content-Length: 1000\r\n\r\n{");
         client.half_close();
         client.read_to_end();
       }},
      {"answers that nobody reads",
       [=](auto port) {
         RawClient client(port, 1s);
         client.try_send(repeated(post_request("{}"), 500));
         std::this_thread::sleep_for(20ms);
         client.reset();
       }},
      {"one request hidden in another",
       [=](auto port) {
         RawClient client(port);
         client.send(post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                     post_request("{}"));
         client.read_to_end();
       }},
      {"bytes that are not HTTP",
       [=](auto port) { send_without_end(port, std::string("\x16\x03\x01\0\xff", 5), "\xff\n"); }},
      {"small bodies that unpack to large ones",
       [=](auto port) {
         test::post(port, bomb, {{"Content-Encoding", "gzip"}});
       }},
      {"bodies that nest without end", [=](auto port) { test::post(port, nested); }},
      {"forged signatures",
       [=](auto port) {
         test::post(port, R"({"type":"auth"})",
                    {{"terra-signature", "t=1,v1=" + std::string(64, 'a')}});
       }},
  };
}

/// The time until an honest delivery is answered.
std::chrono::milliseconds honest_delivery(const Listener& listener, const std::string& secret) {
  const std::string body = R"({"type":"sleep"})";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(post(listener.port(), body, {{"terra-signature", signature_header(secret, body)}}).status ==
        200);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

TEST_CASE("under each attack an honest delivery is answered and nothing is left over") {
  const TempDir directory;
  const std::string secret = "a secret of this test";
  Listener listener(directory,
                    {"--max-body", "256KB", "--secret-file",
                     directory.write("secret", secret).string(), "--on-invalid", "accept"});
  const std::size_t at_rest = descriptors_at_rest(listener);
  const std::uint64_t memory = listener.child().peak_resident_bytes();
  for (const Attack& attack : attacks()) {
    CAPTURE(attack.name);
    auto slowest = 0ms;
    {
      Siege siege(attack, listener.port());
      CHECK(siege.is_under_way());
      for (int i = 0; i < k_deliveries; ++i) {
        slowest = std::max(slowest, honest_delivery(listener, secret));
      }
    }
    // A sanitizer's slowness is not the listener's.
    if (!k_is_sanitized) CHECK(slowest < k_in_time);
    CHECK(comes_down_to(at_rest, listener.child()));
    const std::uint64_t peak = listener.child().peak_resident_bytes();
    if (!k_is_sanitized) CHECK(peak < memory + k_most_memory);
    MESSAGE(attack.name, ": slowest ", slowest.count(), " ms, peak ", peak >> 20, " MB");
  }
  CHECK(listener.stop() == 0);
}

}  // namespace
}  // namespace terra_hook::test
