// SPDX-License-Identifier: MIT
// `replay` from a store that a real listener has filled to a real server.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "capture/store.hpp"
#include "http/tls.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"
#include "support/sanitized.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_secret = "the-secret-of-the-replay-tests";
constexpr std::string_view k_other_secret = "another-secret-of-the-replay-tests";

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string body_of(std::string_view user, int n, std::string_view type = "sleep") {
  return R"({"type":")" + std::string(type) + R"(","user":{"user_id":")" + std::string(user) +
         R"("},"n":)" + std::to_string(n) + ".0}\r\n";
}

/// Somebody with a secret and a store.
class Developer {
 public:
  void receive(const std::vector<std::string>& bodies, const Fields& fields = {}) const {
    Listener listener(home_, {}, with_secret());
    int n = 0;
    for (const std::string& body : bodies) {
      Fields all = {{"Content-Type", "application/json"},
                    {"terra-signature", signature_header(k_secret, body, unix_now() - 60)},
                    {"X-Terra-Trace-Id", "trace-" + std::to_string(++n)}};
      all.insert(all.end(), fields.begin(), fields.end());
      REQUIRE(post(listener.port(), body, all, "/in?q=%41+b").status == 200);
    }
    REQUIRE(listener.stop() == 0);
  }

  Finished replay(const Words& words, const std::string& input = "", bool has_secret = true) const {
    Finished finished = run_terra_hook(
        Words{"replay"} + words,
        {home_.path(), has_secret ? with_secret() : std::map<std::string, std::string>(), input});
    CHECK(finished.out.find(k_secret) == std::string::npos);
    CHECK(finished.err.find(k_secret) == std::string::npos);
    return finished;
  }

  /// The lines of `--format ndjson`, the last being the summary.
  std::vector<Json> replay_lines(const Words& words, int code) const {
    const Finished finished = replay(words + Words{"--format", "ndjson"});
    CAPTURE(finished.err);
    CHECK(finished.code == code);
    std::vector<Json> lines;
    for (std::size_t begin = 0; begin < finished.out.size();) {
      const std::size_t end = finished.out.find('\n', begin);
      lines.push_back(Json::parse(finished.out.substr(begin, end - begin)));
      begin = end + 1;
    }
    REQUIRE(!lines.empty());
    CHECK(lines.back().at("type") == "summary");
    return lines;
  }

  std::vector<Attempt> attempts(std::int64_t number) const {
    auto store = StoreReader::open(home_ / "data/terra-hook/captures.db");
    REQUIRE(store);
    auto attempts = store->attempts(number);
    REQUIRE(attempts);
    return *attempts;
  }

  static std::map<std::string, std::string> with_secret() {
    return {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};
  }
  const TempDir& home() const { return home_; }

 private:
  TempDir home_;
};

std::int64_t time_of(const std::string& signature) {
  return std::stoll(signature.substr(2, signature.find(',') - 2));
}

void check_signed_now(const PeerRequest& request, std::string_view secret = k_secret) {
  const std::string signature = request.field("terra-signature");
  const std::int64_t time = time_of(signature);
  CHECK(signature == signature_header(secret, request.body, time));
  CHECK(std::abs(unix_now() - time) < 30);
}

