// SPDX-License-Identifier: MIT
#include "base/size.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace terra_hook;

TEST_CASE("base size - sizes as people write them") {
  const struct {
    const char* text;
    std::uint64_t bytes;
  } cases[] = {{"0", 0},
               {"1048576", 1048576},
               {"100B", 100},
               {"2k", 2048},
               {"3M", 3145728},
               {"1G", 1073741824},
               {"512KiB", 524288},
               {"64MiB", 67108864},
               {"2GiB", 2147483648},
               {"10KB", 10000},
               {"10MB", 10000000},
               {"10 MB", 10000000},
               {"10mb", 10000000},
               {"1GB", 1000000000},
               {"18446744073709551615", UINT64_MAX},
               {"17179869183G", 17179869183ULL << 30}};
  for (const auto& entry : cases) {
    CAPTURE(entry.text);
    const auto size = parse_size(entry.text);
    REQUIRE(size);
    CHECK(*size == entry.bytes);
  }
}

TEST_CASE("base size - what is no size is a usage error that names it") {
  for (const char* bad :
       {"", " ", "MB", "-1", "+1", "1.5MB", "1x", "1MBs", "1 M B", " 1", "0x10", "1e3", "1\tMB"}) {
    CAPTURE(bad);
    const auto size = parse_size(bad);
    REQUIRE_FALSE(size);
    CHECK(size.error().kind == ErrorKind::usage);
    CHECK(size.error().message == "'" + std::string(bad) + "' is not a size");
    CHECK_FALSE(size.error().hint.empty());
  }
}

TEST_CASE("base size - overflow is refused") {
  for (const char* bad : {"18446744073709551616", "17179869184G", "18446744073710MB",
                          "99999999999999999999999999k"}) {
    CAPTURE(bad);
    const auto size = parse_size(bad);
    REQUIRE_FALSE(size);
    CHECK(size.error().kind == ErrorKind::usage);
    CHECK(size.error().message == "size '" + std::string(bad) + "' is too large");
  }
}

TEST_CASE("base size - sizes for people") {
  const struct {
    std::uint64_t bytes;
    const char* text;
  } cases[] = {{0, "0 B"},
               {999, "999 B"},
               {1000, "1 KB"},
               {1049, "1 KB"},
               {1050, "1.1 KB"},
               {41234, "41.2 KB"},
               {99949, "99.9 KB"},
               {99950, "100 KB"},
               {412345, "412 KB"},
               {999499, "999 KB"},
               {999500, "1 MB"},
               {1300000, "1.3 MB"},
               {12000000000, "12 GB"},
               {5000000000000, "5 TB"},
               {UINT64_MAX, "18.4 EB"}};
  for (const auto& entry : cases) {
    CHECK(to_human_size(entry.bytes) == entry.text);
  }
}
