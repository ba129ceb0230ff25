// SPDX-License-Identifier: MIT
// Repeated deliveries, and many at once.
#include <doctest/doctest.h>

#include <mutex>
#include <set>
#include <thread>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

TEST_CASE("a repeated trace id marks a duplicate and another body an alarm") {
  const TempDir directory;
  Listener listener(directory);
  const Fields trace{{"X-Terra-Trace-Id", "trace-1"}, {"terra-reference", "ref-1"}};
  const Fields other{{"X-Terra-Trace-Id", "trace-2"}, {"terra-reference", "ref-1"}};
  struct Row {
    const char* body;
    const Fields& fields;
    Json duplicate_of;
    bool differs;
  };
  const Row rows[] = {
      {"{\"a\":1}", trace, nullptr, false}, {"{\"a\":1}", trace, 1, false},
      {"{\"a\":2}", trace, 1, true},        {"{\"a\":1}", other, nullptr, false},
      {"{\"a\":1}", trace, 1, false},       {"{\"a\":1}", {}, nullptr, false},
  };
  for (const Row& row : rows) {
    CHECK(post(listener.port(), row.body, row.fields).status == 200);
    const Json delivery = listener.next("delivery");
    CHECK(delivery.at("duplicate_of") == row.duplicate_of);
    CHECK(delivery.at("duplicate_differs") == row.differs);
  }
  const std::vector<Json> captures = stored(directory);
  REQUIRE(captures.size() == std::size(rows));
  for (std::size_t i = 0; i < captures.size(); ++i) {
    CHECK(captures[i].at("duplicate_of") == rows[i].duplicate_of);
    CHECK(captures[i].at("duplicate_differs") == rows[i].differs);
  }
}

TEST_CASE("duplicates are recognised by the next listener on the same store") {
  const TempDir directory;
  const Fields trace{{"X-Terra-Trace-Id", "trace-1"}};
  {
    Listener first(directory);
    CHECK(post(first.port(), "{}", trace).status == 200);
    CHECK(first.stop() == 0);
  }
  Listener second(directory);
  CHECK(post(second.port(), "{}", trace).status == 200);
  CHECK(second.next("delivery").at("duplicate_of") == 1);
}

constexpr int k_threads = 8;
constexpr int k_posts = 200;

TEST_CASE("eight senders at once lose nothing and share no number") {
  const TempDir directory;
  Listener listener(directory, {"--body", "none"});
  std::mutex mutex;
  std::map<std::int64_t, std::string> acknowledged;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < k_threads; ++sender) {
    senders.emplace_back([&, sender] {
      RawClient client(listener.port());
      for (int i = 0; i < k_posts; ++i) {
        const std::string trace = std::to_string(sender) + "-" + std::to_string(i);
        client.send(post_request("{\"type\":\"daily\"}", {{"X-Terra-Trace-Id", trace}}));
        const RawResponse response = client.read_response();
        if (response.status != 200) return;  // seen below: not all are acknowledged
        const std::lock_guard lock(mutex);
        acknowledged[capture_number(response.body)] = trace;
      }
    });
  }
  for (int i = 0; i < k_threads * k_posts; ++i) listener.next("delivery");
  for (std::thread& sender : senders) sender.join();

  CHECK(acknowledged.size() == k_threads * k_posts);
  const std::vector<Json> captures = stored(directory);
  CHECK(captures.size() == k_threads * k_posts);
  std::size_t agreeing = 0;
  for (const Json& capture : captures) {
    const auto trace_id = capture.at("trace_id").get<std::string>();
    if (acknowledged[capture.at("number").get<std::int64_t>()] == trace_id) ++agreeing;
  }
  CHECK(agreeing == captures.size());
  CHECK(listener.stop() == 0);
}

TEST_CASE("two listeners share a store") {
  const TempDir directory;
  Listener one(directory);
  Listener two(directory);
  std::set<std::int64_t> numbers;
  for (int i = 0; i < 20; ++i) {
    const RawResponse response = post((i % 2 == 0 ? one : two).port(), "{}");
    REQUIRE(response.status == 200);
    numbers.insert(capture_number(response.body));
  }
  CHECK(numbers.size() == 20);
  CHECK(stored(directory).size() == 20);
}

}  // namespace
}  // namespace terra_hook::test
