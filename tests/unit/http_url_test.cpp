// SPDX-License-Identifier: MIT
#include "http/url.hpp"

#include <doctest/doctest.h>

using terra_hook::ErrorKind;
using terra_hook::parse_target;
using terra_hook::parse_url;
using terra_hook::target_at;
using terra_hook::Url;

namespace {

std::string problem(std::string_view text) {
  const auto url = parse_url(text);
  REQUIRE_MESSAGE(!url.has_value(), text);
  CHECK(url.error().kind == ErrorKind::usage);
  return url.error().message;
}

}  // namespace

TEST_CASE("url / a URL is taken apart and put together") {
  const Url url = *parse_url("HTTP://LocalHost:3000/a%2Fb/c+d?x=1&y=%0d");
  CHECK(url.scheme == "http");
  CHECK(url.host == "localhost");
  CHECK(url.port == 3000);
  CHECK(url.target == "/a%2Fb/c+d?x=1&y=%0d");
  CHECK(url.names_target);
  CHECK(url.authority() == "localhost:3000");
  CHECK(url.origin() == "http://localhost:3000");
  CHECK(url.to_string() == "http://localhost:3000/a%2Fb/c+d?x=1&y=%0d");
}

TEST_CASE("url / default ports are known and not spelled") {
  CHECK(parse_url("http://example.com")->port == 80);
  CHECK(parse_url("https://example.com")->port == 443);
  CHECK(parse_url("https://example.com:443/x")->to_string() == "https://example.com/x");
  CHECK(parse_url("https://example.com:80")->authority() == "example.com:80");
  CHECK(parse_url("http://example.com:/x")->port == 80);
  CHECK_FALSE(parse_url("https://example.com")->names_target);
  CHECK(parse_url("https://example.com/")->names_target);
  CHECK(parse_url("http://example.com?x=1")->target == "/?x=1");
  CHECK(parse_url("http://example.com/a#part")->target == "/a");
  CHECK(parse_url("http://example.com#part")->target == "/");
}

TEST_CASE("url / an IPv6 address stands in brackets") {
  const Url url = *parse_url("http://[::1]:8080/x");
  CHECK(url.host == "::1");
  CHECK(url.port == 8080);
  CHECK(url.origin() == "http://[::1]:8080");
  CHECK(parse_url("https://[2001:DB8::1]")->authority() == "[2001:db8::1]");
  CHECK(problem("http://[::1/x").find("']' is missing") != std::string::npos);
  CHECK(problem("http://[::zz]/").find("not an IPv6 address") != std::string::npos);
  CHECK(problem("http://[]/").find("not an IPv6 address") != std::string::npos);
  CHECK(problem("http://[::1]x/").find("port") != std::string::npos);
  CHECK(problem(std::string_view("http://[::1\0\r\n]/", 15)).find("not an IPv6 address") !=
        std::string::npos);
}

TEST_CASE("url / what is no URL is refused with the reason") {
  const struct {
    const char* text;
    const char* reason;
  } cases[] = {
      {"ftp://example.com/", "only http"},
      {"://x", "only http"},
      {"example.com", "not a URL"},
      {"http://", "no host"},
      {"http:///x", "no host"},
      {"http://:80/", "no host"},
      {"http://a b/", "host name has a character"},
      {"http://b\xc3\xbc"
       "cher.de/",
       "host name has a character"},
      {"http://host:0/", "port"},
      {"http://host:65536/", "port"},
      {"http://host:99999999999999999999/", "port"},
      {"http://host:-1/", "port"},
      {"http://host:80x/", "port"},
      {"http://::1/", "host"},
      {"http://host/a b", "space"},
      {"http://host/\r\nX: 1", "space"},
      {"http://host/\x01", "space"},
      {"http://host/\xc3\xbc", "ASCII"},
  };
  for (const auto& sample : cases) {
    const std::string message = problem(sample.text);
    CHECK_MESSAGE(message.find(sample.reason) != std::string::npos, message);
  }
  CHECK(problem("http://" + std::string(300, 'a')).find("too long") != std::string::npos);
  CHECK(problem("http://a/" + std::string(9000, 'a')).find("longer than") != std::string::npos);
}

TEST_CASE("url / a refusal shows neither a password nor a query") {
  const std::string credentials = problem("http://mara:hunter2@host/");
  CHECK(credentials.find("hunter2") == std::string::npos);
  CHECK(credentials.find("user name or password") != std::string::npos);
  CHECK(problem("http://a:hunter2@b:c@host/").find("hunter2") == std::string::npos);
  CHECK(problem("ftp://host/x?X-Amz-Signature=abc").find("abc") == std::string::npos);
  CHECK(problem("http://host/\x1b[31m").find('\x1b') == std::string::npos);
}

TEST_CASE("url / a target may leave out what is usual") {
  const struct {
    const char* text;
    const char* url;
    bool names_target;
  } cases[] = {
      {"3000", "http://localhost:3000/", false},
      {"3000/hook", "http://localhost:3000/hook", true},
      {"localhost:3000", "http://localhost:3000/", false},
      {"192.168.0.7:80/x?y=1", "http://192.168.0.7/x?y=1", true},
      {"[::1]:3000/hook", "http://[::1]:3000/hook", true},
      {"example.com/hook", "http://example.com/hook", true},
      {"/hook", "http://localhost/hook", true},
      {"https://example.com/hook", "https://example.com/hook", true},
      {"3000/to?url=http://x", "http://localhost:3000/to?url=http://x", true},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.text);
    const auto url = parse_target(sample.text);
    REQUIRE(url.has_value());
    CHECK(url->to_string() == sample.url);
    CHECK(url->names_target == sample.names_target);
  }
  for (const char* bad : {"", "0", "70000", "?x", "#x", "ftp://x", "a:b@c", ":3000", "http:/x",
                          "HTTPS:x/y", "http:/localhost:3000/hook"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_target(bad).has_value());
  }
}

TEST_CASE("url / a delivery keeps its path where the target names none") {
  CHECK(target_at(*parse_target("3000"), "/hook?a=1") == "/hook?a=1");
  CHECK(target_at(*parse_target("3000/"), "/hook?a=1") == "/?a=1");
  CHECK(target_at(*parse_target("3000/x"), "/hook") == "/x");
  CHECK(target_at(*parse_target("3000/x"), "/hook?a=1") == "/x?a=1");
  CHECK(target_at(*parse_target("3000/x?b=2"), "/hook?a=1") == "/x?b=2");
  CHECK(target_at(*parse_target("3000"), "*") == "/");
}