TEST_CASE("replay sends the bytes received and signs them afresh") {
  const Developer developer;
  const std::string body =
      "{\"type\":\"sleep\", \"x\":1.0,\"x\":12345678901234567890 ,\"s\":\"\xff\"}\r\n";
  developer.receive({body}, {{"x-CaSe", "a, b"}, {"x-CaSe", "c"}});
  PeerServer server(PeerAnswer{202, {{"X-Answer", "yes"}}, "taken"});
  const Finished finished = developer.replay({"last", "--to", std::to_string(server.port())});
  CHECK(finished.code == 0);
  CHECK(finished.out.starts_with("#1      202"));
  CHECK(finished.err.starts_with("1 delivery, "));

  const PeerRequest request = server.request();
  CHECK(request.method == "POST");
  CHECK(request.target == "/in?q=%41+b");
  CHECK(request.body == body);
  CHECK(request.head.find("\r\nterra-signature: ") != std::string::npos);
  CHECK(request.count("X-Terra-Signature") == 0);
  CHECK(request.head.find("\r\nx-CaSe: a, b\r\nx-CaSe: c\r\n") != std::string::npos);
  CHECK(request.field("X-Terra-Trace-Id") == "trace-1");
  CHECK(request.field("Content-Type") == "application/json");
  CHECK(request.field("Host") == "localhost:" + std::to_string(server.port()));
  check_signed_now(request);

  const std::vector<Attempt> attempts = developer.attempts(1);
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].kind == AttemptKind::replay);
  CHECK(attempts[0].status == 202);
  CHECK(attempts[0].body == "taken");
  CHECK(find_field(attempts[0].headers, "X-Answer") == "yes");
  CHECK(attempts[0].target == "http://localhost:" + std::to_string(server.port()) + "/in?q=%41+b");
}

TEST_CASE("replay keeps or drops or chooses the signature as told") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  const auto other = developer.home().write("other", k_other_secret);
  const auto mine = developer.home().write("mine", k_secret);
  PeerServer server;
  const Words target = {"1", "--to", server.url("/hook")};
  auto next = [&, n = std::size_t{0}](const Words& words, bool has_secret = true) mutable {
    CHECK(developer.replay(target + words, "", has_secret).code == 0);
    return server.request(n++);
  };
  const std::string stored = next({"--as-received"}).field("terra-signature");
  const std::int64_t stored_time = time_of(stored);
  CHECK(std::abs(unix_now() - 60 - stored_time) < 30);
  CHECK(next({}, false).field("terra-signature") == stored);
  const PeerRequest plain = next({"--unsigned"});
  CHECK(plain.count("terra-signature") + plain.count("X-Terra-Signature") == 0);
  CHECK(next({"--keep-time"}).field("terra-signature") == stored);
  const Words named = {"--secret-file", "other=" + other.string(), "--secret-file",
                       "mine=" + mine.string()};
  check_signed_now(next(named + Words{"--sign-with", "mine"}), k_secret);
  check_signed_now(next(named), k_other_secret);
  CHECK(next({"-H", "terra-signature: odd", "-H", "X-Terra-Trace-Id:"}).field("terra-signature") ==
        "odd");
  CHECK(server.request(6).count("X-Terra-Trace-Id") == 0);

  const std::pair<Words, int> refused[] = {
      {{"--as-received", "--unsigned"}, 4},
      {{"--as-received", "--keep-time"}, 4},
      {{"--unsigned", "--sign-with", "x"}, 4},
      {{"--sign-with", "nobody"}, 3},
      {{"-H", "Host: x"}, 4},
  };
  for (const auto& row : refused) {
    const auto& [words, code] = row;
    CAPTURE(row.first.back());
    CHECK(developer.replay(target + words).code == code);
  }
  CHECK(developer.replay(target + Words{"--sign-with", "x"}, "", false).code == 2);
  CHECK(server.request_count() == 7);
}

TEST_CASE("replay edits one value and no other byte") {
  const Developer developer;
  developer.receive({body_of("u", 1), body_of("u", 2), "[1]"});
  PeerServer server;
  const Words target = {"--to", std::to_string(server.port())};
  CHECK(developer
            .replay(Words{"1..2", "--set", "/n=0", "--set", "/user/name=Mara", "--unset", "/type"} +
                    target)
            .code == 0);
  CHECK(server.request(0).body == "{\"user\":{\"user_id\":\"u\",\"name\":\"Mara\"},\"n\":0}\r\n");
  check_signed_now(server.request(0));
  // One that does not fit is refused before the first is sent.
  const Finished refused = developer.replay(Words{"1..3", "--set", "/n=0"} + target);
  CHECK(refused.code == 3);
  CHECK(refused.err.find("#3: '/n' names nothing") != std::string::npos);
  CHECK(developer.replay(Words{"1", "--set", "n=0"} + target).code == 4);
  CHECK(server.request_count() == 2);
}

