// SPDX-License-Identifier: MIT
#include "webhook/ping.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

TEST_CASE("a ping is an s3_payload event by either name") {
  CHECK(is_ping("s3_payload"));
  CHECK(is_ping("s3_upload"));
  CHECK_FALSE(is_ping("sleep"));
  CHECK_FALSE(is_ping(std::nullopt));
}

TEST_CASE("the link of a ping and its lifetime are read as they are spelled") {
  const auto ping = read_ping(R"({"url":"https:\/\/h\u002f?X-Amz=\"1","expires_in":300})");
  REQUIRE(ping);
  CHECK(ping->url == "https://h/?X-Amz=\"1");
  CHECK(ping->expires_in == 300s);
  CHECK(read_ping(R"({"url":"a","url":"b"})")->url == "b");
  CHECK(read_ping(R"({"deep":{"url":"no"},"list":["url"],"url":"yes"})")->url == "yes");
}

TEST_CASE("a lifetime that makes no sense is unknown") {
  for (const char* value : {"null", "\"300\"", "-1", "1.5", "1e3", "99999999999999999999",
                            "400000000", "[300]", "{}"}) {
    CAPTURE(value);
    const auto ping = read_ping(std::string(R"({"expires_in":)") + value + R"(,"url":"u"})");
    REQUIRE(ping);
    CHECK(ping->expires_in == std::nullopt);
  }
  CHECK(read_ping(R"({"url":"u","expires_in":0})")->expires_in == 0s);
}

TEST_CASE("without a link there is no ping") {
  for (const char* body : {"", "[]", "null", "{}", R"({"url":null})", R"({"url":""})",
                           R"({"url":1})", R"({"url":["a"]})", R"({"data":{"url":"u"}})"}) {
    CAPTURE(body);
    CHECK_FALSE(read_ping(body));
  }
  CHECK_FALSE(read_ping(R"({"url":")" + std::string(9000, 'a') + R"("})"));
  CHECK_FALSE(read_ping(R"({"url":")" + std::string(90000, 'a') + R"("})"));
  CHECK(read_ping(R"({"url":")" + std::string(8000, 'a') + R"("})"));
}

TEST_CASE("a link lives from when it was emitted") {
  const UtcTime received{1'782'900'000s};
  Ping ping{"u", 300s};
  DeliveryIds ids;
  CHECK(expiry_of(ping, received, ids) == received + 300s);
  ids.ordering_timestamp = 1'782'899'900'000;  // 100 s before
  CHECK(expiry_of(ping, received, ids) == received + 200s);
  for (const std::int64_t later :
       {std::int64_t{1'782'900'000'001}, std::numeric_limits<std::int64_t>::max()}) {
    ids.ordering_timestamp = later;
    CHECK(expiry_of(ping, received, ids) == received + 300s);
  }
  ping.expires_in = std::nullopt;
  CHECK(expiry_of(ping, received, ids) == std::nullopt);
}

}  // namespace
