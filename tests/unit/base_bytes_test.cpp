// SPDX-License-Identifier: MIT
#include "base/bytes.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace terra_hook;

namespace {

std::string all_byte_values() {
  std::string bytes;
  for (int value = 0; value < 256; ++value) {
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace

TEST_CASE("base bytes - hex") {
  CHECK(to_hex(std::string_view("")) == "");
  CHECK(to_hex(std::string_view("\x00\x7f\x80\xff", 4)) == "007f80ff");
  CHECK(from_hex("") == std::string());
  CHECK(from_hex("007F80fF") == std::string("\x00\x7f\x80\xff", 4));
  CHECK(from_hex(to_hex(all_byte_values())) == all_byte_values());
  for (const char* bad : {"0", "abc", "0g", "g0", "0x10", " 00", "00 ", "0:", "@0", "`0"}) {
    CAPTURE(bad);
    CHECK_FALSE(from_hex(bad).has_value());
  }
}

TEST_CASE("base bytes - base64 of RFC 4648") {
  const struct {
    std::string bytes;
    std::string text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"},
               {std::string("\x00", 1), "AA=="},
               {"\xff\xef\xbe", "/+++"}};
  for (const auto& entry : cases) {
    CAPTURE(entry.text);
    CHECK(to_base64(entry.bytes) == entry.text);
    CHECK(from_base64(entry.text) == entry.bytes);
  }
  CHECK(from_base64(to_base64(all_byte_values())) == all_byte_values());
}

TEST_CASE("base bytes - what is not padded base64 is refused") {
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zm9v\n", "Zm 9", "Zm9-",
                          "Zm9_", "Zg==Zg==", "Z=g=", "Zh==", "Zm9="}) {
    CAPTURE(bad);
    CHECK_FALSE(from_base64(bad).has_value());
  }
}

TEST_CASE("base bytes - well-formed UTF-8") {
  for (const char* good : {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80",
                           "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
                           "\xf4\x8f\xbf\xbf", "12345678\xc3\xa9", "1234567\xc3\xa9 tail"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  CHECK(is_utf8(std::string_view("a\0b", 3)));
}

TEST_CASE("base bytes - malformed UTF-8") {
  for (const char* bad : {"\x80",
                          "\xbf",
                          "\xc0\x80",
                          "\xc1\xbf",
                          "\xc2",
                          "\xc2 ",
                          "\xe0\x9f\xbf",
                          "\xe0\xa0",
                          "\xed\xa0\x80",
                          "\xed\xbf\xbf",
                          "\xf0\x8f\xbf\xbf",
                          "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80",
                          "\xf0\x90\x80",
                          "\xff",
                          "\xe2\x82\xc3",
                          "\xf0\x90\x80\xc0",
                          "12345678\xff",
                          "1234567\xff",
                          "12345678901234\xc3"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("base bytes - case is folded for ASCII only") {
  CHECK(equals_ignoring_case("X-Terra-Signature", "x-tERRA-signature"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK_FALSE(equals_ignoring_case("[", "{"));
  CHECK_FALSE(equals_ignoring_case("\xc3\x84", "\xc3\xa4"));
  CHECK(to_lower("AZaz09-\xc3\x84[") == "azaz09-\xc3\x84[");
}

TEST_CASE("base bytes - trim") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("\n a \n", " ") == "\n a \n");
}

TEST_CASE("base bytes - SHA-256 of FIPS 180") {
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string million(1'000'000, 'a');
  Sha256 hash;
  for (std::size_t i = 0; i < million.size(); i += 997) {
    hash.update(std::string_view(million).substr(i, 997));
  }
  Sha256 moved = std::move(hash);
  CHECK(to_hex(moved.finish()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // It begins anew.
  moved.update("abc");
  CHECK(to_hex(moved.finish()) == to_hex(sha256("abc")));
}