TEST_CASE("replay keeps each user's order while many are sent at once") {
  const Developer developer;
  std::vector<std::string> bodies;
  for (int n = 0; n < 60; ++n) bodies.push_back(body_of("user-" + std::to_string(n % 3), n));
  developer.receive(bodies);
  PeerServer server;
  const std::vector<Json> lines = developer.replay_lines(
      {"1..60", "--to", std::to_string(server.port()), "--concurrency", "8"}, 0);
  CHECK(lines.size() == 61);
  std::map<std::string, int> last;
  for (const PeerRequest& request : server.requests()) {
    const Json body = Json::parse(request.body);
    const int n = body.at("n").get<int>();
    const auto [user, is_first] = last.try_emplace(body.at("user").at("user_id"), n);
    CHECK((is_first || user->second < n));
    user->second = n;
  }
  CHECK(last.size() == 3);
  CHECK(server.request_count() == 60);
  CHECK(lines.back().at("targets")[0].at("by_status").at("200") == 60);
}

TEST_CASE("replay retries by a schedule with one trace id") {
  const Developer developer;
  developer.receive({body_of("u", 1), body_of("u", 2), body_of("v", 3)});
  PeerServer server([](const PeerRequest& request) {
    const bool is_first_of_u = request.field("X-Terra-Trace-Id") == "trace-1";
    if (!is_first_of_u) return PeerAnswer{};
    return PeerAnswer{429, {{"Retry-After", "7"}}, "later"};
  });
  const std::vector<Json> lines = developer.replay_lines(
      {"1..3", "--to", std::to_string(server.port()), "--retries", "1s*10^3", "--speed", "1000x"},
      1);
  std::vector<std::string> order;
  for (const Json& line : lines) {
    if (line.at("type") != "attempt") continue;
    order.push_back(line.at("source").get<std::string>() + "/" + line.at("try").dump());
    if (line.at("capture") == 1) {
      CHECK(line.at("trace_id") == "trace-1");
      CHECK(line.at("tries") == 3);
      CHECK(line.at("status") == 429);
      CHECK(line.at("response_text") == "later");
    }
  }
  // Another user's delivery is not held up; the same user's waits.
  CHECK(order == std::vector<std::string>{"#1/1", "#3/1", "#1/2", "#1/3", "#2/1"});
  CHECK(lines[0].at("retry_in_ms") == 7.0);
  CHECK(lines[0].at("retry_after_ms") == 7000);
  CHECK(lines[2].at("retry_in_ms") == 10.0);
  CHECK(lines[3].at("retry_in_ms") == nullptr);
  CHECK(lines.back().at("retries") == 2);
  CHECK(lines.back().at("failed") == 1);
  for (const PeerRequest& request : server.requests()) check_signed_now(request);
  CHECK(developer.attempts(1).size() == 3);
  // Vantage takes other 4xx as final.
  PeerServer missing(PeerAnswer{404});
  const std::vector<Json> final = developer.replay_lines(
      {"1", "--to", std::to_string(missing.port()), "--retries", "vantage"}, 1);
  CHECK(final.size() == 2);
}

