// SPDX-License-Identifier: MIT
// The client against a real peer on a real socket.
#include "http/client.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "base/signals.hpp"
#include "http/tls.hpp"
#include "support/peer_server.hpp"
#include "support/temp_dir.hpp"

using namespace std::chrono_literals;
using terra_hook::Client;
using terra_hook::ClientFailure;
using terra_hook::ClientOptions;
using terra_hook::ClientResponse;
using terra_hook::ErrorKind;
using terra_hook::HeaderFields;
using terra_hook::parse_url;
using terra_hook::Result;
using terra_hook::test::PeerAnswer;
using terra_hook::test::PeerRequest;
using terra_hook::test::PeerServer;
using terra_hook::test::PeerSetup;
using terra_hook::test::TempDir;
using terra_hook::test::unused_port;
using Kind = terra_hook::test::PeerAnswer::Kind;

namespace {

Client client_for(const std::string& url, const ClientOptions& options = {}) {
  terra_hook::ignore_write_signals();
  return *Client::create(*parse_url(url), options);
}

Result<ClientResponse> post(Client& client, std::string_view body,
                            const HeaderFields& headers = {}) {
  return client.send("POST", "/hook", headers, body);
}

void check_failure(const Result<ClientResponse>& result, const Client& client,
                   ClientFailure failure, std::string_view text) {
  REQUIRE_FALSE(result.has_value());
  CHECK(client.failure() == failure);
  CHECK_MESSAGE(result.error().message.find(text) != std::string::npos, result.error().message);
}

ClientOptions within(std::chrono::milliseconds timeout) {
  ClientOptions options;
  options.timeout = timeout;
  return options;
}

terra_hook::TlsFiles certificate_in(const TempDir& directory) {
  return *terra_hook::localhost_certificate(
      directory.path(),
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

}  // namespace

TEST_CASE("client / what was given is what arrives") {
  PeerServer peer;
  Client client = client_for(peer.url());
  std::string body = "{\"a\": 1.0,\r\n\"b\": \"\xff\"}";
  body.push_back('\0');
  const HeaderFields headers = {{"X-Terra-Trace-Id", "abc"},
                                {"x-repeated", "1"},
                                {"X-Repeated", "2"},
                                {"x-REPEATED", "3"},
                                {"Accept", "text/x"},
                                {"user-agent", "Terra/1"},
                                {"X-Empty", ""},
                                {"X-Bytes", "caf\xc3\xa9 %0d%0a\t+"}};
  const auto response = client.send("POST", "/a+b%2Fc//d?x=[1]&y=%0A", headers, body);
  REQUIRE(response.has_value());
  CHECK(response->status == 200);
  const PeerRequest request = peer.request();
  CHECK(request.method == "POST");
  CHECK(request.target == "/a+b%2Fc//d?x=[1]&y=%0A");
  CHECK(request.body == body);
  for (const auto& row : headers) {
    const auto& [name, value] = row;
    CAPTURE(row.name);
    CHECK(std::count(request.fields.begin(), request.fields.end(), std::pair(name, value)) == 1);
  }
  CHECK(request.fields.size() == headers.size() + 2);
  CHECK(request.field("Host") == "127.0.0.1:" + std::to_string(peer.port()));
  CHECK(request.field("Content-Length") == std::to_string(body.size()));
  const auto at = [&](std::string_view name) {
    return std::find_if(request.fields.begin(), request.fields.end(),
                        [&](const auto& field) { return field.first == name; });
  };
  CHECK(at("x-repeated") < at("X-Repeated"));
  CHECK(at("X-Repeated") < at("x-REPEATED"));
}

TEST_CASE("client / what is added to a bare request is known") {
  PeerServer peer;
  Client client = client_for(peer.url());
  REQUIRE(post(client, "{}").has_value());
  REQUIRE(post(client, "").has_value());
  REQUIRE(client.send("GET", "/", {}, "").has_value());
  const PeerRequest with_body = peer.request(0);
  CHECK(with_body.fields.size() == 4);
  CHECK(with_body.field("Accept") == "*/*");
  CHECK(with_body.field("User-Agent").starts_with("terra-hook/"));
  CHECK(peer.request(1).field("Content-Length") == "0");
  CHECK(peer.request(1).fields.size() == 4);
  CHECK(peer.request(2).fields.size() == 3);
}

TEST_CASE("client / the fields of the hop are its own") {
  PeerServer peer;
  Client client = client_for(peer.url());
  const HeaderFields headers = {{"host", "terra.example"},
                                {"Content-length", "999"},
                                {"Connection", "close, X-Own"},
                                {"Keep-Alive", "timeout=5"},
                                {"Transfer-Encoding", "chunked"},
                                {"Proxy-Connection", "x"},
                                {"TE", "trailers"},
                                {"Upgrade", "h2c"},
                                {"x-own", "1"},
                                {"X-Kept", "1"}};
  REQUIRE(post(client, "{}", headers).has_value());
  const PeerRequest request = peer.request();
  CHECK(request.fields.size() == 5);
  CHECK(request.field("X-Kept") == "1");
  CHECK(request.field("Host") == "127.0.0.1:" + std::to_string(peer.port()));
  CHECK(request.body == "{}");
}

TEST_CASE("client / a line break in a field never goes out") {
  PeerServer peer;
  Client client = client_for(peer.url());
  const HeaderFields bad[] = {{{"X-A", "1\r\nX-B: 2"}}, {{"X-A", "1\n2"}},
                              {{"X-A\r\nX-B", "1"}},    {{"", "1"}},
                              {{"X A", "1"}},           {{"X-A", std::string("1\0002", 3)}},
                              {{"X:A", "1"}},           {{"X-A", "\x7f"}}};
  for (const HeaderFields& headers : bad) {
    const auto result = post(client, "{}", headers);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == ErrorKind::input);
    CHECK(client.failure() == ClientFailure::refused_by_us);
  }
  for (const char* target : {"/a b", "/a\r\nX: 1", "x", ""}) {
    CHECK_FALSE(client.send("POST", target, {}, "").has_value());
  }
  CHECK_FALSE(client.send("PO ST", "/", {}, "").has_value());
  CHECK(peer.connection_count() == 0);
}

TEST_CASE("client / an answer is given as it came") {
  std::string body = "\x1f\x8bnot really gzip";
  PeerServer peer(
      PeerAnswer{418, {{"Content-Encoding", "gzip"}, {"X-Two", "1"}, {"X-Two", "2"}}, body});
  Client client = client_for(peer.url());
  const auto response = post(client, "{}");
  REQUIRE(response.has_value());
  CHECK(response->status == 418);
  CHECK(response->body == body);
  CHECK(response->body_size == body.size());
  CHECK(response->is_complete);
  CHECK(joined_field(response->headers, "x-two") == "1, 2");
  CHECK(response->latency > 0us);
}

TEST_CASE("client / redirects are answers") {
  PeerServer other;
  PeerServer peer(PeerAnswer{307, {{"Location", other.url("/elsewhere")}}, ""});
  Client client = client_for(peer.url());
  const auto response = post(client, "{}");
  REQUIRE(response.has_value());
  CHECK(response->status == 307);
  CHECK(other.connection_count() == 0);
}

TEST_CASE("client / a connection is used again") {
  PeerServer peer;
  Client client = client_for(peer.url());
  for (int i = 0; i < 5; ++i) REQUIRE(post(client, "{}").has_value());
  CHECK(peer.connection_count() == 1);
}

TEST_CASE("client / a kept connection that was closed is replaced silently") {
  PeerServer peer;
  Client client = client_for(peer.url());
  REQUIRE(post(client, "first").has_value());
  peer.close_idle_connections();
  REQUIRE(post(client, "second").has_value());
  CHECK(peer.request_count() == 2);
  CHECK(peer.connection_count() == 2);
}

TEST_CASE("client / a request that may have been processed is not sent again") {
  for (const Kind kind : {Kind::close, Kind::reset}) {
    for (const std::string_view body : {"{}", ""}) {
      PeerServer peer([kind](const PeerRequest& request) {
        return request.target == "/first" ? PeerAnswer{} : PeerAnswer{200, {}, "", kind};
      });
      Client client = client_for(peer.url());
      REQUIRE(client.send("POST", "/first", {}, "{}").has_value());
      check_failure(post(client, body), client, ClientFailure::closed, "without an answer");
      CHECK(peer.request_count() == 2);
      CHECK(post(client, body).error().kind == ErrorKind::network);
    }
  }
}

TEST_CASE("client / an answer that is cut off or no HTTP is told") {
  PeerServer cut(PeerAnswer{200, {}, "abc", Kind::cut_off});
  Client client = client_for(cut.url());
  check_failure(post(client, "{}"), client, ClientFailure::closed, "within its answer");
  PeerServer garbage(PeerAnswer{200, {}, "SSH-2.0-OpenSSH_9.2\r\n", Kind::raw});
  Client other = client_for(garbage.url());
  check_failure(post(other, "{}"), other, ClientFailure::closed, "without an answer");
}

TEST_CASE("client / nobody listening and no such host are told apart") {
  const std::uint16_t port = unused_port();
  Client refused = client_for("http://127.0.0.1:" + std::to_string(port));
  check_failure(post(refused, "{}"), refused, ClientFailure::unreachable,
                "cannot connect to 127.0.0.1:" + std::to_string(port) + ": connection refused");
  Client unknown = client_for("http://no-such-host.invalid:80");
  check_failure(post(unknown, "{}"), unknown, ClientFailure::unresolved,
                "cannot resolve 'no-such-host.invalid'");
}

TEST_CASE("client / localhost is reached where only one of its addresses is listened on") {
  PeerServer peer;
  Client client = client_for("http://localhost:" + std::to_string(peer.port()));
  REQUIRE(post(client, "{}").has_value());
  CHECK(peer.request().field("Host") == "localhost:" + std::to_string(peer.port()));
}

TEST_CASE("client / the deadline is for the whole exchange") {
  for (const Kind kind : {Kind::hang, Kind::drip}) {
    PeerServer peer(PeerAnswer{200, {}, "", kind});
    Client client = client_for(peer.url(), within(200ms));
    check_failure(post(client, "{}"), client, ClientFailure::timed_out, "within 200 ms");
    check_failure(post(client, "{}"), client, ClientFailure::timed_out, "within 200 ms");
  }
}

TEST_CASE("client / an answer without end is read only so far") {
  PeerServer peer(PeerAnswer{500, {}, "", Kind::endless_body});
  ClientOptions options;
  options.max_body = 1000;
  options.max_read = 1 << 20;
  Client client = client_for(peer.url(), options);
  const auto response = post(client, "{}");
  REQUIRE(response.has_value());
  CHECK(response->status == 500);
  CHECK(response->body == std::string(1000, 'x'));
  CHECK(response->body_size > options.max_read);
  CHECK_FALSE(response->is_complete);
  CHECK(post(client, "{}").has_value());
}

TEST_CASE("client / a long answer is kept in part and the connection stays") {
  PeerServer peer(PeerAnswer{200, {}, std::string(100'000, 'y')});
  Client client = client_for(peer.url());
  const auto response = post(client, "{}");
  REQUIRE(response.has_value());
  CHECK(response->body.size() == 65'536);
  CHECK(response->body_size == 100'000);
  CHECK(response->is_complete);
  REQUIRE(post(client, "{}").has_value());
  CHECK(peer.connection_count() == 1);
}

TEST_CASE("client / it can be interrupted from another thread") {
  PeerServer peer(PeerAnswer{200, {}, "", Kind::hang});
  Client client = client_for(peer.url());
  std::thread other([&] {
    peer.request();
    client.interrupt();
  });
  const auto result = post(client, "{}");
  other.join();
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().kind == ErrorKind::interrupted);
  CHECK(client.failure() == ClientFailure::interrupted);
  CHECK(post(client, "{}").error().kind == ErrorKind::interrupted);
  CHECK(peer.request_count() == 1);
}

TEST_CASE("client / TLS is checked unless it is told not to") {
  const TempDir directory;
  const terra_hook::TlsFiles files = certificate_in(directory);
  PeerServer peer(PeerAnswer{}, PeerSetup{files.certificate, files.key});
  Client strict = client_for(peer.url());
  check_failure(post(strict, "{}"), strict, ClientFailure::tls, "self-signed certificate");
  CHECK(strict.send("POST", "/", {}, "").error().hint.find("--cacert") != std::string::npos);

  ClientOptions with_authority;
  with_authority.ca_file = files.certificate.string();
  Client trusting = client_for(peer.url(), with_authority);
  REQUIRE(post(trusting, "first").has_value());
  REQUIRE(post(trusting, "second").has_value());
  const std::size_t before = peer.request_count();
  peer.close_idle_connections();
  REQUIRE(post(trusting, "third").has_value());
  CHECK(peer.request_count() == before + 1);

  ClientOptions insecure;
  insecure.verifies_tls = false;
  Client careless = client_for(peer.url(), insecure);
  CHECK(post(careless, "{}").has_value());
}

TEST_CASE("client / over TLS too a request is not sent twice") {
  const TempDir directory;
  const terra_hook::TlsFiles files = certificate_in(directory);
  PeerServer peer(PeerAnswer{200, {}, "", Kind::close}, PeerSetup{files.certificate, files.key});
  ClientOptions insecure;
  insecure.verifies_tls = false;
  Client client = client_for(peer.url(), insecure);
  check_failure(post(client, "{}"), client, ClientFailure::closed, "without an answer");
  CHECK(peer.request_count() == 1);
}

TEST_CASE("client / TLS to a server that does not speak it is told") {
  PeerServer peer;
  Client client = client_for("https://127.0.0.1:" + std::to_string(peer.port()), within(2s));
  check_failure(post(client, "{}"), client, ClientFailure::tls, "no TLS connection");
}

TEST_CASE("client / a CA file must hold a certificate") {
  const TempDir directory;
  ClientOptions options;
  options.ca_file = directory.write("empty.pem", "nothing").string();
  const auto url = *parse_url("https://127.0.0.1:1/");
  CHECK(Client::create(url, options).error().kind == ErrorKind::file);
  options.ca_file = (directory / "missing.pem").string();
  CHECK(Client::create(url, options).error().message.find("missing.pem") != std::string::npos);
}
