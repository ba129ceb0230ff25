// SPDX-License-Identifier: MIT
// `emulate` with real receivers: what it delivers, how it tries again, and what it is told to do.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "support/emulator.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_emulate_secret = "the-secret-of-the-emulator-tests";

using Words = std::vector<std::string>;

std::map<std::string, std::string> with_secret() {
  return {{"TERRA_SIGNING_SECRET", std::string(k_emulate_secret)}};
}

/// Waits until the emulator has nothing left to deliver, without asking it: by its lines.
std::vector<Json> attempts_until(Emulator& emulator, std::size_t delivered) {
  std::vector<Json> attempts;
  for (std::size_t done = 0; done < delivered;) {
    attempts.push_back(emulator.next("attempt"));
    if (attempts.back()["outcome"] == "delivered") ++done;
  }
  return attempts;
}

std::string start_and_end(const std::string& user, std::string_view more) {
  return "?user_id=" + user + "&start_date=2026-07-01&end_date=2026-07-08" + std::string(more);
}

}  // namespace

TEST_CASE("emulate delivers what it answers signed and named") {
  const TempDir home;
  PeerServer receiver;
  Emulator emulator(home, {"--webhook", receiver.url("/hook?q=1")}, with_secret());
  const std::string user = emulator.user();
  const RawResponse answer = emulator.get("/v2/sleep" + start_and_end(user, "&with_samples=true"));
  REQUIRE(answer.status == 200);
  const std::string reference = Json::parse(answer.body)["reference"];
  CHECK(answer.field("terra-reference") == reference);
  CHECK(answer.field("X-Emulated-By") == "terra-hook");

  const PeerRequest delivery = receiver.request();
  CHECK(delivery.method == "POST");
  CHECK(delivery.target == "/hook?q=1");
  CHECK(delivery.field("Content-Type") == "application/json");
  CHECK(delivery.field("terra-reference") == reference);
  CHECK(delivery.field("X-Terra-Trace-Id").size() == 36);
  CHECK(delivery.field("X-Terra-Ordering-Timestamp").size() == 13);
  const std::string signature = delivery.field("X-Terra-Signature");
  CHECK(signature == delivery.field("terra-signature"));
  const std::int64_t signed_at = std::stoll(signature.substr(2));
  CHECK(signature == signature_header(k_emulate_secret, delivery.body, signed_at));

  const RawResponse direct =
      emulator.get("/v2/sleep" + start_and_end(user, "&with_samples=true&to_webhook=false"));
  const Json data = Json::parse(direct.body)["data"];
  CHECK(data.size() > 0);
  CHECK(data == Json::parse(delivery.body)["data"]);
  CHECK(emulator.next("attempt")["body_sha256"] == to_hex(sha256(delivery.body)));
  CHECK(emulator.stop() == 0);
}

TEST_CASE("a failed delivery is tried again signed anew with the same ids and bytes") {
  const TempDir home;
  std::atomic<int> answered = 0;
  PeerServer receiver([&](const PeerRequest&) {
    const int n = ++answered;
    return n == 1   ? PeerAnswer{503}
           : n == 2 ? PeerAnswer{302, {{"Location", "/elsewhere"}}}
           : n == 3 ? PeerAnswer{404}
           : n == 4 ? PeerAnswer{.kind = PeerAnswer::Kind::close}
                    : PeerAnswer{200};
  });
  Emulator emulator(home, {"--webhook", receiver.url(), "--speed", "1000x"}, with_secret());
  emulator.control("sync?user=1&type=daily");
  const std::vector<Json> attempts = attempts_until(emulator, 1);
  REQUIRE(attempts.size() == 5);
  CHECK(attempts[0]["status"] == 503);
  CHECK(attempts[0]["outcome"] == "retrying");
  CHECK(attempts[0]["retry_in_ms"] == 30);
  CHECK(attempts[2]["retry_in_ms"] == 120);
  CHECK(attempts[3]["failure"] == "closed");
  CHECK(attempts[4]["try"] == 5);
  const std::vector<PeerRequest> requests = receiver.requests();
  REQUIRE(requests.size() == 5);
  for (const PeerRequest& request : requests) {
    for (const char* name : {"X-Terra-Trace-Id", "terra-reference", "X-Terra-Ordering-Timestamp"}) {
      CHECK(request.field(name) == requests[0].field(name));
    }
    CHECK(request.body == requests[0].body);
    const std::string signature = request.field("X-Terra-Signature");
    CHECK(signature ==
          signature_header(k_emulate_secret, request.body, std::stoll(signature.substr(2))));
  }
  CHECK(emulator.stop() == 0);
}

