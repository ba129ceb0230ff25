// SPDX-License-Identifier: MIT
// `conform` before handlers that do one thing wrong; tests/interop has real ones.
#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view k_conform_secret = "the-secret-of-the-conform-tests";

std::map<std::string, std::string> conform_secret() {
  return {{"TERRA_SIGNING_SECRET", std::string(k_conform_secret)}};
}

Finished conform(const TempDir& home, Words words) {
  words.insert(words.begin(), "conform");
  return run_terra_hook(words, {home.path(), conform_secret()}, std::chrono::seconds(60));
}

/// The checks of a JSON report that have this grade.
std::set<std::string> with_grade(const std::string& out, const std::string& grade) {
  std::set<std::string> ids;
  const Json document = Json::parse(out);
  for (const Json& check : document.at("checks")) {
    if (check.at("grade") == grade) ids.insert(check.at("id").get<std::string>());
  }
  return ids;
}

/// 200 for a signature that a `v1` makes right, else 401; knows nothing of schemes and ages.
PeerAnswer simple_answer(const PeerRequest& request) {
  const std::string value = request.field("X-Terra-Signature");
  if (!value.starts_with("t=")) return {401, {}, ""};
  const std::string right =
      signature_header(k_conform_secret, request.body, std::stoll(value.substr(2)));
  return {value == right ? 200 : 401, {}, ""};
}

TEST_CASE("conform grades what a handler answers") {
  const TempDir home;
  PeerServer server(simple_answer);
  const Finished finished =
      conform(home, {server.url("/hook"), "--format", "json", "--skip", "large"});
  CAPTURE(finished.err);
  CHECK(finished.code == 8);
  CHECK(finished.err.find("Testing http://127.0.0.1") == 0);
  CHECK(with_grade(finished.out, "failed") ==
        std::set<std::string>{"double-signature", "expired-signature"});
  CHECK(with_grade(finished.out, "weak") == std::set<std::string>{"one-name"});
  CHECK(!with_grade(finished.out, "passed").contains("large"));
  CHECK(with_grade(finished.out, "passed").contains("keep-alive"));
  CHECK(server.request(0).target == "/hook");
}

TEST_CASE("conform sends one check only and says how to mend it") {
  const TempDir home;
  PeerServer server(PeerAnswer{200, {}, "{\"ok\":true}"});
  const Finished finished = conform(
      home, {server.url("/hook?token=t0ken"), "--only", "bad-signature", "-H", "X-Env: test"});
  CHECK(finished.code == 8);
  CHECK(server.request_count() == 1);
  CHECK(server.request(0).target == "/hook?token=t0ken");
  CHECK(server.request(0).field("X-Env") == "test");
  for (const std::string part : {"answered 200, not 401", "webhooks-verify-raw-body",
                                 "{\"ok\":true}", "constant time", "0 passed, 1 failed"}) {
    CAPTURE(part);
    CHECK(finished.out.find(part) != std::string::npos);
  }
  CHECK((finished.out + finished.err).find("t0ken") == std::string::npos);
}

TEST_CASE("conform with a strict eye fails what is weak") {
  const TempDir home;
  PeerServer server(PeerAnswer{403});
  const Words words = {server.url(), "--only", "bad-signature,missing-signature"};
  CHECK(conform(home, words).code == 0);
  Words strict = words;
  strict.emplace_back("--strict");
  CHECK(conform(home, strict).code == 8);
  strict.emplace_back("--tap");
  const Finished tap = conform(home, strict);
  CHECK(tap.out.find("TAP version 13\n1..2\nnot ok 1 - bad-signature\n") == 0);
  CHECK(tap.err.find("2 weak") != std::string::npos);
}

TEST_CASE("conform takes a late answer for none") {
  const TempDir home;
  PeerServer server(PeerAnswer{200, {}, "", PeerAnswer::Kind::hang});
  const Finished finished =
      conform(home, {server.url(), "--only", "valid,concurrent", "--timeout", "200ms"});
  CHECK(finished.code == 8);
  CHECK(finished.out.find("did not answer within 200 ms") != std::string::npos);
  CHECK(finished.out.find("Mend `valid` first") != std::string::npos);
  CHECK(server.request_count() == 11);
}

