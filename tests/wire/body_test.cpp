// SPDX-License-Identifier: MIT
// A body arrives in the store as it was sent, byte for byte, and its signature is checked over
// exactly these bytes.
#include <doctest/doctest.h>

#include <random>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/gzip.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_secret = "whsec-of-the-tests";
constexpr std::size_t k_limit = std::size_t{64} << 20;

struct NastyBody {
  std::string name;
  std::string bytes;
  bool is_json;
};

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  while (count-- > 0) result += text;
  return result;
}

std::string all_bytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::vector<NastyBody> nasty_bodies() {
  return {
      {"empty", "", false},
      {"one byte", "7", true},
      {"NUL", std::string(1, '\0'), false},
      {"NUL within JSON", std::string("{\"a\":\"\0\"}", 9), false},
      {"every byte", all_bytes(), false},
      {"invalid UTF-8", "{\"a\":\"\xff\xfe\xc0\x80\"}", true},
      {"lone surrogate", R"({"a":"\ud800"})", true},
      {"CRLF", "\r\n\r\n{\r\n\"type\":\r\n\"sleep\"}\r\n\r\n", true},
      {"white space only", " \t\r\n", false},
      {"BOM", "\xef\xbb\xbf{\"type\":\"sleep\"}", true},
      {"duplicate keys", R"({"type":"a","type":"b","a":1,"a":2})", true},
      {"100000 levels of arrays", repeated("[", 100'000) + repeated("]", 100'000), true},
      {"100000 levels of objects", repeated("{\"a\":", 100'000) + "1" + repeated("}", 100'000),
       true},
      {"100000 levels left open", repeated("[", 100'000), false},
      {"numbers", R"([1.0,1e400,-0,0.10,123456789012345678901234567890,1E+2])", true},
      {"looks like HTTP", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false},
      {"looks like a chunk", "0\r\n\r\n", true},
      {"terminal escapes", "{\"type\":\"\x1b[2J\x1b]0;x\x07\"}", false},
  };
}

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::mt19937_64 generator(42);
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    const std::uint64_t word = generator();
    bytes.replace(i, 8, reinterpret_cast<const char*>(&word), 8);
  }
  return bytes;
}

/// Two strings of many megabytes shall not be printed when they differ.
bool same(const std::string& one, const std::string& other) {
  return one == other;
}

TEST_CASE("nasty bodies come back byte for byte") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret), "--body", "none"});
  for (const NastyBody& body : nasty_bodies()) {
    CAPTURE(body.name);
    const RawResponse response =
        post(listener.port(), body.bytes,
             {{"X-Terra-Signature", signature_header(k_secret, body.bytes)}});
    REQUIRE(response.status == 200);
    const Json delivery = listener.next("delivery");
    CHECK(delivery.at("verdict") == "valid");
    CHECK(delivery.at("is_json") == body.is_json);
    CHECK(delivery.at("body_size") == body.bytes.size());
    CHECK(delivery.at("body_sha256") == sha256_hex(body.bytes));
    CHECK(same(stored_body(directory, capture_number(response.body)), body.bytes));
  }
}

TEST_CASE("numbers and duplicate keys survive in NDJSON") {
  const TempDir directory;
  Listener listener(directory);
  post(listener.port(), "{ \"a\" : 1.0, \"a\": 1e400,\n\"b\":[123456789012345678901234567890] }");
  const auto line = listener.child().next_line();
  REQUIRE(line);
  CHECK(line->find(R"("body":{"a":1.0,"a":1e400,"b":[123456789012345678901234567890]})") !=
        std::string::npos);
}

