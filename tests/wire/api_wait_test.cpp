// SPDX-License-Identifier: MIT
// `request --wait`: what goes to the webhook is followed there until all of it has come.
#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/listener.hpp"
#include "support/peer_server.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/signature.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_secret = "the-secret-of-the-wait-tests";
constexpr const char* k_reference = "5a3c2540-7139-44c6-8158-f81196e2cf2e";

using Words = std::vector<std::string>;

PeerAnswer receipt(bool is_large) {
  return {200,
          {},
          std::string(R"({"status":"success","type":"sleep","reference":")") + k_reference + "\"" +
              (is_large ? R"(,"message":"Large request submitted")" : "") + "}"};
}

/// A request that waits, with a home of its own.
class Waiting {
 public:
  explicit Waiting(const PeerServer& server) : url_(server.url()) {}

  Words command(const Words& more) const {
    Words words{"request",    "sleep",      "--user-id", "u-1", "--start-date", "2026-01-01",
                "--end-date", "2026-03-01", "--api-url", url_,  "--wait"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  ChildSetup setup(bool has_secret = false) const {
    ChildSetup setup{home_.path(), {{"TERRA_DEV_ID", "d"}, {"TERRA_API_KEY", "k"}}};
    if (has_secret) setup.environment["TERRA_SIGNING_SECRET"] = k_secret;
    return setup;
  }

  const TempDir& home() const { return home_; }

 private:
  TempDir home_;
  std::string url_;
};

/// The port of `listening on http://127.0.0.1:PORT`.
std::uint16_t listening_port(ChildProcess& child) {
  child.await_error_text("listening on http://127.0.0.1:");
  child.await_error_text("accepted: ");
  const std::string errors = child.errors();
  const std::string mark = "listening on http://127.0.0.1:";
  return static_cast<std::uint16_t>(std::stoi(errors.substr(errors.find(mark) + mark.size())));
}

/// Sends an event of the request; its trace id is of its own unless given. The status.
int deliver(std::uint16_t port, const std::string& body, const std::string& trace_id,
            std::string_view secret = "") {
  Fields fields{{"Content-Type", "application/json"},
                {"terra-reference", k_reference},
                {"X-Terra-Trace-Id", trace_id}};
  if (!secret.empty()) {
    fields.emplace_back("terra-signature", signature_header(secret, body, unix_now()));
  }
  return post(port, body, fields).status;
}

std::string chunk_body(int n) {
  return R"({"type":"sleep","user":{"user_id":"u-1"},"data":[{"n":)" + std::to_string(n) + "},{}]}";
}

int deliver_chunk(std::uint16_t port, int n, std::string_view secret = "") {
  return deliver(port, chunk_body(n), "t:chunk:" + std::to_string(n), secret);
}

int announce(std::uint16_t port, int expected) {
  return deliver(
      port,
      R"({"type":"large_request_sending","expected_payloads":)" + std::to_string(expected) + "}",
      "t-sending");
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("request that waits and listens ends when every chunk is there") {
  PeerServer server(receipt(true));
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(),
                     waiting.command({"--listen", "--port", "0", "--format", "ndjson"}),
                     waiting.setup());
  const std::uint16_t port = listening_port(child);
  const Json requested = Json::parse(*child.next_line());
  CHECK(requested.at("type") == "requested");
  CHECK(requested.at("terra_reference") == k_reference);
  CHECK(requested.at("start_date") == "2026-01-01");
  CHECK(requested.at("message") == "Large request submitted");
  // In any order, and one of them twice.
  CHECK(deliver_chunk(port, 2) == 200);
  CHECK(deliver_chunk(port, 2) == 200);
  CHECK(deliver(port, R"({"type":"large_request_processing"})", "t-processing") == 200);
  CHECK(announce(port, 3) == 200);
  CHECK(deliver_chunk(port, 3) == 200);
  CHECK(child.is_running());
  CHECK(deliver_chunk(port, 1) == 200);
  CHECK(child.wait() == 0);
  Json line;
  while (const auto text = child.next_line()) {
    line = Json::parse(*text);
    CHECK((line.at("type") == "progress" || line.at("type") == "summary"));
  }
  CHECK(line.at("type") == "summary");
  CHECK(line.at("is_complete") == true);
  CHECK(line.at("expected_payloads") == 3);
  CHECK(line.at("deliveries") == 3);
  CHECK(line.at("duplicates") == 1);
  CHECK(line.at("records") == 6);
  CHECK(line.at("missing_chunks").empty());
  // All of it was kept, to the byte.
  const Finished shown =
      run_terra_hook({"show", "1", "--format", "raw"}, {waiting.home().path(), {}});
  CHECK(shown.out == chunk_body(2));
}

TEST_CASE("request that waits in vain names what is missing and exits with 9") {
  PeerServer server(receipt(true));
  const Waiting waiting(server);
  const Words words = waiting.command({"3s", "--listen", "--port", "0"});
  ChildProcess child(terra_hook_program(), words, waiting.setup());
  const std::uint16_t port = listening_port(child);
  CHECK(announce(port, 5) == 200);
  for (const int n : {1, 2, 4}) CHECK(deliver_chunk(port, n) == 200);
  CHECK(child.wait() == 9);
  CHECK(child.output() == std::string(k_reference) + "\n");
  CHECK(has(child.errors(), "not complete after 3 s: 3/5, missing 3 and 5"));
  CHECK(has(child.errors(), std::string("list --terra-reference ") + k_reference));
}

TEST_CASE("request that waits follows what another listener keeps") {
  PeerServer server(receipt(false));
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(), waiting.command({}), waiting.setup());
  child.await_error_text("waiting for what a listener keeps in");
  Listener listener(waiting.home());
  // An ordinary request: its one delivery is all of it.
  CHECK(deliver(listener.port(), R"({"type":"sleep","data":[{}]})", "t-1") == 200);
  CHECK(child.wait() == 0);
  CHECK(has(child.errors(), "complete: 1 delivery, 1 record, "));
  CHECK(listener.stop() == 0);
}

TEST_CASE("request that waits does not take what was there before for its own") {
  PeerServer server(receipt(false));
  const Waiting waiting(server);
  Listener listener(waiting.home());
  CHECK(deliver(listener.port(), R"({"type":"sleep","data":[{}]})", "t-1") == 200);
  const Finished finished = run_terra_hook(waiting.command({"1s"}), waiting.setup());
  CHECK(finished.code == 9);
  CHECK(has(finished.err, "nothing has come yet"));
  CHECK(listener.stop() == 0);
}

TEST_CASE("request that waits takes an empty store for one that is being made") {
  PeerServer server(receipt(false));
  const Waiting waiting(server);
  const std::filesystem::path store = waiting.home().path() / "data/terra-hook/captures.db";
  std::filesystem::create_directories(store.parent_path());
  std::ofstream(store).close();
  ChildProcess child(terra_hook_program(), waiting.command({}), waiting.setup());
  child.await_error_text("waiting for what a listener keeps in");
  Listener listener(waiting.home());
  CHECK(deliver(listener.port(), R"({"type":"sleep","data":[{}]})", "t-1") == 200);
  CHECK(child.wait() == 0);
  CHECK(listener.stop() == 0);
}

TEST_CASE("request that waits counts nothing that was not accepted") {
  PeerServer server(receipt(false));
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(), waiting.command({"--format", "ndjson"}),
                     waiting.setup());
  child.await_error_text("waiting for what a listener keeps in");
  Listener listener(waiting.home(), {"--respond", "500x2,200"});
  const std::string body = R"({"type":"sleep","data":[{}]})";
  CHECK(deliver(listener.port(), body, "t-1") == 500);
  CHECK(deliver(listener.port(), body, "t-1") == 500);
  while (Json::parse(child.next_line().value()).value("failed", 0) != 2) {
  }
  CHECK(child.is_running());
  CHECK(deliver(listener.port(), body, "t-1") == 200);
  CHECK(child.wait() == 0);
  CHECK(has(child.errors(), "complete: 1 delivery, 1 record, "));
  CHECK(has(child.errors(), ", 2 answered other than 2xx"));
  CHECK(listener.stop() == 0);
}