TEST_CASE("conform sends ten deliveries at once") {
  const TempDir home;
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;
  // Answers when all ten have arrived.
  PeerServer server([&](const PeerRequest&) {
    std::unique_lock lock(mutex);
    ++waiting;
    changed.notify_all();
    const bool is_full = changed.wait_for(lock, k_patience, [&] { return waiting >= 10; });
    return PeerAnswer{is_full ? 200 : 500, {}, ""};
  });
  CHECK(conform(home, {server.url(), "--only", "concurrent"}).code == 0);
  CHECK(server.connection_count() == 10);
}

TEST_CASE("conform sees a connection that is closed") {
  const TempDir home;
  PeerServer server([](const PeerRequest& request) {
    PeerAnswer answer = simple_answer(request);
    answer.fields.push_back({"Connection", "close"});
    return answer;
  });
  const Finished finished = conform(home, {server.url(), "--only", "keep-alive"});
  CHECK(finished.code == 0);
  CHECK(finished.out.find("closes the connection after each answer") != std::string::npos);
}

TEST_CASE("conform says in one line that nobody is there") {
  const TempDir home;
  const std::string url = "http://127.0.0.1:" + std::to_string(unused_port());
  const Finished finished = conform(home, {url, "-q"});
  CHECK(finished.code == 1);
  CHECK(finished.out.empty());
  CHECK(finished.err.find("cannot connect to 127.0.0.1:") != std::string::npos);
}

TEST_CASE("conform goes on when a handler falls over") {
  const TempDir home;
  PeerServer server([](const PeerRequest& request) {
    PeerAnswer answer = simple_answer(request);
    if (request.body.find("\"athlete\"") != std::string::npos) {
      answer.kind = PeerAnswer::Kind::reset;
    }
    return answer;
  });
  const Finished finished = conform(home, {server.url(), "--only", "athlete,valid,bad-signature"});
  CHECK(finished.code == 8);
  CHECK(finished.out.find("closed the connection without an answer") != std::string::npos);
  CHECK(finished.out.find("2 passed, 1 failed") != std::string::npos);
}

TEST_CASE("conform can be interrupted") {
  const TempDir home;
  PeerServer server([](const PeerRequest& request) {
    PeerAnswer answer = simple_answer(request);
    if (request.body.find("\"athlete\"") != std::string::npos) answer.kind = PeerAnswer::Kind::hang;
    return answer;
  });
  ChildProcess child(terra_hook_program(),
                     {"conform", server.url(), "--only", "valid,athlete,bad-signature"},
                     {home.path(), conform_secret()});
  server.request(1);
  child.signal(SIGINT);
  CHECK(child.wait() == 130);
  CHECK(child.output().find("1 passed, 0 failed") != std::string::npos);
  CHECK(child.output().find("2 checks not made") != std::string::npos);
}

TEST_CASE("conform refuses what it can not do") {
  const TempDir home;
  const auto refused = [&](const Words& words, int code, const std::string& part) {
    const Finished finished = conform(home, words);
    CAPTURE(words.back());
    CAPTURE(finished.err);
    CHECK(finished.code == code);
    CHECK(finished.out.empty());
    CHECK(finished.err.find(part) != std::string::npos);
  };
  refused({"3000", "--only", "bad-signatur"}, 4, "did you mean 'bad-signature'?");
  refused({"3000", "--skip", "nothing-like-it"}, 4, "--list names them all");
  refused({"3000", "--only", "valid", "--skip", "valid"}, 4, "no check is left");
  refused({"--format", "text"}, 4, "which handler");
  refused({"ftp://example.com"}, 4, "ftp");
  refused({"3000", "--tap", "--format", "json"}, 4, "--junit FILE");
  refused({"3000", "--timeout", "0"}, 4, "--timeout");
  refused({"3000", "--sign-with", "nobody"}, 3, "nobody");
  refused({"3000", "--junit", "/nothing/here/x.xml"}, 1, "/nothing/here");
  const Finished unsigned_one = run_terra_hook({"conform", "3000"}, {home.path()});
  CHECK(unsigned_one.code == 2);
  CHECK(unsigned_one.err.find("TERRA_SIGNING_SECRET") != std::string::npos);
}

TEST_CASE("conform lists its checks without a target or a secret") {
  const TempDir home;
  const Finished text = run_terra_hook({"conform", "--list"}, {home.path()});
  CHECK(text.code == 0);
  const Finished list = run_terra_hook({"conform", "--list", "--format", "json"}, {home.path()});
  const Json checks = Json::parse(list.out);
  CHECK(checks.size() > 25);
  for (const Json& check : checks) {
    CHECK(text.out.find(check.at("id").get<std::string>() + " ") != std::string::npos);
  }
}

}  // namespace
}  // namespace terra_hook::test
