// SPDX-License-Identifier: MIT
// `listen --forward-to` between a real sender and a real target.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>

#include "http/tls.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

using Kind = PeerAnswer::Kind;

constexpr std::string_view k_sleep = R"({"type":"sleep","data":[]})";

std::vector<std::string> to(const PeerServer& peer, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--forward-to", peer.url()});
  return more;
}

Fields signed_with(std::string_view secret, std::string_view body) {
  return {{"X-Terra-Signature", signature_header(secret, body)}};
}

/// The attempts that `show` tells of.
Json attempts(const TempDir& directory, int number) {
  const Finished finished =
      run_terra_hook({"show", std::to_string(number), "--format", "json"}, {directory.path()});
  REQUIRE(finished.code == 0);
  return Json::parse(finished.out).at("attempts");
}

TEST_CASE("forward / the target gets what was sent and the sender what it answers") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{
      202, {{"X-Handler", "yes"}, {"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}}, "{\"ok\": 1.0}"});
  Listener listener(directory, to(peer));
  std::string body = "{\"type\":\"sleep\", \"n\": 1.0,\r\n\"s\": \"\xff\"}";
  body.push_back('\0');
  const Fields fields = {{"Content-Type", "application/json"},
                         {"terra-reference", "r-1"},
                         {"X-Two", "1"},
                         {"x-two", "2"},
                         {"X-Empty", ""},
                         {"User-Agent", "Terra/1"},
                         {"Accept", "*/*"},
                         {"Connection", "X-Mine"},
                         {"X-Mine", "1"}};
  const RawResponse response = post(listener.port(), body, fields, "/hook/a%2Fb?x=1+2");
  CHECK(response.status == 202);
  CHECK(response.body == "{\"ok\": 1.0}");
  CHECK(response.field("X-Handler") == "yes");
  CHECK(std::count_if(response.fields.begin(), response.fields.end(),
                      [](const auto& field) { return field.first == "Set-Cookie"; }) == 2);

  const PeerRequest request = peer.request();
  CHECK(request.method == "POST");
  CHECK(request.target == "/hook/a%2Fb?x=1+2");
  CHECK(request.body == body);
  CHECK(request.field("Host") == "127.0.0.1:" + std::to_string(peer.port()));
  for (const auto& field : fields) {
    CAPTURE(field.first);
    const bool is_hop = field.first == "Connection" || field.first == "X-Mine";
    CHECK(std::count(request.fields.begin(), request.fields.end(), field) == (is_hop ? 0 : 1));
  }
  CHECK(request.fields.size() == fields.size() - 2 + 2);

  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("status").is_null());
  CHECK(delivery.at("forwarding") == "sent");
  const Json forward = listener.next("forward");
  CHECK(forward.at("number") == delivery.at("number"));
  CHECK(forward.at("status") == 202);
  CHECK(forward.at("answered") == 202);
  CHECK(forward.at("target") == peer.url("/hook/a%2Fb?x=1+2"));
  CHECK(forward.at("body_text") == "{\"ok\": 1.0}");
  CHECK(forward.at("over_limit") == false);
  CHECK(forward.at("limit_ms") == 8000);
  CHECK(forward.at("latency_ms") > 0);
}

TEST_CASE("forward / a delivery is on disk before its target has it") {
  const TempDir directory;
  std::size_t kept = 0;
  PeerServer peer([&](const PeerRequest&) {
    kept = stored(directory).size();
    return PeerAnswer{};
  });
  Listener listener(directory, to(peer));
  CHECK(post(listener.port(), k_sleep).status == 200);
  CHECK(kept == 1);
}

TEST_CASE("forward / every status is passed on and recorded") {
  const TempDir directory;
  PeerServer peer([](const PeerRequest& request) {
    return PeerAnswer{std::stoi(request.target.substr(1)), {}, "why"};
  });
  Listener listener(directory, to(peer));
  int number = 0;
  for (const int status : {200, 302, 400, 401, 404, 413, 500, 503}) {
    const RawResponse response = post(listener.port(), k_sleep, {}, "/" + std::to_string(status));
    CHECK(response.status == status);
    CHECK(response.body == "why");
    CHECK(listener.next("forward").at("hint").is_null() == (status == 200));
    ++number;
  }
  CHECK(listener.stop() == 0);
  CHECK(attempts(directory, 4).at(0).at("status") == 401);
  CHECK(attempts(directory, 4).at(0).at("body_text") == "why");
  CHECK(attempts(directory, 4).at(0).at("kind") == "forward");
  CHECK(peer.connection_count() == 1);
  CHECK(number == 8);
}