TEST_CASE("replay exits by what became of the deliveries") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  PeerServer good;
  PeerServer bad(PeerAnswer{401, {}, "{\"error\":\"who?\"}"});
  const std::string to_good = std::to_string(good.port());
  const std::string to_bad = std::to_string(bad.port());
  const std::pair<Words, int> rows[] = {
      {{"1", "--to", to_good}, 0},
      {{"1", "--to", to_bad}, 1},
      {{"1", "--to", to_bad, "--expect-status", "401"}, 0},
      {{"1", "--to", to_bad, "--expect-status", "2xx"}, 8},
      {{"1", "--to", to_good, "--expect-status", "4xx,500"}, 8},
      {{"7", "--to", to_good}, 3},
      {{"@none", "--to", to_good}, 3},
      {{"last~1", "--to", to_good}, 3},
      {{"missing.json", "--to", to_good}, 1},
      {{"1"}, 4},
      {{"--to", to_good}, 4},
      {{"--type", "daily", "--to", to_good}, 3},
      {{"1", "--to", "sleep=" + to_good, "--type", "daily"}, 3},
      {{"1", "--to", "daily=" + to_good}, 3},
      {{"1", "--to", to_good, "--retries", "3"}, 4},
      {{"1", "--to", to_good, "--rate", "fast"}, 4},
      {{"1", "--to", to_good, "--speed", "2x"}, 4},
      {{"1", "--to", to_good, "--gaps", "--rate", "1/s"}, 4},
      {{"1", "--to", to_good, "--gaps", "--order", "shuffled"}, 4},
      {{"1", "--to", to_good, "--last", "1"}, 4},
      {{"1", "--to", to_good, "--concurrency", "0"}, 4},
      {{"1", "--to", to_good, "--timeout", "0"}, 4},
      {{"1", "--to", to_good, "--print", "wget"}, 4},
      {{"1", "--to", to_good, "--duplicate", "200%"}, 4},
      {{"1", "--to", to_good, "--expect-status", "ok"}, 4},
  };
  for (const auto& row : rows) {
    const auto& [words, code] = row;
    CAPTURE(row.first.back());
    const Finished finished = developer.replay(words);
    CHECK(finished.code == code);
    if (code == 3 || code == 4) CHECK(finished.out.empty());
    CHECK(!finished.err.empty());
  }
  CHECK(developer.replay({"1", "--to", to_bad}).out.find("{\"error\":\"who?\"}") !=
        std::string::npos);
}

TEST_CASE("replay says once that nobody listens") {
  const Developer developer;
  developer.receive({body_of("u", 1), body_of("u", 2), body_of("u", 3)});
  const std::string nowhere = std::to_string(unused_port());
  const Finished finished = developer.replay({"1..3", "--to", nowhere});
  CHECK(finished.code == 1);
  const auto first = finished.out.find("connection refused");
  CHECK(first != std::string::npos);
  CHECK(finished.out.find("connection refused", first + 1) == std::string::npos);
  CHECK(finished.err.find("not sent    2") != std::string::npos);
  // With retries it may come up yet: all are tried.
  const std::vector<Json> lines = developer.replay_lines(
      {"1..3", "--to", nowhere, "--retries", "1s*2^2", "--speed", "1000x"}, 1);
  CHECK(lines.back().at("attempts") == 6);
  CHECK(lines[0].at("failure") == "unreachable");
  CHECK(developer.attempts(1).back().status == std::nullopt);
}

TEST_CASE("replay checks an https target unless it is told not to") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  const auto files = terra_hook::localhost_certificate(
      developer.home().path(),
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  REQUIRE(files);
  PeerServer server(PeerAnswer{}, PeerSetup{files->certificate, files->key});
  const Finished refused = developer.replay({"1", "--to", server.url()});
  CHECK(refused.code == 1);
  CHECK(refused.out.find("self-signed certificate") != std::string::npos);
  CHECK(refused.out.find("--cacert") != std::string::npos);
  CHECK(server.request_count() == 0);
  CHECK(developer.replay({"1", "--to", server.url(), "-k"}).code == 0);
  CHECK(
      developer.replay({"1", "--to", server.url(), "--cacert", files->certificate.string()}).code ==
      0);
  CHECK(server.request(1).body == body_of("u", 1));
  check_signed_now(server.request(1));
}

TEST_CASE("replay gets one clear line from a target that misbehaves") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  const struct {
    PeerAnswer::Kind kind;
    const char* failure;
    const char* error;
  } cases[] = {
      {PeerAnswer::Kind::reset, "closed", "closed the connection without an answer"},
      {PeerAnswer::Kind::close, "closed", "closed the connection without an answer"},
      {PeerAnswer::Kind::hang, "timed_out", "did not answer within 300 ms"},
      {PeerAnswer::Kind::drip, "timed_out", "did not answer within 300 ms"},
  };
  for (const auto& sample : cases) {
    CAPTURE(sample.failure);
    PeerServer server(PeerAnswer{200, {}, "", sample.kind});
    const Words words = {"1", "--to", server.url(), "--timeout", "300ms"};
    const std::vector<Json> lines = developer.replay_lines(words, 1);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].at("failure") == sample.failure);
    CHECK(lines[0].at("error").get<std::string>().find(sample.error) != std::string::npos);
    const Finished text = developer.replay(words);
    CHECK(text.code == 1);
    CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 2);  // the delivery, and why
    CHECK(text.out.find(sample.error) != std::string::npos);
  }
}

