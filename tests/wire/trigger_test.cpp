// SPDX-License-Identifier: MIT
// `trigger` to real servers, a real listener among them.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "capture/store.hpp"
#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view k_trigger_secret = "the-secret-of-the-trigger-tests";

std::map<std::string, std::string> trigger_secret() {
  return {{"TERRA_SIGNING_SECRET", std::string(k_trigger_secret)}};
}

Finished trigger(const TempDir& home, Words words, bool has_secret = true,
                 const std::string& input = "") {
  words.insert(words.begin(), "trigger");
  return run_terra_hook(
      words,
      {home.path(), has_secret ? trigger_secret() : std::map<std::string, std::string>(), input});
}

bool is_signed_right(const PeerRequest& request) {
  const std::string value = request.field("X-Terra-Signature");
  if (!value.starts_with("t=")) return false;
  return value == signature_header(k_trigger_secret, request.body, std::stoll(value.substr(2)));
}

TEST_CASE("trigger sends an event as Terra does") {
  const TempDir home;
  PeerServer server;
  const Finished finished =
      trigger(home, {"auth", "sleep", "--user-id", "u-1", "--to", server.url("/hook")});
  CAPTURE(finished.err);
  CHECK(finished.code == 0);
  CHECK(finished.out.find("200") != std::string::npos);
  std::set<std::string> traces;
  for (std::size_t i = 0; i < 2; ++i) {
    const PeerRequest request = server.request(i);
    CHECK(request.method == "POST");
    CHECK(request.target == "/hook");
    CHECK(is_signed_right(request));
    CHECK(request.field("Terra-Signature") == request.field("X-Terra-Signature"));
    CHECK(request.field("Content-Type") == "application/json");
    CHECK(request.field("User-Agent").starts_with("terra-hook/"));
    CHECK(!request.field("terra-reference").empty());
    CHECK(request.field("X-Terra-Ordering-Timestamp").size() == 13);
    traces.insert(request.field("X-Terra-Trace-Id"));
    const Json event = Json::parse(request.body);
    CHECK(event.at("type") == (i == 0 ? "auth" : "sleep"));
    CHECK(event.at("user").at("user_id") == "u-1");
  }
  CHECK(traces.size() == 2);
}

TEST_CASE("trigger with a seed repeats a delivery and without one makes another") {
  const TempDir home;
  PeerServer server;
  for (int i = 0; i < 2; ++i) {
    trigger(home, {"daily", "--date", "2026-07-01", "--seed", "5", "--to", server.url()});
  }
  for (int i = 0; i < 2; ++i) {
    trigger(home, {"daily", "--date", "2026-07-01", "--to", server.url()});
  }
  const auto trace = [&](std::size_t i) { return server.request(i).field("X-Terra-Trace-Id"); };
  CHECK(trace(0) == trace(1));
  CHECK(server.request(0).body == server.request(1).body);
  CHECK(trace(2) != trace(3));
  CHECK(server.request(2).body == server.request(3).body);
}

TEST_CASE("trigger sends a body of one's own and unsigned ones") {
  const TempDir home;
  PeerServer server;
  const std::string own = "{\"type\" : \"mine\",\"x\":1.0}\r\n";
  trigger(home, {"--file", "-", "--trace-id", "t-1", "--to", server.url()}, true, own);
  CHECK(server.request(0).body == own);
  CHECK(server.request(0).field("X-Terra-Trace-Id") == "t-1");
  CHECK(is_signed_right(server.request(0)));
  trigger(home, {"daily", "--unsigned", "--to", server.url()});
  CHECK(server.request(1).count("X-Terra-Signature") == 0);
  CHECK(server.request(1).count("Terra-Signature") == 0);
  const Finished finished = trigger(home, {"daily", "--to", server.url()}, false);
  CHECK(server.request(2).count("X-Terra-Signature") == 0);
  CHECK(finished.err.find("no signing secret is known") != std::string::npos);
}

TEST_CASE("trigger that finds nobody where it looks by itself says how to find somebody") {
  const TempDir home;
  const std::uint16_t port = unused_port();
  std::map<std::string, std::string> variables = trigger_secret();
  variables["TERRA_HOOK_PORT"] = std::to_string(port);
  const Finished alone = run_terra_hook({"trigger", "daily"}, {home.path(), variables});
  CHECK(alone.code == 1);
  const std::string said = alone.out + alone.err;
  CHECK(said.find("start terra-hook listen, or name another port with --to PORT") !=
        std::string::npos);
  CHECK(said.find("is the server running") == std::string::npos);
  const Finished named = trigger(home, {"daily", "--to", std::to_string(port)});
  CHECK((named.out + named.err).find("is the server running, and on this port?") !=
        std::string::npos);
}