TEST_CASE("forward / an answer without a body has none on its way back") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{204, {}, "", Kind::raw});
  PeerServer empty(PeerAnswer{0, {}, "HTTP/1.1 204 No Content\r\n\r\n", Kind::raw});
  Listener listener(directory, to(empty));
  const RawResponse response = post(listener.port(), k_sleep);
  CHECK(response.status == 204);
  CHECK(response.field("Content-Length") == "");
}

TEST_CASE("forward / what keeps a target from answering has a status and a word") {
  const struct {
    Kind kind;
    int status;
    const char* failure;
  } cases[] = {{Kind::close, 502, "closed"},
               {Kind::reset, 502, "closed"},
               {Kind::hang, 504, "timed_out"},
               {Kind::drip, 504, "timed_out"}};
  for (const auto& sample : cases) {
    const TempDir directory;
    PeerServer peer(PeerAnswer{200, {}, "", sample.kind});
    Listener listener(directory, to(peer, {"--timeout", "300ms"}));
    CHECK(post(listener.port(), k_sleep).status == sample.status);
    const Json forward = listener.next("forward");
    CHECK(forward.at("failure") == sample.failure);
    CHECK(forward.at("status").is_null());
    CHECK(forward.at("answered") == sample.status);
    CHECK(listener.stop() == 0);
    CHECK(attempts(directory, 1).at(0).at("error") == forward.at("error"));
  }
}

TEST_CASE("forward / an unreachable target is one clear line") {
  const TempDir directory;
  const std::string port = std::to_string(unused_port());
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--body", "none", "--forward-to", port + "/hook"},
                     {directory.path()});
  child.await_error_text("Ctrl-C");
  const std::string errors = child.errors();
  const std::size_t at = errors.find("http://127.0.0.1:") + 17;
  const auto own = static_cast<std::uint16_t>(std::stoul(errors.substr(at)));
  CHECK(errors.find("forwards    all types") != std::string::npos);
  CHECK(errors.find("http://localhost:" + port + "/hook") != std::string::npos);
  CHECK(post(own, k_sleep).status == 502);
  child.next_line();
  CHECK(child.next_line() == "<-- [unreachable] POST http://localhost:" + port +
                                 "/hook #1  cannot connect to localhost:" + port +
                                 ": connection refused (answered 502)");
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
  CHECK(child.output().empty());
  CHECK(child.errors().find("forwarded   1: 1 unreachable") != std::string::npos);
}

TEST_CASE("forward / a forged delivery is answered 401 and goes nowhere") {
  const TempDir directory;
  PeerServer peer;
  const auto secret = directory.write("secret", "whsec").string();
  Listener listener(directory, to(peer, {"--secret-file", secret}));
  CHECK(post(listener.port(), k_sleep).status == 401);
  CHECK(post(listener.port(), k_sleep, signed_with("other", k_sleep)).status == 401);
  CHECK(listener.next("delivery").at("forwarding") == "unauthentic");
  CHECK(post(listener.port(), k_sleep, signed_with("whsec", k_sleep)).status == 200);
  CHECK(listener.next("forward").at("number") == 3);
  CHECK(peer.request_count() == 1);

  Listener accepting(directory, to(peer, {"--secret-file", secret, "--on-invalid", "accept"}));
  CHECK(post(accepting.port(), k_sleep).status == 200);
  CHECK(peer.request_count() == 2);
}

TEST_CASE("forward / types go where their routes say") {
  const TempDir directory;
  PeerServer sleep;
  PeerServer rest(PeerAnswer{201});
  Listener listener(directory,
                    {"--forward-to", "sleep,daily=" + sleep.url("/s"), "--forward-to", rest.url()});
  const Json routes = listener.ready().at("routes");
  CHECK(routes.at(0).at("types") == Json::array({"sleep", "daily"}));
  CHECK(routes.at(0).at("target") == sleep.url("/s"));
  CHECK(routes.at(1).at("types").empty());
  CHECK(routes.at(1).at("keeps_path") == true);
  CHECK(post(listener.port(), k_sleep, {}, "/x?q=1").status == 200);
  CHECK(post(listener.port(), R"({"type":"auth"})", {}, "/x?q=1").status == 201);
  CHECK(post(listener.port(), "not JSON").status == 201);
  CHECK(sleep.request().target == "/s?q=1");
  CHECK(rest.request().target == "/x?q=1");
  CHECK(sleep.request_count() == 1);
}

