// SPDX-License-Identifier: MIT
// Clients that break the rules, get lost or take what they can. Whatever they do, the next honest
// delivery is answered and no descriptor stays behind.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/descriptors.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_post = "POST / HTTP/1.1\r\nHost: a\r\n";

bool answers(const Listener& listener) {
  return post(listener.port(), "{}").status == 200;
}

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": v\r\n";
  return fields;
}

struct BadRequest {
  std::string name;
  std::string bytes;
  int status;  ///< 0: closed without an answer
};

std::vector<BadRequest> bad_requests() {
  const std::string head(k_post);
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  return {
      {"field too large", head + "X: " + std::string(40'000, 'x') + "\r\n\r\n", 431},
      {"endless field", head + "X: " + std::string(100'000, 'x'), 431},
      {"many small fields", head + many_fields(201) + "\r\n", 431},
      {"target too long", "POST /" + std::string(40'000, 'x') + " HTTP/1.1\r\n\r\n", 431},
      {"two lengths that differ", head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400},
      {"two lengths that agree", head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
      {"no Host", "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400},
      {"two Hosts", head + "Host: b\r\nContent-Length: 2\r\n\r\n{}", 400},
      {"a list of lengths", head + "Content-Length: 2, 2\r\n\r\n{}", 400},
      {"a negative length", head + "Content-Length: -1\r\n\r\n", 400},
      {"a signed length", head + "Content-Length: +2\r\n\r\n{}", 400},
      {"a length that overflows", head + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"length and chunked",
       head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunked and length",
       head + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400},
      {"chunked twice",
       head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"transfer coding gzip", head + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"transfer codings gzip and chunked", head + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"chunked with HTTP 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"transfer coding xchunked", head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"chunked and then identity", head + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
      {"chunked twice in one field", head + "Transfer-Encoding: chunked, chunked\r\n\r\n", 501},
      {"chunked with a parameter", head + "Transfer-Encoding: chunked;q=1\r\n\r\n", 501},
      {"chunked in quotes", head + "Transfer-Encoding: \"chunked\"\r\n\r\n", 501},
      {"identity and length", head + "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
       501},
      {"space before the colon of chunked", head + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {"vertical tab before chunked", head + "Transfer-Encoding: \vchunked\r\n\r\n", 400},
      {"chunked on a line of its own and length",
       head + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 2\r\n\r\n{}", 400},
      {"an empty length", head + "Content-Length:\r\n\r\n{}", 400},
      {"a length in hexadecimal", head + "Content-Length: 0x2\r\n\r\n{}", 400},
      {"a length with a fraction", head + "Content-Length: 2.0\r\n\r\n{}", 400},
      {"a length in two words", head + "Content-Length: 2 2\r\n\r\n{}", 400},
      {"a length over two lines", head + "Content-Length: 1\r\n 2\r\n\r\n{}", 400},
      {"a negative chunk size", chunked + "-1\r\n", 400},
      {"a chunk size with 0x", chunked + "0x1\r\n{\r\n0\r\n\r\n", 400},
      {"an empty chunk size", chunked + "\r\n{}\r\n0\r\n\r\n", 400},
      {"a chunk size that ends in LF", chunked + "2\n{}\r\n0\r\n\r\n", 400},
      {"a chunk that ends in LF", chunked + "2\r\n{}\n0\r\n\r\n", 400},
      {"a chunk without an end", chunked + "2\r\n{}0\r\n\r\n", 400},
      {"chunk size not a number", chunked + "zz\r\n", 400},
      {"chunk size overflows", chunked + "FFFFFFFFFFFFFFFFF\r\n", 400},
      {"chunk longer than its size", chunked + "1\r\n{}\r\n0\r\n\r\n", 400},
      {"endless chunk extension", chunked + "1;" + std::string(100'000, 'x'), 400},
      {"endless trailer", chunked + "0\r\nX: " + std::string(100'000, 'x'), 400},
      {"HTTP 0.9", "GET /\r\n", 400},
      {"HTTP 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"TLS on the plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 0},
      {"lines that end in LF only", "POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}", 505},
      {"a field that ends in LF", "POST / HTTP/1.1\r\nHost: a\nContent-Length: 2\r\n\r\n{}", 400},
      {"NUL in a field's name", head + std::string("X\0Y: 1\r\n\r\n", 10), 400},
      {"NUL in a field's value", head + std::string("X: a\0b\r\n\r\n", 10), 400},
      {"NUL in the target", std::string("POST /\0 HTTP/1.1\r\n\r\n", 21), 400},
      {"CR in the target", "POST /\r HTTP/1.1\r\n\r\n", 400},
      {"CR in a field's value", head + "X: a\rb\r\n\r\n", 400},
      {"CR in a field's name", head + "X\rY: a\r\n\r\n", 400},
      {"space before the first field", "POST / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", 400},
      {"field without a name", head + ": a\r\n\r\n", 400},
      {"space before the colon", head + "Content-Length : 2\r\n\r\n{}", 400},
      {"field without a colon", head + "nothing\r\n\r\n", 400},
      {"space in the target", "POST /a b HTTP/1.1\r\n\r\n", 505},
      {"no target", "POST HTTP/1.1\r\n\r\n", 400},
      {"not HTTP", "\x01\x02\x03\x04 hello\r\n\r\n", 400},
      {"only line ends", "\r\n\r\n\r\n\r\n", 400},
  };
}

TEST_CASE("what is not sound HTTP is refused and harms nobody") {
  const TempDir directory;
  Listener listener(directory, {"--body", "none"});
  const std::size_t at_rest = descriptors_at_rest(listener);
  std::size_t honest = stored(directory).size();
  for (const BadRequest& request : bad_requests()) {
    CAPTURE(request.name);
    {
      RawClient client(listener.port());
      client.try_send(request.bytes);
      if (request.status == 0) {
        CHECK(client.read_to_end().empty());
      } else {
        const RawResponse response = client.read_response();
        CHECK(response.status == request.status);
        CHECK(response.field("Connection") == "close");
        CHECK(Json::parse(response.body).contains("error"));
      }
    }
    const Json refused = listener.next("refused");
    CHECK(refused.at("status") == (request.status == 0 ? Json() : Json(request.status)));
    CHECK_FALSE(refused.at("reason").get<std::string>().empty());
    CHECK(answers(listener));
    ++honest;
    CHECK(comes_down_to(at_rest, listener.child()));
  }
  CHECK(stored(directory).size() == honest);
}

TEST_CASE("bytes after a refused request are not taken for another") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.try_send(std::string(k_post) +
                  "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
                  post_request("{}"));
  CHECK(client.read_response().status == 400);
  CHECK(client.read_to_end().empty());
  CHECK(stored(directory).empty());
}

TEST_CASE("a sender that vanishes leaves nothing behind") {
  const TempDir directory;
  Listener listener(directory);
  const std::size_t at_rest = descriptors_at_rest(listener);
  const std::uint64_t memory = listener.child().resident_bytes();
  const std::string head(k_post);
  struct Row {
    std::string name;
    std::string bytes;
    bool with_reset;
  };
  const Row rows[] = {
      {"closed within the body", head + "Content-Length: 10\r\n\r\n{", false},
      {"reset within the body", head + "Content-Length: 10\r\n\r\n{", true},
      {"reset within a chunk", head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{", true},
      {"60 MB declared and one byte sent", head + "Content-Length: 60000000\r\n\r\n{", false},
      {"closed within the head", "POST / HT", false},
      {"reset within the head", "POST / HT", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    {
      RawClient client(listener.port());
      client.send(row.bytes);
      if (row.with_reset) client.reset();
    }
    CHECK(listener.next("refused").at("status").is_null());
    CHECK(answers(listener));
    CHECK(comes_down_to(at_rest, listener.child()));
  }
  CHECK(listener.child().resident_bytes() < memory + (16U << 20));
}

TEST_CASE("100 MB declared is refused before it is sent") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send(std::string(k_post) + "Content-Length: 100000000\r\n\r\n{");
  CHECK(client.read_response().status == 413);
}

TEST_CASE("slow senders hold nobody up") {
  const TempDir directory;
  Listener listener(directory, {"--threads", "1"});
  RawClient slow_head(listener.port());
  slow_head.send("POST / HTTP/1.1\r\nHo");
  RawClient slow_body(listener.port());
  slow_body.send(std::string(k_post) + "Content-Length: 2\r\n\r\n{");
  for (int i = 0; i < 10; ++i) CHECK(answers(listener));
  slow_head.send("st: a\r\nContent-Length: 0\r\n\r\n");
  CHECK(slow_head.read_response().status == 200);
  slow_body.send("}");
  CHECK(slow_body.read_response().status == 200);
}

TEST_CASE("a delivery is answered beside 2000 idle connections") {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  const TempDir directory;
  Listener listener(directory);
  const std::size_t at_rest = descriptors_at_rest(listener);
  {
    std::vector<RawClient> idle;
    for (int i = 0; i < 2000; ++i) idle.emplace_back(listener.port());
    for (int i = 0; i < 20; ++i) CHECK(answers(listener));
    idle.front().send(post_request("{}"));
    CHECK(idle.front().read_response().status == 200);
    CHECK(listener.child().open_descriptors() > 2000);
  }
  CHECK(comes_down_to(at_rest, listener.child()));
}

TEST_CASE("a listener out of descriptors makes room") {
  const TempDir directory;
  Listener listener(directory);
  const std::size_t at_rest = descriptors_at_rest(listener);
  listener.child().limit(RLIMIT_NOFILE, at_rest + 10);
  {
    std::vector<RawClient> idle;
    for (int i = 0; i < 40; ++i) idle.emplace_back(listener.port());
    CHECK(answers(listener));
  }
  // Said once, however often it happens.
  const Json refused = listener.next("refused");
  CHECK(refused.at("status").is_null());
  CHECK(refused.at("reason").get<std::string>().find("too many open files") != std::string::npos);
  CHECK(answers(listener));
  CHECK(comes_down_to(at_rest, listener.child()));
  listener.child().signal(SIGINT);
  CHECK(listener.next("summary").at("refused") == 1);
}

TEST_CASE("past the bound on bodies in flight a sender is told to come again") {
  const TempDir directory;
  Listener listener(directory);
  const std::string most(std::size_t{60} << 20, 'x');
  const std::string head =
      std::string(k_post) + "Content-Length: " + std::to_string(most.size() + 1) + "\r\n\r\n";
  std::vector<RawClient> holders;
  for (int i = 0; i < 4; ++i) {
    holders.emplace_back(listener.port());
    holders.back().send(head + most);
  }
  RawClient late(listener.port());
  late.try_send(head + most);
  const RawResponse response = late.read_response();
  CHECK(response.status == 503);
  CHECK_FALSE(response.field("Retry-After").empty());
  CHECK(listener.next("refused").at("status") == 503);

  CHECK(answers(listener));
  holders.clear();
  RawClient later(listener.port());
  later.send(head + most + "x");
  CHECK(later.read_response().status == 200);
}

}  // namespace
}  // namespace terra_hook::test