TEST_CASE("a delivery is given up at the end of its schedule or of its day") {
  const TempDir home;
  PeerServer receiver(PeerAnswer{500});
  Emulator emulator(home, {"--webhook", receiver.url(), "--retries", "1s,1s", "--speed", "1000x"});
  emulator.control("sync?user=1&type=daily");
  for (int i = 0; i < 2; ++i) CHECK(emulator.next("attempt")["outcome"] == "retrying");
  CHECK(emulator.next("attempt")["outcome"] == "given_up");
  CHECK(emulator.stop() == 0);
  CHECK(emulator.rest().back()["given_up"] == 1);

  Emulator old(home, {"--webhook", receiver.url(), "--retries", "1s,30h", "--speed", "1000x"});
  old.control("sync?user=1&type=daily");
  CHECK(old.next("attempt")["outcome"] == "retrying");
  CHECK(old.next("attempt")["outcome"] == "given_up");
  CHECK(old.stop() == 0);
}

TEST_CASE("a delivery keeps its webhook unless settings are followed") {
  const TempDir home;
  for (const bool is_frozen : {true, false}) {
    CAPTURE(is_frozen);
    PeerServer before(PeerAnswer{.status = 500, .kind = PeerAnswer::Kind::hold});
    PeerServer after;
    Emulator emulator(home, {"--webhook", before.url(), "--retries", "1s", "--speed", "1000x",
                             "--settings", is_frozen ? "frozen" : "current"});
    emulator.control("sync?user=1&type=daily");
    before.request();
    emulator.control("settings?webhook=" + after.url());
    before.release();
    emulator.next("attempt");
    const Json second = emulator.next("attempt");
    CHECK(second["try"] == 2);
    CHECK(second["status"] == (is_frozen ? 500 : 200));
    emulator.control("sync?user=1&type=daily");
    CHECK(emulator.next("attempt")["status"] == 200);
    CHECK(after.request_count() == (is_frozen ? 1U : 2U));
    CHECK(emulator.stop() == 0);
  }
}

