// SPDX-License-Identifier: MIT
#include "commands/replay_request.hpp"

#include <doctest/doctest.h>

#include <string>

#include "webhook/signature.hpp"

using namespace terra_hook;

namespace {

const UtcTime k_now = UtcTime(std::chrono::seconds(1'782'900'000));

ReplayMessage message_of(HeaderFields headers, std::string body = R"({"type":"sleep"})") {
  ReplayMessage message;
  message.name = "#12";
  message.headers = std::move(headers);
  message.body = std::move(body);
  return message;
}

std::vector<NamedSecret> secrets() {
  return {{"first", Secret("one")}, {"second", Secret("two")}};
}

/// The header section, or `!` and the error.
std::string headers_of(const RequestOptions& options, ReplayMessage message,
                       std::vector<NamedSecret> with = secrets()) {
  const auto maker = RequestMaker::create(options, std::move(with));
  if (!maker) return "!" + maker.error().message;
  const auto request = maker->make(std::move(message), k_now);
  return request ? to_header_section(request->headers) : "!" + request.error().message;
}

std::string line(std::string_view name, std::string_view secret, std::string_view time,
                 std::string_view body = R"({"type":"sleep"})") {
  return std::string(name) + ": " + sign(Secret(std::string(secret)), time, body) + "\r\n";
}

}  // namespace

TEST_CASE("replay_request/signs afresh under the names received") {
  const std::string now = "1782900000";
  CHECK(headers_of({}, message_of({})) == line("X-Terra-Signature", "one", now));
  CHECK(headers_of({}, message_of({{"A", "1"}, {"terra-signature", "t=1,v1=00"}, {"B", "2"}})) ==
        "A: 1\r\n" + line("terra-signature", "one", now) + "B: 2\r\n");
  CHECK(headers_of({}, message_of({{"X-TERRA-Signature", "x"},
                                   {"Terra-Signature", "y"},
                                   {"x-terra-signature", "z"}})) ==
        line("X-TERRA-Signature", "one", now) + line("Terra-Signature", "one", now));

  ReplayMessage matched = message_of({});
  matched.secret_name = "second";
  CHECK(headers_of({}, matched) == line("X-Terra-Signature", "two", now));
  matched.secret_name = "gone";
  CHECK(headers_of({}, matched) == line("X-Terra-Signature", "one", now));
  RequestOptions named;
  named.sign_with = "second";
  CHECK(headers_of(named, message_of({})) == line("X-Terra-Signature", "two", now));
  named.sign_with = "third";
  CHECK(headers_of(named, message_of({})) == "!no secret is called 'third'");
  CHECK(headers_of(named, message_of({}), {}) == "!no signing secret to sign with");
}

TEST_CASE("replay_request/keeps what it is told to keep") {
  const HeaderFields stored = {{"Terra-Signature", "t=1700000000123,v1=00"}, {"A", "1"}};
  RequestOptions options;
  options.keeps_time = true;
  CHECK(headers_of(options, message_of(stored)) ==
        line("Terra-Signature", "one", "1700000000123") + "A: 1\r\n");
  CHECK(headers_of(options, message_of({})) ==
        "!#12: there is no signature whose time could be kept");
  options = {};
  options.signing = Signing::as_received;
  CHECK(headers_of(options, message_of(stored)) == to_header_section(stored));
  CHECK(headers_of({}, message_of(stored), {}) == to_header_section(stored));
  options.signing = Signing::none;
  CHECK(headers_of(options, message_of(stored)) == "A: 1\r\n");
}

TEST_CASE("replay_request/edits come before the signature and undo a content coding") {
  RequestOptions options;
  options.edits = {*json::parse_set("/type=daily"), *json::parse_unset("/x")};
  const auto maker = RequestMaker::create(options, secrets());
  REQUIRE(maker);
  const auto request = maker->make(message_of({}, R"({"type": "sleep", "x":1.0})"), k_now);
  REQUIRE(request);
  CHECK(request->body == R"({"type": "daily"})");
  CHECK(request->signed_with == "first");
  CHECK(to_header_section(request->headers) ==
        line("X-Terra-Signature", "one", "1782900000", R"({"type": "daily"})"));
  const auto refused = maker->make(message_of({}, "[]"), k_now);
  CHECK(refused.error().message ==
        "#12: '/type' names nothing: the whole body is an array and 'type' is not an index");
  CHECK(refused.error().kind == ErrorKind::input);

  // deflate of {"type":"a"} as one stored block
  const std::string body = R"({"type":"a","x":1})";
  std::string zlib = "\x78\x01\x01";
  zlib += static_cast<char>(body.size());
  zlib += '\0';
  zlib += static_cast<char>(~body.size());
  zlib += '\xff';
  zlib += body;
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : body) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  for (const std::uint32_t part : {b >> 8, b, a >> 8, a}) zlib += static_cast<char>(part & 0xff);
  const auto decoded =
      maker->make(message_of({{"Content-Encoding", "deflate"}, {"A", "1"}}, zlib), k_now);
  REQUIRE(decoded);
  CHECK(decoded->body == R"({"type":"daily"})");
  CHECK(decoded->headers.front() == HeaderField{"A", "1"});
}

TEST_CASE("replay_request/header changes replace and add and leave out") {
  RequestOptions options;
  options.signing = Signing::as_received;
  for (const char* text : {"a: 2", "A: 3", "B:", "C;", "X-Terra-Signature: mine"}) {
    const auto change = parse_header_change(text);
    REQUIRE(change);
    options.headers.push_back(*change);
  }
  CHECK(headers_of(options, message_of({{"A", "1"}, {"B", "1"}, {"D", "1"}, {"c", "1"}})) ==
        "D: 1\r\na: 2\r\nA: 3\r\nC: \r\nX-Terra-Signature: mine\r\n");
  for (const char* text : {"", ":", "A", "A b: 1", "A: x\r\nB: y", "A; b", "Host: x",
                           "host:", "Content-Length: 3", "Transfer-Encoding: chunked", ": x"}) {
    CAPTURE(text);
    const auto change = parse_header_change(text);
    REQUIRE(!change);
    CHECK(change.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("replay_request/another body goes out signed and without a content coding") {
  RequestOptions options;
  options.body = R"({"type":"daily"})";
  const auto maker = RequestMaker::create(options, secrets());
  REQUIRE(maker);
  CHECK(maker->has_edits());
  const auto request =
      maker->make(message_of({{"Content-Encoding", "gzip"}, {"A", "1"}}, "not gzip at all"), k_now);
  REQUIRE(request);
  CHECK(request->body == R"({"type":"daily"})");
  CHECK(request->changes == "body edited");
  CHECK(to_header_section(request->headers) ==
        "A: 1\r\n" + line("X-Terra-Signature", "one", "1782900000", request->body));
}