TEST_CASE("request that waits waits for what the target answers") {
  PeerServer server(receipt(false));
  PeerServer handler(PeerAnswer{503, {}, ""});
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(), waiting.command({"--format", "ndjson"}),
                     waiting.setup());
  child.await_error_text("waiting for what a listener keeps in");
  Listener listener(waiting.home(), {"--forward-to", handler.url("/hook")});
  const std::string body = R"({"type":"sleep","data":[{}]})";
  CHECK(deliver(listener.port(), body, "t-1") == 503);
  while (Json::parse(child.next_line().value()).value("failed", 0) != 1) {
  }
  CHECK(child.is_running());
  child.signal(SIGINT);
  CHECK(child.wait() == 130);
  CHECK(has(child.errors(), "nothing has come yet; 1 answered other than 2xx"));
  CHECK(listener.stop() == 0);
}

TEST_CASE("request that waits does not wait for a store that can not be looked at") {
  PeerServer server(receipt(false));
  const Waiting waiting(server);
  const std::filesystem::path loop = waiting.home().path() / "loop.db";
  std::filesystem::create_symlink(loop, loop);
  const Finished finished =
      run_terra_hook(waiting.command({"3s", "--store", loop.string()}), waiting.setup());
  CHECK(finished.code == 1);
  CHECK(has(finished.err, "can't open the store " + loop.string()));
}