TEST_CASE("replay reads only so much of an answer without end") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  constexpr std::uint64_t k_most_read = 64U << 20;
  PeerServer server(PeerAnswer{200, {}, "", PeerAnswer::Kind::endless_body});
  ChildProcess child(terra_hook_program(),
                     {"replay", "1", "--to", server.url(), "--format", "ndjson"},
                     {developer.home().path(), Developer::with_secret()});
  const Json attempt = Json::parse(*child.next_line());
  CHECK(attempt.at("status") == 200);
  CHECK(attempt.at("response_size") > k_most_read);
  CHECK(attempt.at("response_size") < 2 * k_most_read);
  if (!k_is_sanitized) CHECK(child.peak_resident_bytes() < k_most_read);
  CHECK(child.wait() == 0);
  CHECK(developer.attempts(1).back().body.size() == k_max_attempt_body);
}

TEST_CASE("replay takes files and standard input") {
  const Developer developer;
  PeerServer server;
  const Words target = {"--to", server.url()};
  const std::string json = " {\"type\":\"sleep\"}\n";
  const auto file = developer.home().write("a.json", json);
  const auto message = developer.home().write(
      "b.http", "PUT /there HTTP/1.1\r\nX-Odd: 1\r\nX-Terra-Signature: t=1,v1=00\r\n\r\nnot json");
  CHECK(developer.replay(Words{file.string(), message.string(), "-"} + target, "[1]").code == 0);
  CHECK(server.request(0).body == json);
  CHECK(server.request(0).field("Content-Type") == "application/json");
  CHECK(server.request(0).target == "/");
  CHECK(server.request(0).count("X-Terra-Signature") == 1);
  CHECK(server.request(1).method == "PUT");
  CHECK(server.request(1).target == "/there");
  CHECK(server.request(1).body == "not json");
  CHECK(server.request(1).field("X-Odd") == "1");
  const std::string signature = server.request(1).field("X-Terra-Signature");
  CHECK(signature == signature_header(k_secret, "not json", time_of(signature)));
  CHECK(server.request(2).body == "[1]");
  const auto lines = developer.home().write("d.ndjson", "{\"type\":\"sleep\"}\n{\"n\":1.0}\n");
  const auto har = developer.home().write(
      "e.har", R"({"log":{"version":"1.2","entries":[{"request":{"method":"POST",
"url":"https://x.test/a?b=1","headers":[{"name":"X-Odd","value":"2"}],
"postData":{"mimeType":"application/json","text":"{\"n\":2.0}"}}},
{"request":{"method":"GET","url":"https://x.test/","headers":[]}}]}})");
  const std::vector<Json> from_files =
      developer.replay_lines(Words{lines.string(), har.string()} + target, 0);
  CHECK(from_files.size() == 4);
  CHECK(from_files[1].at("source") == lines.string() + " line 2");
  CHECK(server.request(4).body == "{\"n\":1.0}");
  CHECK(server.request(5).body == "{\"n\":2.0}");
  CHECK(server.request(5).target == "/a?b=1");
  CHECK(server.request(5).field("X-Odd") == "2");
  const auto bad = developer.home().write("c.json", "{\"a\":}");
  const Finished refused = developer.replay(Words{bad.string()} + target);
  CHECK(refused.code == 3);
  CHECK(refused.err.find("line 1, column 6") != std::string::npos);
  // In a pipe there is no width that a long name could use up.
  const auto deep = developer.home().write(std::string(60, 'f') + ".json", json);
  CHECK(developer.replay(Words{deep.string()} + target)
            .out.ends_with(" POST " + server.url() + "/\n"));
}