TEST_CASE("forward / what no route takes is kept and answered and marked") {
  const TempDir directory;
  PeerServer peer;
  Listener listener(directory, {"--forward-to", "sleep=" + peer.url()});
  CHECK(post(listener.port(), R"({"type":"auth"})").status == 200);
  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("forwarding") == "no_route");
  CHECK(delivery.at("status") == 200);
  CHECK(peer.request_count() == 0);
  CHECK(stored(directory).size() == 1);
  listener.child().signal(SIGINT);
  CHECK(listener.next("summary").at("by_forwarding").at("no_route") == 1);
}

TEST_CASE("forward / of several targets the worst answer is passed on") {
  const TempDir directory;
  PeerServer good;
  PeerServer bad(PeerAnswer{500, {}, "no"});
  Listener listener(directory, to(good, {"--forward-to", bad.url()}));
  CHECK(post(listener.port(), k_sleep).status == 500);
  CHECK(good.request().body == k_sleep);
  CHECK(bad.request().body == k_sleep);
  CHECK(listener.stop() == 0);
  CHECK(attempts(directory, 1).size() == 2);
}

TEST_CASE("forward / ack-first answers before the target does") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{500, {}, "late", Kind::hold});
  Listener listener(directory, to(peer, {"--ack-first"}));
  CHECK(post(listener.port(), k_sleep).status == 200);
  CHECK(listener.next("delivery").at("status") == 200);
  peer.request();
  listener.child().signal(SIGINT);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  peer.release();
  const Json forward = listener.next("forward");
  CHECK(forward.at("status") == 500);
  CHECK(forward.at("answered").is_null());
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("forward / a full queue is answered 503 so that nothing acknowledged is lost") {
  for (const bool acks_first : {false, true}) {
    const TempDir directory;
    PeerServer peer(PeerAnswer{200, {}, "", Kind::hold});
    std::vector<std::string> more = {"--concurrency", "1", "--queue", "0"};
    if (acks_first) more.push_back("--ack-first");
    Listener listener(directory, to(peer, more));
    RawClient first(listener.port());
    first.send(post_request(k_sleep));
    peer.request();
    const RawResponse refused = post(listener.port(), k_sleep);
    CHECK(refused.status == 503);
    CHECK(refused.field("Retry-After") == "30");
    listener.next("delivery");
    CHECK(listener.next("delivery").at("forwarding") == "no_room");
    peer.release();
    CHECK(first.read_response().status == 200);
    listener.next("forward");
    CHECK(post(listener.port(), k_sleep).status == 200);
    CHECK(stored(directory).size() == 3);
  }
}

TEST_CASE("forward / header fields can be set and taken away") {
  const TempDir directory;
  PeerServer peer;
  Listener listener(directory, to(peer, {"-H", "X-Env: dev", "-H", "x-gone:", "-H", "X-Set: 2"}));
  post(listener.port(), k_sleep, {{"X-Gone", "1"}, {"X-Set", "1"}, {"X-Kept", "1"}});
  const PeerRequest request = peer.request();
  CHECK(request.field("X-Env") == "dev");
  CHECK(request.count("X-Gone") == 0);
  CHECK(request.count("X-Set") == 1);
  CHECK(request.field("X-Set") == "2");
  CHECK(request.field("X-Kept") == "1");
}

TEST_CASE("forward / a slow target is counted and can decide the exit code") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {}, "", Kind::hang});
  Listener listener(directory, to(peer, {"--timeout", "50ms", "--limit", "20ms", "--fail-slow"}));
  CHECK(post(listener.port(), k_sleep).status == 504);
  CHECK(listener.next("forward").at("over_limit") == true);
  listener.child().signal(SIGINT);
  const Json forwards = listener.next("summary").at("forwards");
  CHECK(forwards.at("sent") == 1);
  CHECK(forwards.at("by_failure").at("timed_out") == 1);
  CHECK(forwards.at("over_limit") == 1);
  CHECK(forwards.at("max_ms") >= 50);
  CHECK(listener.child().wait() == 8);

  PeerServer quick;
  Listener other(directory, to(quick, {"--fail-slow"}));
  CHECK(post(other.port(), k_sleep).status == 200);
  CHECK(other.stop() == 0);
}

