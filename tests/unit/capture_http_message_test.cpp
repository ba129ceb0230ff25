// SPDX-License-Identifier: MIT
#include "capture/http_message.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace terra_hook;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

std::string with_fields(int count) {
  std::string text = "POST / HTTP/1.1\r\n";
  for (int i = 0; i < count; ++i) {
    text += "A: 1\r\n";
  }
  return text + "\r\n";
}

}  // namespace

TEST_CASE("an HTTP message survives a round trip byte for byte") {
  const HeaderFields headers = {{"Host", "localhost"}, {"terra-signature", "t=1,v1=ab"},
                                {"X-Twice", "one"},    {"x-twice", "two"},
                                {"Empty", ""},         {"X-Raw", "caf\xe9 \x01 a\rb: c"}};
  const std::string body = "{\"a\":1.0}\r\n\r\nGET / HTTP/1.1\n\0\xff\0"s;
  const std::string head = http_message_head("POST", "/hook?a=%20b#c", headers);
  CHECK(head.starts_with("POST /hook?a=%20b#c HTTP/1.1\r\nHost: localhost\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));

  const auto message = parse_http_message(head + body);
  REQUIRE(message);
  CHECK(*message == HttpMessage{"POST", "/hook?a=%20b#c", headers, body});
}

TEST_CASE("an HTTP message edited by hand is read") {
  struct Case {
    std::string_view text;
    HttpMessage message;
  };
  const Case cases[] = {
      {"POST /h HTTP/1.1\nA: b\n\nbody\n", {"POST", "/h", {{"A", "b"}}, "body\n"}},
      {"POST /h HTTP/1.1\r\nA: b\n\r\nbody", {"POST", "/h", {{"A", "b"}}, "body"}},
      {"POST /h HTTP/1.0\n\n", {"POST", "/h", {}, ""}},
      {"POST /h HTTP/1.1\nA:b\nC: \t d \t\nE:\n\n",
       {"POST", "/h", {{"A", "b"}, {"C", "d"}, {"E", ""}}, ""}},
      {"POST /h HTTP/1.1\nContent-Length: 3\n\nlonger",
       {"POST", "/h", {{"Content-Length", "3"}}, "longer"}},
      {"POST http://h:1/p?q HTTP/1.1\n\n\n\n", {"POST", "http://h:1/p?q", {}, "\n\n"}},
      {"POST /\xc3\xa9 HTTP/1.1\nA: b:c\n\n", {"POST", "/\xc3\xa9", {{"A", "b:c"}}, ""}},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.text);
    const auto message = parse_http_message(expected.text);
    REQUIRE(message);
    CHECK(*message == expected.message);
  }
}

TEST_CASE("what is wrong with an HTTP message is said with its line") {
  struct Case {
    std::string text;
    std::string_view message;
  };
  const Case cases[] = {
      {"", "line 1: the HTTP message ends within its head"},
      {"POST /h HTTP/1.1", "line 1: the HTTP message ends within its head"},
      {"POST /h HTTP/1.1\nA: b\n", "line 3: the HTTP message ends within its head"},
      {"POST /h\nA: b\n\n", "line 1: not an HTTP/1.1 request line"},
      {"POST  /h HTTP/1.1\n\n", "line 1: not an HTTP/1.1 request line"},
      {"POST /h HTTP/2\n\n", "line 1: not an HTTP/1.1 request line"},
      {"PO(ST /h HTTP/1.1\n\n", "line 1: not an HTTP/1.1 request line"},
      {"POST /h\tx HTTP/1.1\n\n", "line 1: not an HTTP/1.1 request line"},
      {"\nPOST /h HTTP/1.1\n\n", "line 1: not an HTTP/1.1 request line"},
      {"POST /h HTTP/1.1\nA: b\n folded\n\n",
       "line 3: a header field can't be continued on a second line"},
      {"POST /h HTTP/1.1\n\tA: b\n\n",
       "line 2: a header field can't be continued on a second line"},
      {"POST /h HTTP/1.1\nA: b\nbare\n\n", "line 3: a header field without a colon"},
      {"POST /h HTTP/1.1\nA : b\n\n", "line 2: not a header field's name before the colon"},
      {"POST /h HTTP/1.1\n: b\n\n", "line 2: not a header field's name before the colon"},
      {with_fields(1001), "line 1002: more than 1000 header fields"},
      {"POST /h HTTP/1.1\nA: " + std::string(1 << 20, 'x') + "\n\n",
       "the HTTP message's head is larger than 1 MiB"},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.text.substr(0, 80));
    const auto message = parse_http_message(expected.text);
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::input);
    CHECK(message.error().message == expected.message);
  }
}

TEST_CASE("an HTTP message may have a thousand fields and a body beyond the head's limit") {
  const std::string body(2 << 20, 'x');
  const auto message = parse_http_message(with_fields(1000) + body);
  REQUIRE(message);
  CHECK(message->headers.size() == 1000);
  CHECK(message->body == body);
}

TEST_CASE("an HTTP message is told from other files by its first line") {
  for (const std::string_view text :
       {"POST / HTTP/1.1\r\n"sv, "POST /a?b HTTP/1.0\n\n"sv, "M-SEARCH * HTTP/1.1\n"sv}) {
    CAPTURE(text);
    CHECK(looks_like_http_message(text));
  }
  for (const std::string_view text :
       {""sv, "POST / HTTP/1.1"sv, " POST / HTTP/1.1\n"sv, "\nPOST / HTTP/1.1\n"sv,
        "POST / HTTP/1.1 \n"sv, "POST / HTTP/1.12\n"sv, "HTTP/1.1 200 OK\r\n"sv,
        "{\"a\": \"b HTTP/1.1\"}\n"sv, "POST HTTP/1.1\n"sv, "{}"sv}) {
    CAPTURE(text);
    CHECK_FALSE(looks_like_http_message(text));
  }
}