TEST_CASE("request that waits counts nothing whose signature fails") {
  PeerServer server(receipt(true));
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(), waiting.command({"--listen", "--port", "0"}),
                     waiting.setup(true));
  const std::uint16_t port = listening_port(child);
  CHECK(deliver(port, R"({"type":"large_request_sending","expected_payloads":1})", "t-s",
                k_secret) == 200);
  CHECK(deliver_chunk(port, 1, "another secret") == 401);
  child.await_error_text("1 with a signature that fails");
  child.await_error_text("was answered 401");
  CHECK(child.is_running());
  CHECK(deliver_chunk(port, 1, k_secret) == 200);
  CHECK(child.wait() == 0);
  CHECK_FALSE(has(child.errors(), k_secret));
}

TEST_CASE("request that waits is stopped with 130 and says how far it came") {
  PeerServer server(receipt(true));
  const Waiting waiting(server);
  ChildProcess child(terra_hook_program(), waiting.command({"--listen", "--port", "0"}),
                     waiting.setup());
  const std::uint16_t port = listening_port(child);
  CHECK(announce(port, 2) == 200);
  child.await_error_text("0/2 payloads");
  child.signal(SIGINT);
  CHECK(child.wait() == 130);
  CHECK(has(child.errors(), "stopped waiting after "));
  CHECK(has(child.errors(), "0/2 payloads"));
}

TEST_CASE("request that waits draws a bar at a terminal") {
  PeerServer server(receipt(true));
  const Waiting waiting(server);
  const std::uint16_t port = unused_port();
  PseudoTerminal terminal(terra_hook_program(),
                          waiting.command({"--listen", "--port", std::to_string(port)}),
                          waiting.setup());
  terminal.await("not announced yet");
  CHECK(announce(port, 2) == 200);
  CHECK(deliver_chunk(port, 1) == 200);
  terminal.await("1/2, missing 2");
  CHECK(deliver_chunk(port, 2) == 200);
  CHECK(terminal.wait() == 0);
  CHECK(has(terminal.screen(), "complete: 2 of 2 payloads, 4 records"));
}

TEST_CASE("request that is refused does not wait") {
  PeerServer server(PeerAnswer{404, {}, R"({"detail":"user not found"})"});
  const Waiting waiting(server);
  const Finished finished =
      run_terra_hook(waiting.command({"--listen", "--port", "0"}), waiting.setup());
  CHECK(finished.code == 1);
  CHECK(has(finished.err, "user not found"));
  const Finished odd = run_terra_hook(
      {"request", "sleep", "--user-id", "u", "--start-date", "7d", "--listen"}, waiting.setup());
  CHECK(odd.code == 4);
  CHECK(has(odd.err, "--listen needs --wait"));
}

}  // namespace
}  // namespace terra_hook::test