TEST_CASE("a backfill arrives complete through failures and duplicates and disorder") {
  const TempDir home;
  Listener listener(home, {"--drop", "20%", "--seed", "3", "--body", "none"}, with_secret());
  Emulator emulator(home,
                    {"--webhook", listener.url(), "--speed", "1000x", "--chaos", "20%", "--seed",
                     "9", "--processing", "1s", "--days", "120"},
                    with_secret());
  const Json told = emulator.control("backfill?user=1&type=daily,sleep&with_samples=true");
  std::map<std::string, std::string> sent;  // by trace id
  std::map<std::string, std::size_t> expected;
  std::size_t duplicates = 0;
  std::size_t failed = 0;
  // Two requests: processing, sending and their chunks each.
  std::size_t wanted = 4;
  for (std::size_t delivered = 0; delivered < wanted || expected.size() < 2;) {
    const Json attempt = emulator.next("attempt");
    if (attempt["outcome"] == "duplicate") {
      ++duplicates;
      continue;
    }
    if (attempt["outcome"] == "retrying") {
      ++failed;
      continue;
    }
    REQUIRE(attempt["outcome"] == "delivered");
    ++delivered;
    sent[attempt["trace_id"]] = attempt["body_sha256"];
    const std::string reference = attempt["terra_reference"];
    if (!attempt["expected_payloads"].is_null() && !expected.contains(reference)) {
      expected[reference] = attempt["expected_payloads"];
      wanted += expected[reference];
    }
  }
  CHECK(duplicates > 0);
  CHECK(failed > 0);
  CHECK(expected.at(told["references"]["sleep"]) >= 10);
  CHECK(emulator.stop() == 0);
  CHECK(listener.stop() == 0);

  std::map<std::string, std::string> kept;
  std::map<std::string, std::set<std::int64_t>> chunks;
  for (const Json& capture : stored(home)) {
    CHECK(capture["verdict"] == "valid");
    const std::string body = stored_body(home, capture["number"]);
    const std::string digest = to_hex(sha256(body));
    const auto [place, is_new] = kept.emplace(capture["trace_id"], digest);
    CHECK(place->second == digest);
    if (!capture["chunk"].is_null()) {
      chunks[capture["terra_reference"]].insert(capture["chunk"].get<std::int64_t>());
    }
  }
  CHECK(kept == sent);
  for (const auto& [reference, count] : expected) {
    CHECK(chunks[reference].size() == count);
    CHECK(*chunks[reference].begin() == 1);
    CHECK(*chunks[reference].rbegin() == static_cast<std::int64_t>(count));
  }
}

TEST_CASE("ping mode links to the payload for a while") {
  const TempDir home;
  PeerServer receiver;
  Emulator emulator(home, {"--webhook", receiver.url(), "--ping", "--ping-expires", "1s"},
                    with_secret());
  emulator.control("sync?user=1&type=daily");
  const Json ping = Json::parse(receiver.request().body);
  CHECK(ping["type"] == "s3_payload");
  CHECK(ping["expires_in"] == 1);
  const std::string url = ping["url"];
  const std::string target = url.substr(url.find('/', 8));
  const RawResponse payload = emulator.call("GET", target, "", {});
  // A second is little on a busy machine.
  if (payload.status == 200) CHECK(Json::parse(payload.body)["type"] == "daily");
  CHECK(emulator.call("GET", target + "0", "", {}).status == 403);
  CHECK(emulator.call("GET", target.substr(0, target.find('?')) + "x", "", {}).status == 404);
  RawResponse late = payload;
  while (late.status == 200) late = emulator.call("GET", target, "", {});
  CHECK(late.status == 400);
  CHECK(late.body.find("expired token") != std::string::npos);
  // Events without data are sent as they are.
  emulator.control("error?user=1");
  CHECK(Json::parse(receiver.request(1).body)["type"] == "connection_error");
  CHECK(emulator.stop() == 0);
  for (const Json& line : emulator.rest()) {
    CHECK(line.dump().find("X-Amz-Signature") == std::string::npos);
  }
}

TEST_CASE("a listener follows ping mode's links") {
  const TempDir home;
  Listener listener(home, {"--fetch-payload"}, with_secret());
  Emulator emulator(home, {"--webhook", listener.url(), "--ping"}, with_secret());
  emulator.control("sync?user=1&type=daily");
  CHECK(listener.next("delivery")["event_type"] == "s3_payload");
  const std::vector<Json> attempts = attempts_until(emulator, 1);
  CHECK(listener.next("fetch")["event_type"] == "daily");
  CHECK(listener.stop() == 0);
  CHECK(emulator.stop() == 0);
}

TEST_CASE("faults on purpose reach the wire") {
  const TempDir home;
  Emulator emulator(home, {"--fault", "GET /sleep:504x2,drop,processing"});
  const std::string target = "/v2/sleep" + start_and_end(emulator.user(), "&to_webhook=false");
  for (int i = 0; i < 2; ++i) {
    const RawResponse refused = emulator.get(target);
    CHECK(refused.status == 504);
    CHECK(refused.field("Content-Type") == "application/problem+json");
  }
  RawClient client(emulator.port());
  client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_to_end() == "");
  CHECK(Json::parse(emulator.get(target).body)["retry_after_seconds"] == 1);
  CHECK(Json::parse(emulator.get(target).body)["data"].size() > 0);
  CHECK(emulator.stop() == 0);
  CHECK(emulator.rest().back()["requests_by_status"]["none"] == 1);
}