TEST_CASE("replay routes by type and follows a filter") {
  const Developer developer;
  developer.receive({body_of("u", 1, "sleep"), body_of("u", 2, "daily"), body_of("u", 3, "body")});
  PeerServer sleep;
  PeerServer rest;
  CHECK(developer.replay({"1..3", "--to", "sleep=" + sleep.url("/s"), "--to", rest.url()}).code ==
        0);
  CHECK(sleep.request_count() == 1);
  CHECK(sleep.request().target == "/s?q=%41+b");
  CHECK(rest.request_count() == 2);
  const std::vector<Json> lines =
      developer.replay_lines({"--since", "1h", "--to", "daily=" + sleep.url()}, 0);
  CHECK(lines.size() == 2);
  CHECK(lines.back().at("without_route") == 2);
  CHECK(developer.replay({"--type", "daily,body", "--to", sleep.url()}).code == 0);
  CHECK(sleep.request_count() == 4);
}

TEST_CASE("replay filters what is in files and takes a tag alone") {
  const Developer developer;
  developer.receive({body_of("u", 1, "sleep"), body_of("u", 2, "daily")});
  REQUIRE(run_terra_hook({"tag", "2", "kept"}, {developer.home().path()}).code == 0);
  PeerServer server;
  CHECK(developer.replay({"--tag", "kept", "--to", server.url()}).code == 0);
  REQUIRE(server.request_count() == 1);
  CHECK(server.request(0).body == body_of("u", 2, "daily"));
  const auto lines =
      developer.home().write("d.ndjson", "{\"type\":\"sleep\"}\n{\"type\":\"body\"}\n");
  CHECK(developer.replay({lines.string(), "1..2", "--type", "sleep", "--to", server.url()}).code ==
        0);
  REQUIRE(server.request_count() == 3);
  CHECK(server.request(1).body == "{\"type\":\"sleep\"}");
  const Finished none = developer.replay({lines.string(), "--type", "daily", "--to", server.url()});
  CHECK(none.code == 3);
  CHECK(none.err.find("no delivery matches the filter") != std::string::npos);
  const Finished tag = developer.replay({lines.string(), "--tag", "kept", "--to", server.url()});
  CHECK(tag.code == 4);
  CHECK(tag.err.find("--tag is for captures") != std::string::npos);
  CHECK(server.request_count() == 3);
}

TEST_CASE("replay repeats and shuffles and duplicates by a seed") {
  const Developer developer;
  std::vector<std::string> bodies;
  for (int n = 0; n < 12; ++n) bodies.push_back(body_of("u", n));
  developer.receive(bodies);
  const auto order_with = [&](const Words& more, int code) {
    PeerServer server;
    const Finished finished = developer.replay(more + Words{"--to", std::to_string(server.port())});
    CHECK(finished.code == code);
    std::string order;
    for (const PeerRequest& request : server.requests()) {
      order += Json::parse(request.body).at("n").dump() + " ";
    }
    return order;
  };
  const Words shuffled = {"--last",   "12",          "--repeat", "2",     "--order",
                          "shuffled", "--duplicate", "30%",      "--seed"};
  const std::string order = order_with(shuffled + Words{"5"}, 0);
  CHECK(order == order_with(shuffled + Words{"5"}, 0));
  CHECK(order != order_with(shuffled + Words{"6"}, 0));
  CHECK(std::count(order.begin(), order.end(), ' ') > 24);
  CHECK(order_with({"2", "--gaps", "1..2", "last"}, 0) == "1.0 0.0 1.0 11.0 ");
}

