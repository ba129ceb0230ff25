// SPDX-License-Identifier: MIT
// `--redact` of list, show and listen.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "cli/user.hpp"
#include "support/peer_server.hpp"
#include "support/raw_client.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_body =
    R"({"type":"athlete","user":{"user_id":"40c6ea9d-1b75","provider":"COROS","reference_id":"sven_k"},)"
    R"("athlete":{"first_name":"Sven","email":"sven@example.org","age":42}})";
constexpr std::string_view k_personal[] = {"40c6ea9d", "sven", "Sven", "example.org", "42}"};

void check_hides(const std::string& text) {
  CAPTURE(text);
  for (const std::string_view value : k_personal) {
    CAPTURE(value);
    CHECK(text.find(value) == std::string::npos);
  }
  CHECK(text.find("user-") != std::string::npos);
}

/// The user's mask in a JSON line.
std::string user_mask(const std::string& line) {
  return Json::parse(line).at("user_id");
}

}  // namespace

TEST_CASE("redact/every form of list and show masks with the same masks in every run") {
  const User user;
  user.receive({std::string(k_body)});
  const std::string mask = user_mask(user.run({"list", "--redact", "--format", "ndjson"}).out);
  CHECK(mask.starts_with("user-"));
  const Words rows[] = {
      {"list", "--redact", "--format", "json"},
      {"show", "1", "--redact"},
      {"show", "1", "--redact", "--format", "ndjson"},
      {"show", "1", "--redact", "--format", "raw", "--headers"},
  };
  for (const Words& row : rows) {
    const Finished finished = user.run(row);
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
    check_hides(finished.out);
    CHECK(finished.out.find(mask) != std::string::npos);
  }
  const std::string list = user.run({"list", "--redact"}, {{"COLUMNS", "200"}}).out;
  CHECK(list.find("athlete") != std::string::npos);
  check_hides(list);
  CHECK(user.run({"show", "1", "--format", "raw"}).out == k_body);
}

TEST_CASE("redact/the raw body keeps its shape and its length is that of the message") {
  const User user;
  user.receive({std::string(k_body)});
  const std::string body = user.run({"show", "1", "--redact", "--format", "raw"}).out;
  const Json json = Json::parse(body);
  CHECK(json.at("user").at("provider") == "COROS");
  CHECK(json.at("athlete").at("age") == 0);
  const std::string message =
      user.run({"show", "1", "--redact", "--format", "raw", "--headers"}).out;
  CHECK(message.ends_with("\r\n\r\n" + body));
  CHECK(message.find("Content-Length: " + std::to_string(body.size()) + "\r\n") !=
        std::string::npos);
  CHECK(message.find("v1=0000000000000000") != std::string::npos);
}

TEST_CASE("redact/listen masks what it prints and keeps what it got") {
  const User user;
  {
    Listener listener(user.home(), {"--redact"});
    post(listener.port(), k_body, {{"X-Forwarded-For", "203.0.113.9"}}, "/hook?user_id=sven_k");
    const Json delivery = listener.next("delivery");
    check_hides(delivery.dump());
    CHECK(delivery.dump().find("203.0.113.9") == std::string::npos);
    CHECK(delivery.at("body").at("user").at("user_id") == delivery.at("user_id"));
    CHECK(listener.stop() == 0);
  }
  CHECK(user.run({"show", "1", "--format", "raw"}).out == k_body);
}

TEST_CASE("redact/listen masks what targets and commands answer and whom it refused") {
  const User user;
  PeerServer target(PeerAnswer{.status = 500, .body = std::string(k_body)});
  Listener listener(user.home(), {"--redact", "--forward-to", target.url(), "--max-body", "1000",
                                  "--count", "1", "--exec", "cat"});
  const std::string path = "/hook?user_id=sven_k&email=sven@example.org";
  CHECK(post(listener.port(), std::string(2000, 'x'), {}, path).status == 413);
  CHECK(post(listener.port(), k_body, {}, path).status == 500);
  // The target's answer and the command's end come in either order.
  std::set<std::string> awaited{"refused", "delivery", "forward", "exec"};
  while (!awaited.empty()) {
    const Json event = listener.next();
    awaited.erase(event.at("type").get<std::string>());
    const std::string line = event.dump();
    CAPTURE(line);
    for (const std::string_view value : k_personal) {
      CAPTURE(value);
      CHECK(line.find(value) == std::string::npos);
    }
  }
  CHECK(target.request().target == path);
  CHECK(target.request().body == k_body);
}

TEST_CASE("redact/the key is private and a run without one says so") {
  const User user;
  user.receive({std::string(k_body)});
  const Words list = {"list", "--redact", "--format", "ndjson"};
  const std::string mask = user_mask(user.run(list).out);
  const std::filesystem::path key = user.home() / "state/terra-hook/redaction.key";
  REQUIRE(std::filesystem::exists(key));
  using std::filesystem::perms;
  CHECK((std::filesystem::status(key).permissions() & (perms::group_all | perms::others_all)) ==
        perms::none);
  CHECK(user_mask(user.run(list).out) == mask);

  std::filesystem::remove(key);
  CHECK(user_mask(user.run(list).out) != mask);

  std::filesystem::resize_file(key, 3);
  const Finished finished = user.run(list);
  CHECK(finished.code == 0);
  CHECK(finished.err.find("note: masks will be others next time") == 0);
  check_hides(finished.out);
}

}  // namespace terra_hook::test