TEST_CASE("trigger tells of answers as replay does") {
  const TempDir home;
  PeerServer server(PeerAnswer{503, {}, "busy"});
  CHECK(trigger(home, {"daily", "--to", server.url()}).code == 1);
  CHECK(trigger(home, {"daily", "--to", server.url(), "--expect-status", "503"}).code == 0);
  CHECK(trigger(home, {"daily", "--to", server.url(), "--expect-status", "200"}).code == 8);
  const Finished lines = trigger(
      home, {"daily", "--to", server.url(), "--format", "ndjson", "--retries", "10ms,10ms"});
  CHECK(lines.code == 1);
  CHECK(lines.out.find(R"("type":"attempt")") != std::string::npos);
  CHECK(server.request_count() == 6);
}

TEST_CASE("a pack is played in order and graded by its own answers") {
  const TempDir home;
  // A handler that does all right but for one thing.
  PeerServer server([](const PeerRequest& request) {
    const std::string value = request.count("X-Terra-Signature") == 1
                                  ? request.field("X-Terra-Signature")
                                  : request.field("Terra-Signature");
    const bool has_shape = value.starts_with("t=") && value.find(",v1=") != std::string::npos;
    const std::int64_t time = has_shape ? std::stoll(value.substr(2)) : 0;
    const std::string right = signature_header(k_trigger_secret, request.body, time);
    const bool is_right = value.find(right.substr(right.find("v1="))) != std::string::npos;
    if (!is_right || unix_now() - time > 300) return PeerAnswer{401};
    return PeerAnswer{request.body.find("auth_cancelled") == std::string::npos ? 200 : 500};
  });
  const Finished finished = trigger(home, {"--pack", "edge", "--to", server.url()});
  CAPTURE(finished.out);
  CAPTURE(finished.err);
  CHECK(finished.code == 8);
  CHECK(finished.err.find("the right answer to each; 1 not so") != std::string::npos);
  CHECK(finished.out.find("no-user 1") != std::string::npos);
  CHECK(finished.out.find("the right answer is 2xx") != std::string::npos);
  CHECK(trigger(home, {"--pack", "bad-signature,missing-signature,expired-signature", "--to",
                       server.url()})
            .code == 0);
}

TEST_CASE("a pack without a secret leaves out what is about signatures") {
  const TempDir home;
  PeerServer server;
  const Finished finished = trigger(home, {"--pack", "edge", "--to", server.url()}, false);
  CHECK(finished.code == 0);
  CHECK(finished.err.find("about signatures are left out") != std::string::npos);
  CHECK(finished.out.find("bad-signature") == std::string::npos);
}

TEST_CASE("a listener sees in a pack what is odd about it") {
  const TempDir home;
  Listener listener(home, {}, trigger_secret());
  const std::string url = "http://127.0.0.1:" + std::to_string(listener.port());
  CHECK(trigger(home, {"--pack", "two-chunks,duplicate,stale-order,bad-signature", "--to", url})
            .code == 0);
  REQUIRE(listener.stop() == 0);
  auto store = StoreReader::open(home / "data/terra-hook/captures.db");
  REQUIRE(store);
  std::vector<Capture> captures;
  REQUIRE(store->list({}, [&](const Capture& capture) {
    captures.push_back(capture);
    return true;
  }));
  REQUIRE(captures.size() == 8);
  CHECK(captures[0].summary.event_type == "large_request_sending");
  CHECK(captures[1].ids.chunk == 1);
  CHECK(captures[2].ids.chunk == 2);
  CHECK(captures[1].ids.terra_reference == captures[0].ids.terra_reference);
  CHECK(captures[4].older_than == captures[3].number);
  CHECK(captures[6].duplicate_of == captures[5].number);
  CHECK(captures[7].verdict == Verdict::invalid);
  for (std::size_t i = 0; i < 7; ++i) CHECK(captures[i].verdict == Verdict::valid);
}

}  // namespace
}  // namespace terra_hook::test
