// SPDX-License-Identifier: MIT
// Paths, methods and the forms that a sound HTTP/1 request may take.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("path restricts and its query is free") {
  const TempDir directory;
  Listener listener(directory, {"--path", "/hooks/terra"});
  CHECK(listener.url().ends_with("/hooks/terra"));
  CHECK(post(listener.port(), "{}", {}, "/hooks/terra").status == 200);
  CHECK(post(listener.port(), "{}", {}, "/hooks/terra?env=dev&x=%2F").status == 200);
  CHECK(listener.next("delivery").at("target") == "/hooks/terra");
  CHECK(listener.next("delivery").at("target") == "/hooks/terra?env=dev&x=%2F");
  for (const std::string target :
       {"/", "/hooks", "/hooks/terra/", "/hooks/terraform", "/HOOKS/terra"}) {
    CAPTURE(target);
    const RawResponse response = post(listener.port(), "{}", {}, target);
    CHECK(response.status == 404);
    CHECK(response.field("Content-Type") == "application/json");
    CHECK(Json::parse(response.body).contains("error"));
    CHECK(listener.next("refused").at("target") == target);
  }
  CHECK(stored(directory).size() == 2);
}

TEST_CASE("every path is received by default") {
  const TempDir directory;
  Listener listener(directory);
  for (const std::string target :
       {"/", "/a/b?c=d", "//", "/%00", "http://example.org/absolute?x"}) {
    CAPTURE(target);
    CHECK(post(listener.port(), "{}", {}, target).status == 200);
    CHECK(listener.next("delivery").at("target") == target);
  }
}

TEST_CASE("methods other than POST get 405 with Allow") {
  const TempDir directory;
  Listener listener(directory);
  for (const std::string line : {"GET / HTTP/1.1", "PUT / HTTP/1.1", "DELETE / HTTP/1.1",
                                 "OPTIONS * HTTP/1.1", "post / HTTP/1.1", "BREW /pot HTTP/1.1"}) {
    CAPTURE(line);
    RawClient client(listener.port());
    client.send(line + "\r\nHost: localhost\r\n\r\n");
    const RawResponse response = client.read_response();
    CHECK(response.status == 405);
    CHECK(response.field("Allow") == "POST");
    CHECK(Json::parse(response.body).contains("error"));
  }
  CHECK(stored(directory).empty());
}

TEST_CASE("an answer to HEAD has no body") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string answer = client.read_to_end();
  CHECK(answer.starts_with("HTTP/1.1 405 "));
  CHECK(answer.ends_with("\r\n\r\n"));
  CHECK(answer.find("\r\n\r\n") == answer.size() - 4);
}

TEST_CASE("a connection serves one request after another") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  for (int i = 1; i <= 5; ++i) {
    client.send(post_request(std::to_string(i)));
    const RawResponse response = client.read_response();
    CHECK(response.status == 200);
    CHECK(response.field("Connection").empty());
    CHECK(capture_number(response.body) == i);
  }
}

TEST_CASE("requests that come in one piece are all answered in order") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests += i % 2 == 0
                    ? post_request(std::to_string(i), {}, "/" + std::to_string(i))
                    : chunked_head({}, "/" + std::to_string(i)) + in_chunks(std::to_string(i), 1);
  }
  client.send(requests);
  for (int i = 0; i < 20; ++i) {
    const RawResponse response = client.read_response();
    REQUIRE(response.status == 200);
    CHECK(capture_number(response.body) == i + 1);
    CHECK(listener.next("delivery").at("target") == "/" + std::to_string(i));
  }
}

TEST_CASE("a request may come byte by byte") {
  const TempDir directory;
  Listener listener(directory);
  for (const std::string& request :
       {post_request("{}"), chunked_head() + in_chunks("{}", 1), chunked_head() + "0\r\n\r\n"}) {
    CAPTURE(request);
    RawClient client(listener.port());
    for (const char byte : request) {
      client.send({&byte, 1});
      std::this_thread::sleep_for(1ms);  // so that it comes alone
    }
    CHECK(client.read_response().status == 200);
  }
}

TEST_CASE("HTTP 1.0 is answered and closed unless it asks otherwise") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  const std::string head = "POST / HTTP/1.0\r\nContent-Length: 2\r\n";
  client.send(head + "Connection: keep-alive\r\n\r\n{}");
  const RawResponse first = client.read_response();
  CHECK(first.status == 200);
  CHECK(first.field("Connection") == "keep-alive");
  client.send(head + "\r\n{}");
  const RawResponse second = client.read_response();
  CHECK(second.status == 200);
  CHECK(client.read_to_end().empty());
}

TEST_CASE("a line break before the request line is passed over") {
  const TempDir directory;
  const Listener listener(directory);
  RawClient client(listener.port());
  client.send("\r\n" + post_request("{}"));
  CHECK(client.read_response().status == 200);
  client.send("\r\n" + post_request("{}"));
  CHECK(client.read_response().status == 200);
}

TEST_CASE("Connection close is honoured") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send(post_request("{}", {{"Connection", "close"}}));
  const RawResponse response = client.read_response();
  CHECK(response.status == 200);
  CHECK(response.field("Connection") == "close");
  CHECK(client.read_to_end().empty());
}

TEST_CASE("100 Continue comes before the body is sent") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(client.read_response().status == 100);
  client.send("{}");
  CHECK(client.read_response().status == 200);
  client.send(chunked_head({{"Expect", "100-Continue"}}));
  CHECK(client.read_response().status == 100);
  client.send(in_chunks("[]", 1));
  CHECK(client.read_response().status == 200);
}

TEST_CASE("a request that is refused by its head gets no 100 Continue") {
  const TempDir directory;
  Listener listener(directory, {"--path", "/here", "--max-body", "10"});
  struct Row {
    const char* head;
    int status;
  };
  const Row rows[] = {
      {"POST /there HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 404},
      {"PUT /here HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 405},
      {"POST /here HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n", 413},
      {"POST /here HTTP/1.1\r\nHost: a\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\n", 417},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    RawClient client(listener.port());
    client.send(row.head);
    CHECK(client.read_response().status == row.status);
    CHECK(client.read_to_end().empty());
  }
}

TEST_CASE("a sender that closes its half after the request is still answered") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send(post_request(R"({"type":"auth"})"));
  client.half_close();
  CHECK(client.read_response().status == 200);
  CHECK(client.read_to_end().empty());
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("header fields keep their order and spelling and number") {
  const TempDir directory;
  Listener listener(directory);
  const std::string request =
      "POST /a%20b?c=%C3%A9 HTTP/1.1\r\n"
      "host: localhost\r\n"
      "X-Z: 1\r\n"
      "x-Percent: %41%0d%0a%ff\r\n"
      "ACCEPT: */*\r\n"
      "X-z: 2\r\n"
      "X-Empty: \r\n"
      "X-Latin: caf\xe9\r\n"
      "X-Inner: a  b\tc, \"d;e\"\r\n"
      "X-Z: 1\r\n"
      "content-length: 3\r\n"
      "\r\n";
  const std::string whole = request + std::string("\0\r\n", 3);
  RawClient client(listener.port());
  client.send(whole);
  const RawResponse response = client.read_response();
  REQUIRE(response.status == 200);
  CHECK(stored_message(directory, capture_number(response.body)) == whole);
}

}  // namespace
}  // namespace terra_hook::test