TEST_CASE("chunks of odd sizes and pieces make the same body") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  const std::string body = noise(100'003);
  for (const std::size_t chunk :
       {std::size_t{1}, std::size_t{7}, std::size_t{4093}, std::size_t{65'537}, body.size()}) {
    CAPTURE(chunk);
    RawClient client(listener.port());
    const std::string request =
        chunked_head({{"terra-signature", signature_header(k_secret, body)}}) +
        in_chunks(body, chunk);
    for (std::string_view rest = request; !rest.empty();) {
      const std::string_view piece = rest.substr(0, 1 + rest.size() % 9973);
      client.send(piece);
      rest.remove_prefix(piece.size());
    }
    const RawResponse response = client.read_response();
    REQUIRE(response.status == 200);
    CHECK(listener.next("delivery").at("verdict") == "valid");
    CHECK(same(stored_body(directory, capture_number(response.body)), body));
  }
}

TEST_CASE("chunk extensions and trailers belong to neither body nor header") {
  const TempDir directory;
  Listener listener(directory);
  RawClient client(listener.port());
  client.send(chunked_head() + "2;name=value\r\n{}\r\n0\r\nX-Terra-Trace-Id: forged\r\n\r\n");
  const RawResponse response = client.read_response();
  REQUIRE(response.status == 200);
  CHECK(stored_body(directory, capture_number(response.body)) == "{}");
  CHECK(listener.next("delivery").at("trace_id").is_null());
}

TEST_CASE("a body of exactly the limit is kept and one more byte is not") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret), "--body", "none"});
  const std::string body = noise(k_limit);
  const Fields signature{{"terra-signature", signature_header(k_secret, body)}};

  SUBCASE("with Content-Length") {
    const RawResponse response = post(listener.port(), body, signature);
    REQUIRE(response.status == 200);
    CHECK(listener.next("delivery").at("verdict") == "valid");
    CHECK(same(stored_body(directory, capture_number(response.body)), body));

    RawClient client(listener.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(k_limit + 1) +
                "\r\n\r\n");
    CHECK(client.read_response().status == 413);
  }
  SUBCASE("in chunks") {
    RawClient client(listener.port());
    client.send(chunked_head(signature) + in_chunks(body, 1'000'003));
    const RawResponse response = client.read_response();
    REQUIRE(response.status == 200);
    CHECK(listener.next("delivery").at("verdict") == "valid");
    CHECK(same(stored_body(directory, capture_number(response.body)), body));

    RawClient greedy(listener.port());
    greedy.try_send(chunked_head(signature) + in_chunks(body + "!", 1'000'003));
    CHECK(greedy.read_response().status == 413);
  }
  CHECK(listener.next("refused").at("status") == 413);
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("a sender that first sends all learns of the refusal") {
  const TempDir directory;
  Listener listener(directory, {"--max-body", "1000", "--path", "/here"});
  const std::string body = noise(std::size_t{8} << 20);
  const std::string chunked = chunked_head({}, "/here") + in_chunks(body, 100'000);
  for (const auto& [request, status] : {std::pair{post_request(body, {}, "/here"), 413},
                                        {post_request(body, {}, "/there"), 404},
                                        {chunked, 413}}) {
    RawClient client(listener.port());
    client.send(request);
    CHECK(client.read_response().status == status);
  }
}

TEST_CASE("a compressed body is kept as received and decoded only to be looked into") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  const std::string plain =
      R"({"type":"daily","user":{"user_id":"u-1","provider":"FITBIT"},"data":[{}]})";
  const std::string packed = gzip(plain);
  const RawResponse response =
      post(listener.port(), packed,
           {{"Content-Encoding", "gzip"}, {"terra-signature", signature_header(k_secret, packed)}});
  REQUIRE(response.status == 200);
  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("verdict") == "valid");
  CHECK(delivery.at("event_type") == "daily");
  CHECK(delivery.at("provider") == "FITBIT");
  CHECK(delivery.at("body") == Json::parse(plain));
  CHECK(delivery.at("body_size") == packed.size());
  CHECK(stored_body(directory, capture_number(response.body)) == packed);
}

TEST_CASE("a small body that unpacks to gigabytes is not unpacked") {
  const TempDir directory;
  Listener listener(directory, {"--max-body", "1MB"});
  // Ten times the limit once it is unpacked.
  const std::string bomb = gzip(std::string(std::size_t{10} << 20, '0'));
  CHECK(post(listener.port(), bomb, {{"Content-Encoding", "gzip"}}).status == 200);
  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("is_json") == false);
  CHECK(delivery.contains("body_base64"));
  CHECK(stored_body(directory, 1) == bomb);
}

}  // namespace
}  // namespace terra_hook::test