TEST_CASE("forward / a target's line breaks do not reach the sender") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {{"X-Evil", "a%0d%0aX-Injected: 1"}}, "ok"});
  Listener listener(directory, to(peer));
  const RawResponse response = post(listener.port(), k_sleep);
  CHECK(response.status == 200);
  CHECK(response.field("X-Injected") == "");
  CHECK(response.body == "ok");
}

TEST_CASE("forward / a long answer is cut for the sender and the books") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {}, std::string(200'000, 'x')});
  Listener listener(directory, to(peer));
  CHECK(post(listener.port(), k_sleep).body.size() == 65'536);
  CHECK(listener.next("forward").at("body_size") == 200'000);
}

TEST_CASE("forward / it waits for its target when asked to") {
  const TempDir directory;
  const std::uint16_t port = unused_port();
  ChildProcess child(terra_hook_program(),
                     {"listen", "--port", "0", "--format", "ndjson", "--wait-for-target",
                      "--forward-to", "127.0.0.1:" + std::to_string(port)},
                     {directory.path()});
  child.await_error_text("waiting for http://127.0.0.1:" + std::to_string(port));
  PeerSetup setup;
  setup.port = port;
  PeerServer peer(PeerAnswer{}, setup);
  const auto line = child.next_line();
  REQUIRE(line);
  CHECK(Json::parse(*line).at("type") == "ready");
}

TEST_CASE("forward / a target that never listens is one line and exit code 9") {
  const TempDir directory;
  const std::string origin = "http://127.0.0.1:" + std::to_string(unused_port());
  const Finished finished = run_terra_hook(
      {"listen", "--port", "0", "--wait-for-target", "100ms", "--forward-to", origin},
      {directory.path()});
  CHECK(finished.code == 9);
  CHECK(finished.out == "");
  CHECK(finished.err == "waiting for " + origin + " to accept connections\n" + origin +
                            " accepts no connections after 100 ms\n");
}

TEST_CASE("forward / a listener does not forward to itself") {
  const TempDir directory;
  const std::string port = std::to_string(unused_port());
  const Finished finished =
      run_terra_hook({"listen", "--port", port, "--forward-to", port}, {directory.path()});
  CHECK(finished.code == 4);
  CHECK(finished.out == "");
  CHECK(finished.err.find("http://localhost:" + port + " is this listener") != std::string::npos);
}

TEST_CASE("forward / a time-out that is for the target is said to be") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{});
  Listener listener(directory, to(peer, {"--timeout", "5s"}));
  CHECK(listener.next("note").at("message").get<std::string>().find("--target-timeout") !=
        std::string::npos);
}

TEST_CASE("forward / a time-out ends what a report is written of") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{});
  const std::string junit = (directory / "report.xml").string();
  Listener listener(directory, to(peer, {"--timeout", "1s", "--junit", junit}));
  CHECK(listener.child().wait() == 9);
}

TEST_CASE("forward / a second interrupt does not wait for the target") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {}, "", Kind::hang});
  Listener listener(directory, to(peer));
  RawClient waiting(listener.port());
  waiting.send(post_request(k_sleep));
  peer.request();
  listener.child().signal(SIGINT);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  listener.child().signal(SIGINT);
  CHECK(listener.child().wait(std::chrono::seconds(5)) == 130);
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("forward / a target that hangs does not keep the listener for ever") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{200, {}, "", Kind::hang});
  Listener listener(directory, to(peer, {"--target-timeout", "1h"}));
  RawClient waiting(listener.port());
  waiting.send(post_request(k_sleep));
  peer.request();
  listener.child().signal(SIGINT);
  CHECK(listener.next("stopping").at("in_flight") == 1);
  // The sender is told, so that it tries again.
  CHECK(waiting.read_response().status == 503);
  const Json forward = listener.next("forward");
  CHECK(forward.at("failure") == "interrupted");
  CHECK(listener.next("summary").at("forwards").at("by_failure").at("interrupted") == 1);
  CHECK(listener.child().wait() == 0);
}