TEST_CASE("replay describes what it would send") {
  const Developer developer;
  const std::string body = "{\"type\":\"it's\",\"x\":\"\\\"$HOME`id`\"}\n\n";
  developer.receive({body, std::string("\x00\xff\x1b[2J", 6)},
                    {{"Authorization", "Bearer t0ken"}, {"X-Odd", "a'b  \"c\" \\n"}});
  PeerServer server;
  const Finished dry = developer.replay({"1..2", "--to", server.url("/x"), "--dry-run"});
  CHECK(dry.code == 0);
  CHECK(dry.out.find("#1      it's") == 0);
  CHECK(dry.out.find("signed with") != std::string::npos);
  const Finished curl = developer.replay({"1..2", "--to", server.url(), "--print", "curl"});
  CHECK(curl.code == 0);
  CHECK(curl.out.find("t0ken") == std::string::npos);
  CHECK(curl.out.find('\x1b') == std::string::npos);
  CHECK(server.request_count() == 0);
  CHECK(developer.attempts(1).empty());

  const Finished run = run_program("bash", {"-e", "-c", curl.out}, {developer.home().path()});
  CAPTURE(run.err);
  CHECK(run.code == 0);
  CHECK(server.request(0).body == body);
  CHECK(server.request(0).target == "/in?q=%41+b");
  CHECK(server.request(0).field("X-Odd") == "a'b  \"c\" \\n");
  check_signed_now(server.request(0));
  CHECK(server.request(1).body == std::string("\x00\xff\x1b[2J", 6));
  check_signed_now(server.request(1));
}

TEST_CASE("replay says what goes out otherwise than it was kept") {
  const Developer developer;
  developer.receive({body_of("u", 1)}, {{"X-Old", "o"}, {"X-Gone", "g"}});
  const Words edits{"1",          "--to", "3000",     "--dry-run", "--set",   "/n=7", "--set",
                    "/new=\"x\"", "-H",   "X-Old: n", "-H",        "X-Gone:", "-H",   "X-Add: a"};
  const Finished dry = developer.replay(edits);
  CHECK(dry.code == 0);
  for (const char* line :
       {"        - /n  1.0\n        + /n  7\n", "        + /new  \"x\"\n",
        "        - X-Old: o\n        + X-Old: n\n", "        - X-Gone: g\n", "        + X-Add: a\n",
        "        - terra-signature: t=", "        + terra-signature: t="}) {
    CAPTURE(line);
    CHECK(dry.out.find(line) != std::string::npos);
  }
  const Finished unchanged = developer.replay({"1", "--to", "3000", "--dry-run", "--as-received"});
  CHECK(std::count(unchanged.out.begin(), unchanged.out.end(), '\n') == 1);

  const Finished lines = developer.replay(edits + Words{"--as-received", "--format", "ndjson"});
  CHECK(Json::parse(lines.out).at("differences") == Json::parse(R"([
      {"path":"/n","kept":"1.0","sent":"7"},
      {"path":"/new","kept":null,"sent":"\"x\""},
      {"header":"X-Old","kept":"o","sent":"n"},
      {"header":"X-Gone","kept":"g","sent":null},
      {"header":"X-Add","kept":null,"sent":"a"}])"));
}

TEST_CASE("replay says once what a refusal may come from") {
  const Developer developer;
  developer.receive({body_of("u", 1), body_of("u", 2)});
  PeerServer wary(PeerAnswer{401, {}, ""});
  const std::string to = std::to_string(wary.port());
  const auto told = [&](const Words& more, bool has_secret) {
    return developer.replay(Words{"1..2", "--to", to} + more, "", has_secret).out;
  };
  const std::string fresh = told({}, true);
  CAPTURE(fresh);
  const std::string hint = "signed with the secret 'default': is it the one the handler has";
  CHECK(fresh.find(hint) != std::string::npos);
  CHECK(fresh.find(hint) == fresh.rfind(hint));
  // They came with the deprecated name alone.
  CHECK(fresh.find("There is Terra-Signature alone, Terra sends X-Terra-Signature too") !=
        std::string::npos);
  CHECK(told({"-H", "X-Terra-Signature: x"}, true).find("alone") == std::string::npos);
  CHECK(told({"--unsigned"}, true).find("went out without a signature") != std::string::npos);
  CHECK(told({}, false).find("too old by now") != std::string::npos);
  CHECK(told({"--expect-status", "401"}, true).find("secret") == std::string::npos);
  PeerServer elsewhere(PeerAnswer{302, {{"Location", "/there"}}, ""});
  const Finished moved = developer.replay({"1", "--to", std::to_string(elsewhere.port())});
  CHECK(moved.code == 1);
  CHECK(moved.out.find("a redirect to /there: Terra does not follow it") != std::string::npos);
  CHECK(elsewhere.request_count() == 1);
}

