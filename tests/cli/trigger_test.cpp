// SPDX-License-Identifier: MIT
// `trigger` as far as nothing is sent: what it prints, lists and refuses.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cli/user.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

const Words k_fixed = {"--seed", "7", "--date", "2026-07-01"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string body_of(const User& user, const Words& words) {
  const Finished finished = user.run(Words{"trigger"} + words + Words{"--print", "body"});
  CAPTURE(finished.err);
  REQUIRE(finished.code == 0);
  return finished.out;
}

void check_refused(const User& user, const Words& words, int code, std::string_view part) {
  const Finished finished = user.run(Words{"trigger"} + words);
  CAPTURE(words.back());
  CAPTURE(finished.err);
  CHECK(finished.code == code);
  CHECK(finished.out.empty());
  CHECK(finished.err.find(part) != std::string::npos);
}

TEST_CASE("trigger/the same seed and date are the same body to the byte") {
  const User user;
  for (const std::string type : {"activity", "sleep", "auth", "lab_report.completed"}) {
    const std::string body = body_of(user, Words{type} + k_fixed);
    CHECK(Json::parse(body).at("type") == type);
    CHECK(body == body_of(user, Words{type} + k_fixed));
    CHECK(body != body_of(user, {type, "--seed", "8", "--date", "2026-07-01"}));
    CHECK(body != body_of(user, {type, "--seed", "7", "--date", "2026-07-02"}));
  }
}

TEST_CASE("trigger/ids and provider and records and samples are those asked for") {
  const User user;
  const Json event =
      Json::parse(body_of(user, Words{"daily", "--user-id", "u \"1\"", "--reference-id", "me",
                                      "--provider", "OURA", "--records", "3"} +
                                    k_fixed));
  CHECK(event.at("user").at("user_id") == "u \"1\"");
  CHECK(event.at("user").at("reference_id") == "me");
  CHECK(event.at("user").at("provider") == "OURA");
  REQUIRE(event.at("data").size() == 3);
  const Json::json_pointer start("/metadata/start_time");
  CHECK(event.at("data")[2].at(start).get<std::string>().starts_with("2026-07-01T00:00:00"));
  CHECK(event.at("data")[0].at(start).get<std::string>().starts_with("2026-06-29T00:00:00"));
  const Json::json_pointer samples("/data/0/heart_rate_data/detailed/hr_samples");
  CHECK(event.at(samples).empty());
  CHECK(Json::parse(body_of(user, Words{"daily", "--samples"} + k_fixed)).at(samples).size() > 100);
  CHECK(Json::parse(body_of(user, Words{"sleep", "--records", "0"} + k_fixed)).at("data").empty());
}

TEST_CASE("trigger/a body has the size asked for and edits are done") {
  const User user;
  CHECK(body_of(user, Words{"activity", "--size", "200KB"} + k_fixed).size() == 200'000);
  CHECK(body_of(user, Words{"auth", "--size", "4096"} + k_fixed).size() == 4096);
  const Json event = Json::parse(body_of(
      user,
      Words{"activity", "--set", "/data/0/metadata/type=0", "--unset", "/version"} + k_fixed));
  CHECK(event.at("data")[0].at("metadata").at("type") == 0);
  CHECK(!event.contains("version"));
}

TEST_CASE("trigger/a message is signed over its own bytes") {
  const User user;
  const Finished finished = user.run(Words{"trigger", "sleep", "--print", "http"} + k_fixed,
                                     {{"TERRA_SIGNING_SECRET", std::string(k_secret)}});
  REQUIRE(finished.code == 0);
  const std::size_t end = finished.out.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  const std::string head = finished.out.substr(0, end + 2);
  const std::string body = finished.out.substr(end + 4);
  const auto value_of = [&](const std::string& name) {
    const std::size_t begin = head.find("\r\n" + name + ": ");
    REQUIRE(begin != std::string::npos);
    const std::size_t from = begin + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  };
  const std::string signature = value_of("X-Terra-Signature");
  const std::int64_t time = std::stoll(signature.substr(2));
  CHECK(signature == signature_header(k_secret, body, time));
  CHECK(value_of("Terra-Signature") == signature);
  CHECK(value_of("X-Terra-Trace-Id").size() == 36);
  CHECK(value_of("terra-reference").size() == 36);
  CHECK(value_of("X-Terra-Ordering-Timestamp").size() == 13);
  CHECK(value_of("Content-Type") == "application/json");

  const Finished unsigned_one = user.run({"trigger", "sleep", "--print", "http"});
  CHECK(unsigned_one.out.find("Signature") == std::string::npos);
  CHECK(unsigned_one.err.find("no signing secret is known") != std::string::npos);
}

TEST_CASE("trigger/what it prints verify accepts and curl can send") {
  const User user;
  const Variables secret = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};
  const Finished verified =
      user.run_shell("\"$TERRA_HOOK\" trigger --file - --print http | \"$TERRA_HOOK\" verify -",
                     secret, "{\"type\": \"mine\"}\n");
  CAPTURE(verified.err);
  CHECK(verified.code == 0);
  const Finished curl = user.run({"trigger", "auth", "daily", "--print", "curl"}, secret);
  CHECK(curl.code == 0);
  CHECK(curl.out.find("curl") == 0);
  CHECK(curl.out.find("http://127.0.0.1:4567/") != std::string::npos);
}

TEST_CASE("trigger/without a target it goes to where listen is") {
  const User user;
  const auto target = [&](const Variables& variables, const std::string& type = "sleep") {
    const Finished finished = user.run({"trigger", type, "--dry-run"}, variables);
    CHECK(finished.code == 0);
    const std::string mark = "no --to: to a listener at ";
    const std::size_t at = finished.err.find(mark);
    REQUIRE(at != std::string::npos);
    return finished.err.substr(at + mark.size(), finished.err.find('\n', at) - at - mark.size());
  };
  CHECK(target({}) == "http://127.0.0.1:4567");
  CHECK(target({{"TERRA_HOOK_PORT", "5000"}}) == "http://127.0.0.1:5000");
  CHECK(target({{"TERRA_HOOK_PORT", "0"}}) == "http://127.0.0.1:4567");
  const std::string config =
      user.home().write("c.toml", "[listen]\nport = 5001\npath = \"/hook\"\n");
  CHECK(target({{"TERRA_HOOK_CONFIG", config}}) == "http://127.0.0.1:5001/hook");
  CHECK(target({{"TERRA_HOOK_CONFIG", config}, {"TERRA_HOOK_PORT", "5002"}}) ==
        "http://127.0.0.1:5002/hook");
  const Finished wrong = user.run({"trigger", "sleep"}, {{"TERRA_HOOK_PORT", "x"}});
  CHECK(wrong.code == 4);
  CHECK(wrong.err.find("TERRA_HOOK_PORT: 'x' is not a port") != std::string::npos);
  CHECK(user.run({"trigger", "sleep"}, {{"TERRA_HOOK_PATH", "hook"}}).code == 4);
  // What goes elsewhere does not care.
  CHECK(user.run({"trigger", "sleep", "--to", "3000", "--dry-run"}, {{"TERRA_HOOK_PORT", "x"}})
            .code == 0);
}

TEST_CASE("trigger/with a seed each event is a delivery of its own") {
  const User user;
  const auto trace = [&](const Words& types) {
    Words words{"trigger", "--seed", "7", "--print", "http"};
    words.insert(words.end(), types.begin(), types.end());
    const std::string message = user.run(words).out;
    const std::string mark = "X-Terra-Trace-Id: ";
    return message.substr(message.find(mark) + mark.size(), 36);
  };
  CHECK(trace({"sleep"}) == trace({"sleep"}));
  CHECK(trace({"sleep"}) != trace({"daily"}));
}

TEST_CASE("trigger/list names every type and every odd delivery") {
  const User user;
  const std::string text = user.run({"trigger", "--list"}).out;
  for (const std::string name : {"activity", "s3_payload", "order.status_changed", "two-chunks"}) {
    CHECK(text.find("\n  " + name + " ") != std::string::npos);
  }
  for (const std::string& line : lines_of(text)) CHECK(line.size() <= 80);
  for (const std::string& line :
       lines_of(user.run({"trigger", "--list", "--format", "ndjson"}).out)) {
    CHECK(Json::parse(line).contains("name"));
  }
}

TEST_CASE("trigger/what can't be sent is refused with a way out") {
  const User user;
  check_refused(user, {}, 4, "--list names all");
  check_refused(user, {"slep"}, 4, "did you mean 'sleep'?");
  check_refused(user, {"--pack", "duplicat"}, 4, "did you mean 'duplicate'?");
  check_refused(user, {"--pack", ""}, 4, "--pack");
  check_refused(user, {"sleep", "--pack", "edge"}, 4, "exclude");
  check_refused(user, {"sleep", "--file", "x"}, 4, "exclude");
  check_refused(user, {"sleep", "--size", "1MB", "--records", "2"}, 4, "exclude");
  check_refused(user, {"--pack", "edge", "--samples"}, 4, "for a TYPE");
  check_refused(user, {"sleep", "--date", "yesterdya"}, 3, "yesterdya");
  check_refused(user, {"sleep", "--date", "0001-01-01"}, 3, "1900");
  check_refused(user, {"sleep", "--size", "10"}, 3, "--size");
  check_refused(user, {"sleep", "--size", "2GB"}, 4, "1 GB");
  check_refused(user, {"sleep", "--set", "/nothing/here=1"}, 3, "/nothing");
  check_refused(user, {"--file", "/nothing/here.json"}, 1, "/nothing/here.json");
  check_refused(user, {"sleep", "--sign-with", "other"}, 2, "no signing secret");
  check_refused(user, {"--pack", "duplicate", "--sign-with", "x"}, 2, "no signing secret");
  check_refused(user, {"sleep", "--unsigned", "--sign-with", "x"}, 4, "exclude");
  check_refused(user, {"--pack", "bad-signature"}, 2, "about signatures");
  check_refused(user, {"auth", "sleep", "--print", "http"}, 4, "one delivery");
  check_refused(user, {"sleep", "--print", "xml"}, 4, "body, curl, http");
}

}  // namespace
}  // namespace terra_hook::test
