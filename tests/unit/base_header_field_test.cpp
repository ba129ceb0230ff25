// SPDX-License-Identifier: MIT
#include "base/header_field.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;

TEST_CASE("base header field - names match in any case") {
  const HeaderFields fields{{"Accept", "a"}, {"X-ID", "first"}, {"x-id", "second"}, {"X-Id", ""}};
  CHECK(find_field(fields, "x-Id") == "first");
  CHECK(joined_field(fields, "X-iD") == "first, second, ");
  CHECK(joined_field(fields, "accept") == "a");
  CHECK_FALSE(find_field(fields, "X-I").has_value());
  CHECK_FALSE(joined_field(fields, "").has_value());
  CHECK_FALSE(joined_field({}, "Accept").has_value());
}

TEST_CASE("base header field - an empty value is a value") {
  const HeaderFields fields{{"X-Empty", ""}};
  CHECK(find_field(fields, "x-empty") == "");
  CHECK(joined_field(fields, "x-empty") == "");
}

TEST_CASE("base header field - a section keeps order spelling and repetition") {
  const HeaderFields fields{{"Host", "a:80"},    {"x-A", "1"}, {"X-a", "2"},         {"Empty", ""},
                            {"Colon", "a: b:c"}, {"x-A", "1"}, {"Raw", "\xff\x01 x"}};
  const std::string section = to_header_section(fields);
  CHECK(section ==
        "Host: a:80\r\nx-A: 1\r\nX-a: 2\r\nEmpty: \r\nColon: a: b:c\r\nx-A: 1\r\nRaw: \xff\x01 "
        "x\r\n");
  CHECK(parse_header_section(section) == fields);
}

TEST_CASE("base header field - a section that another hand wrote") {
  const HeaderFields expected{{"A", "1"}, {"B", "2"}};
  CHECK(parse_header_section("A:1\r\nno colon here\r\n\r\nB: \t 2 \t") == expected);
  CHECK(parse_header_section("").empty());
  CHECK(parse_header_section("\r\n").empty());
}
