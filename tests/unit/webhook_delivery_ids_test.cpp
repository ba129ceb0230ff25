// SPDX-License-Identifier: MIT
#include "webhook/delivery_ids.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;

TEST_CASE("webhook delivery ids - headers in any case") {
  const DeliveryIds ids = read_delivery_ids({{"x-terra-trace-id", "trace"},
                                             {"Terra-Reference", "reference"},
                                             {"X-TERRA-ORDERING-TIMESTAMP", "1782889451123"}});
  CHECK(ids.trace_id == "trace");
  CHECK(ids.terra_reference == "reference");
  CHECK_FALSE(ids.chunk.has_value());
  CHECK(ids.ordering_timestamp == 1782889451123);
  CHECK(read_delivery_ids({}) == DeliveryIds{});
}

TEST_CASE("webhook delivery ids - the prefixed reference is tolerated") {
  CHECK(read_delivery_ids({{"X-Terra-Reference", "b"}}).terra_reference == "b");
  CHECK(read_delivery_ids({{"X-Terra-Reference", "b"}, {"terra-reference", "a"}}).terra_reference ==
        "a");
}

TEST_CASE("webhook delivery ids - chunk suffixes") {
  const struct {
    std::string trace_id;
    std::string reference;
    std::string expected_reference;
    std::optional<std::int64_t> chunk;
  } cases[] = {
      {"t:chunk:3", "r", "r", 3},
      {"t", "r:chunk:7", "r", 7},
      {"t:chunk:3", "r:chunk:7", "r", 3},
      {"t:chunk:0", "r", "r", 0},
      {"t:chunk:", "r:chunk:x", "r:chunk:x", std::nullopt},
      {"t:chunk:-1", "r:chunk:+1", "r:chunk:+1", std::nullopt},
      {"t:chunk: 1", "r:chunk:1 ", "r:chunk:1 ", std::nullopt},
      {"t:chunk:99999999999999999999", "r:Chunk:1", "r:Chunk:1", std::nullopt},
      {"t:chunk:1:chunk:2", "r:chunk:1:chunk:2", "r:chunk:1", 2},
  };
  for (const auto& entry : cases) {
    CAPTURE(entry.trace_id);
    const DeliveryIds ids = read_delivery_ids(
        {{"X-Terra-Trace-Id", entry.trace_id}, {"terra-reference", entry.reference}});
    CHECK(ids.trace_id == entry.trace_id);
    CHECK(ids.terra_reference == entry.expected_reference);
    CHECK(ids.chunk == entry.chunk);
  }
  const DeliveryIds bare = read_delivery_ids({{"terra-reference", ":chunk:4"}});
  CHECK_FALSE(bare.terra_reference.has_value());
  CHECK(bare.chunk == 4);
}

TEST_CASE("webhook delivery ids - what does not parse is left out") {
  for (const char* bad :
       {"", " ", "abc", "-1", "1.5", "1782889451123 ", "0x10", "9223372036854775808"}) {
    CAPTURE(bad);
    CHECK_FALSE(
        read_delivery_ids({{"X-Terra-Ordering-Timestamp", bad}}).ordering_timestamp.has_value());
  }
  const DeliveryIds empty = read_delivery_ids({{"X-Terra-Trace-Id", ""}, {"terra-reference", ""}});
  CHECK(empty == DeliveryIds{});
}

TEST_CASE("webhook delivery ids - long values are ignored") {
  const std::string longest(512, 'x');
  const DeliveryIds kept =
      read_delivery_ids({{"X-Terra-Trace-Id", longest}, {"terra-reference", longest}});
  CHECK(kept.trace_id == longest);
  CHECK(kept.terra_reference == longest);
  const DeliveryIds ignored = read_delivery_ids(
      {{"X-Terra-Trace-Id", longest + ":chunk:1"}, {"terra-reference", longest + "x"}});
  CHECK(ignored == DeliveryIds{});
}