TEST_CASE("the control endpoint takes no orders from other sites' pages") {
  const TempDir home;
  Emulator emulator(home);
  const auto from = [&](const std::string& origin) {
    return emulator.call("POST", "/control/sync?user=1", "", {{"Origin", origin}}).status;
  };
  CHECK(from("https://example.com") == 403);
  CHECK(from("null") == 403);
  CHECK(from("http://127.0.0.1:" + std::to_string(emulator.port())) == 200);
  CHECK(emulator.call("GET", "/control/sync", "", {}).status == 405);
  CHECK(emulator.call("POST", "/control/sync?user=99", "", {}).status == 400);
  CHECK(Json::parse(emulator.get("/control").body)["users"].size() == 5);
  CHECK(emulator.stop() == 0);
}

TEST_CASE("a call of the control endpoint that is wrong is told why and logged once") {
  const TempDir home;
  Emulator emulator(home);
  const auto detail = [&](const std::string& target) {
    const RawResponse answer = emulator.call("POST", target, "", {});
    CHECK(answer.status == 400);
    return Json::parse(answer.body).at("detail").get<std::string>();
  };
  CHECK(detail("/control/sync?user=1&type=slep") ==
        "'slep' is not a data type; did you mean 'sleep'?");
  const Json connected = emulator.control("connect?provider=garmn");
  CHECK(connected.at("note") == "no provider 'GARMN' is known here; did you mean 'GARMIN'?");
  CHECK_FALSE(emulator.control("connect?provider=garmin").contains("note"));
  CHECK(emulator.stop() == 0);
  std::vector<std::string> told;
  for (const Json& line : emulator.rest()) {
    if (line.at("type") == "step") told.push_back(line.at("text"));
    if (line.at("type") == "request") told.push_back(line.dump());
  }
  REQUIRE(told.size() == 5);
  CHECK(told[0].find("'slep' is not a data type") != std::string::npos);
  CHECK(told[1].find("connected; no provider 'GARMN' is known here") != std::string::npos);
}

TEST_CASE("a script is gone through and decides the exit code") {
  const TempDir home;
  const auto run = [&](const std::string& script, const Words& more = {}) {
    std::ofstream(home / "script") << script;
    Words words{"emulate",    "--port",   "0",
                "--format",   "ndjson",   "--date",
                "2026-07-31", "--script", (home / "script").string(),
                "--speed",    "1000x"};
    words.insert(words.end(), more.begin(), more.end());
    return run_terra_hook(words, {home.path(), with_secret()});
  };
  PeerServer receiver;
  const Words to_receiver{"--webhook", receiver.url(), "--concurrency", "1"};
  const Finished done =
      run("connect OURA reference_id=alice\nwait 10s\ngap 2s\nsync alice type=daily\n"
          "reauth alice\nsettle\ndeauth alice\nstop\n",
          to_receiver);
  CHECK(done.code == 0);
  std::string types;
  for (const PeerRequest& request : receiver.requests()) {
    types += Json::parse(request.body)["type"].get<std::string>() + " ";
  }
  CHECK(types == "auth daily auth user_reauth deauth ");

  CHECK(run("sync 1 type=daily\nstop\n",
            {"--webhook", std::to_string(unused_port()), "--retries", "none"})
            .code == 1);
  const Finished wrong = run("sync 1\nsync nobody\n", to_receiver);
  CHECK(wrong.code == 3);
  CHECK(wrong.err.find("line 2: there is no user 'nobody'") != std::string::npos);
  CHECK(run("snyc 1\n").code == 3);
  CHECK(run("wait long\n").code == 3);
}