TEST_CASE("forward / an https target is checked unless it is told not to") {
  const TempDir directory;
  const auto files = terra_hook::localhost_certificate(
      directory.path(),
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  REQUIRE(files);
  PeerServer peer(PeerAnswer{201}, PeerSetup{files->certificate, files->key});
  Listener strict(directory, to(peer));
  CHECK(post(strict.port(), k_sleep).status == 502);
  const Json refused = strict.next("forward");
  CHECK(refused.at("failure") == "tls");
  CHECK(refused.at("error").get<std::string>().find("self-signed certificate") !=
        std::string::npos);
  CHECK(refused.at("hint").get<std::string>().find("--cacert") != std::string::npos);
  CHECK(peer.request_count() == 0);

  const std::vector<std::vector<std::string>> trusting = {{"--cacert", files->certificate.string()},
                                                          {"-k"}};
  for (const std::vector<std::string>& trust : trusting) {
    Listener listener(directory, to(peer, trust));
    CHECK(post(listener.port(), k_sleep).status == 201);
    CHECK(listener.next("forward").at("target") == peer.url("/"));
    CHECK(peer.requests().back().body == k_sleep);
  }
}

TEST_CASE("forward / what makes no sense is refused before anything begins") {
  const TempDir directory;
  const auto code = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"listen", "--port", "0"});
    const Finished finished = run_terra_hook(arguments, {directory.path()});
    CHECK(finished.out.empty());
    return finished.code;
  };
  CHECK(code({"--ack-first"}) == 4);
  CHECK(code({"--show-response"}) == 4);
  CHECK(code({"--forward-to", "ftp://x"}) == 4);
  CHECK(code({"--forward-to", "sleep="}) == 4);
  CHECK(code({"--forward-to", "3000", "--forward-to", "localhost:3000"}) == 4);
  CHECK(code({"--forward-to", "3000", "-H", "Host: x"}) == 4);
  CHECK(code({"--forward-to", "3000", "-H", "X: a\nb"}) == 4);
  CHECK(code({"--forward-to", "3000", "--timeout", "0"}) == 4);
  CHECK(code({"--forward-to", "https://x", "--cacert", "missing.pem"}) == 1);
  CHECK(code({"--respond", "42"}) == 4);
  CHECK(code({"--drop", "110%"}) == 4);
}

TEST_CASE("faults / answers are given as the list says and nothing is forwarded") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{201});
  Listener listener(directory, to(peer, {"--respond", "500x2,302,200"}));
  for (const int status : {500, 500, 302}) {
    CHECK(post(listener.port(), k_sleep).status == status);
    const Json delivery = listener.next("delivery");
    CHECK(delivery.at("fault") == std::to_string(status));
    CHECK(delivery.at("forwarding") == "on_purpose");
  }
  CHECK(peer.request_count() == 0);
  CHECK(post(listener.port(), k_sleep).status == 201);
  CHECK(listener.next("delivery").at("fault").is_null());
  CHECK(stored(directory).size() == 4);
}

TEST_CASE("faults / a timeout is never answered and ends with the listener") {
  const TempDir directory;
  Listener listener(directory, {"--respond", "timeout,204"});
  RawClient waiting(listener.port());
  waiting.send(post_request(k_sleep));
  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("fault") == "timeout");
  CHECK(delivery.at("status").is_null());
  CHECK(post(listener.port(), k_sleep).status == 204);
  CHECK(listener.stop() == 0);
  CHECK(waiting.read_to_end().empty());
  CHECK(stored(directory).size() == 2);
}

TEST_CASE("faults / a dropped delivery is kept and its connection closed") {
  const TempDir directory;
  Listener listener(directory, {"--drop", "100%", "--seed", "1"});
  RawClient client(listener.port());
  client.send(post_request(k_sleep));
  CHECK(client.read_to_end().empty());
  CHECK(listener.next("delivery").at("fault") == "drop");
  CHECK(listener.stop() == 0);
  CHECK(listener.next("summary").at("by_fault") == Json{{"drop", 1}});
  CHECK(stored(directory).size() == 1);
}

TEST_CASE("faults / the seed of our choice is told") {
  const TempDir directory;
  Listener listener(directory, {"--drop", "1%"});
  const std::string note = listener.next("note").at("message");
  CHECK(note.starts_with("--seed "));
}

TEST_CASE("faults / an answer can be delayed") {
  const TempDir directory;
  PeerServer peer(PeerAnswer{418});
  Listener listener(directory, to(peer, {"--delay", "200ms"}));
  const auto started = std::chrono::steady_clock::now();
  CHECK(post(listener.port(), k_sleep).status == 418);
  CHECK(std::chrono::steady_clock::now() - started >= std::chrono::milliseconds(200));
  listener.next("forward");
  RawClient waiting(listener.port());
  waiting.send(post_request(k_sleep));
  listener.next("forward");
  CHECK(listener.stop() == 0);  // a stop waits for no delay
  CHECK(waiting.read_response().status == 418);
}

}  // namespace
}  // namespace terra_hook::test