TEST_CASE("replay interrupted finishes what is under way") {
  const Developer developer;
  developer.receive({body_of("u", 1), body_of("u", 2)});
  PeerServer server(PeerAnswer{200, {}, "", PeerAnswer::Kind::hold});
  ChildProcess child(terra_hook_program(),
                     {"replay", "1..2", "--to", server.url(), "--format", "ndjson"},
                     {developer.home().path(), Developer::with_secret()});
  CHECK(server.request().field("X-Terra-Trace-Id") == "trace-1");
  child.signal(SIGINT);
  child.await_error_text("stopping");
  server.release();
  CHECK(child.wait() == 130);
  CHECK(Json::parse(*child.next_line()).at("status") == 200);
  const Json summary = Json::parse(*child.next_line());
  CHECK(summary.at("interrupted") == true);
  CHECK(summary.at("not_sent") == 1);
  CHECK(server.request_count() == 1);
  CHECK(developer.attempts(1).size() == 1);
}

TEST_CASE("replay interrupted before a next try says what was tried") {
  const Developer developer;
  developer.receive({body_of("u", 1)});
  PeerServer server(PeerAnswer{500});
  ChildProcess child(
      terra_hook_program(),
      {"replay", "1", "--to", server.url(), "--retries", "1h*2^3<=8h", "--format", "ndjson"},
      {developer.home().path(), Developer::with_secret()});
  CHECK(Json::parse(*child.next_line()).at("status") == 500);
  child.signal(SIGINT);
  CHECK(child.wait() == 130);
  const Json summary = Json::parse(*child.next_line());
  CHECK(summary.at("deliveries") == 1);
  CHECK(summary.at("unfinished") == 1);
  CHECK(summary.at("not_sent") == 0);
}

TEST_CASE("replay tells what was changed and what it makes authentic") {
  const Developer developer;
  {
    Listener listener(developer.home(), {}, Developer::with_secret());
    REQUIRE(post(listener.port(), body_of("u", 1)).status == 401);
    REQUIRE(listener.stop() == 0);
  }
  PeerServer server;
  const Finished fresh = developer.replay({"1", "--to", server.url()});
  CHECK(fresh.err.find("1 delivery arrived without a valid signature") != std::string::npos);
  const Finished kept = developer.replay(
      {"1", "--to", server.url(), "--as-received", "--set", "/n=7", "-H", "X-A: b"});
  CHECK(kept.err.find("arrived without") == std::string::npos);
  const std::vector<Attempt> attempts = developer.attempts(1);
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0].changes.empty());
  CHECK(attempts[1].changes == "body edited, header fields changed");
}

TEST_CASE("replay shows a bar at a terminal and a table at the end") {
  const Developer developer;
  std::vector<std::string> bodies;
  for (int n = 0; n < 30; ++n) bodies.push_back(body_of("u", n));
  developer.receive(bodies);
  PeerServer server([](const PeerRequest& request) {
    const bool holds = request.field("X-Terra-Trace-Id") == "trace-30";
    return PeerAnswer{200, {}, "", holds ? PeerAnswer::Kind::hold : PeerAnswer::Kind::answer};
  });
  PseudoTerminal terminal(terra_hook_program(), {"replay", "1..30", "--to", server.url()},
                          {developer.home().path(), Developer::with_secret()});
  terminal.await("29 of 30");
  server.release();
  CHECK(terminal.wait() == 0);
  const std::string& screen = terminal.screen();
  CHECK(screen.find("30 deliveries, ") != std::string::npos);
  CHECK(screen.find("p99") != std::string::npos);
  CHECK(screen.find("#7 ") == std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