TEST_CASE("emulate says to people where its events go and what became of them") {
  const TempDir home;
  std::atomic<int> asked = 0;
  PeerServer receiver(
      [&](const PeerRequest&) { return PeerAnswer{.status = asked++ == 0 ? 503 : 200}; });
  const std::string script = home.write("script", "sync 1 type=daily\nsettle\nstop\n").string();
  const Finished done =
      run_terra_hook({"emulate", "--port", "0", "--webhook", receiver.url("/hook"), "--script",
                      script, "--speed", "1000x", "--concurrency", "1"},
                     {home.path(), with_secret()});
  CAPTURE(done.out + done.err);
  CHECK(done.code == 0);
  const std::string all = done.out + done.err;
  CHECK(all.find(receiver.url("/hook") + ", signed with ") != std::string::npos);
  CHECK(all.find(" at 1000x") != std::string::npos);
  CHECK(all.find("1 delivered") != std::string::npos);
  CHECK(all.find("200 x 1, 503 x 1") != std::string::npos);
}

TEST_CASE("emulate refuses what it can not do in one line") {
  const TempDir home;
  const auto refused = [&](const Words& words, int code) {
    Words all{"emulate"};
    all.insert(all.end(), words.begin(), words.end());
    const Finished finished = run_terra_hook(all, {home.path()});
    CAPTURE(words.back());
    CHECK(finished.code == code);
    CHECK(finished.out == "");
    return finished.err;
  };
  CHECK(refused({"--port", "70000"}, 4).find("'70000' is not a port") != std::string::npos);
  CHECK(refused({"--fault", "GET /sleep"}, 4).find("--fault") != std::string::npos);
  CHECK(refused({"--chaos=late"}, 4).find("--chaos") != std::string::npos);
  CHECK(refused({"--date", "1 July"}, 4).find("'1 July' is no date") != std::string::npos);
  CHECK(refused({"--days", "0"}, 4).find("a number of days") != std::string::npos);
  CHECK(refused({"--retries", "often"}, 4).find("--retries") != std::string::npos);
  CHECK(refused({"--script", (home / "none").string()}, 1).find("none") != std::string::npos);
  CHECK(refused({"--api-key-file", (home / "none").string()}, 1).find("none") != std::string::npos);
  PeerServer taken;
  CHECK(refused({"--port", std::to_string(taken.port())}, 1).find(std::to_string(taken.port())) !=
        std::string::npos);
}

TEST_CASE("the same seed gives the same deliveries") {
  const TempDir home;
  const auto deliver = [&](const std::string& seed) {
    PeerServer receiver;
    Emulator emulator(home, {"--webhook", receiver.url(), "--concurrency", "1", "--seed", seed});
    emulator.control("sync?user=1&with_samples=true");
    emulator.control("reauth?user=2");
    std::string all;
    std::size_t count = 0;
    for (; all.find("user_reauth") == std::string::npos; ++count) {
      const PeerRequest request = receiver.request(count);
      all += request.field("X-Terra-Trace-Id") + request.field("terra-reference") + request.body;
    }
    CHECK(emulator.stop() == 0);
    return all;
  };
  const std::string first = deliver("4");
  CHECK(first == deliver("4"));
  CHECK(first != deliver("5"));
}

TEST_CASE("a stop lets the try under way end") {
  const TempDir home;
  PeerServer receiver(PeerAnswer{.kind = PeerAnswer::Kind::hold});
  Emulator emulator(home, {"--webhook", receiver.url()}, with_secret());
  emulator.control("sync?user=1&type=daily");
  receiver.request();
  emulator.child().signal(SIGINT);
  CHECK(emulator.next("note")["message"].get<std::string>().find("1 under way") !=
        std::string::npos);
  receiver.release();
  const Json summary = emulator.next("summary");
  CHECK(summary["delivered"] == 1);
  CHECK(emulator.child().wait() == 0);
}

}  // namespace terra_hook::test
