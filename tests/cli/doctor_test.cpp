// SPDX-License-Identifier: MIT
// doctor: a line a thing that commands rely on, and the exit code.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>

#include "cli/user.hpp"
#include "support/peer_server.hpp"

namespace terra_hook::test {
namespace {

/// The health of each check named `check`, joined.
std::string health_of(const Json& findings, const std::string& check) {
  std::string all;
  for (const Json& finding : findings) {
    if (finding.at("check") != check) continue;
    all += (all.empty() ? "" : " ") + finding.at("health").get<std::string>();
  }
  return all;
}

Json findings_of(const User& user, const Words& more, int code, const Variables& variables = {}) {
  Words words = {"doctor", "--offline", "--format", "json"};
  words.insert(words.end(), more.begin(), more.end());
  const Finished finished = user.run(words, variables);
  CAPTURE(finished.err);
  CHECK(finished.code == code);
  return Json::parse(finished.out);
}

/// Now and so much, as a Date field has it.
std::string date_field(std::chrono::seconds later) {
  const std::time_t time =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + later);
  std::array<char, 64> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&time));
  return {text.data(), size};
}

Variables api_at(const std::string& url) {
  return {{"TERRA_DATA_BASE_URL", url}, {"TERRA_DEV_ID", "d"}, {"TERRA_API_KEY", "k"}};
}

}  // namespace

TEST_CASE("doctor/a new home has warnings and no failure") {
  const User user;
  const Json findings = findings_of(user, {}, 0);
  CHECK(health_of(findings, "configuration") == "ok");
  CHECK(health_of(findings, "signing secret") == "warning");
  CHECK(health_of(findings, "API") == "skipped");
  CHECK(health_of(findings, "store") == "ok");
  const Json known = findings_of(user, {}, 0, {{"TERRA_SIGNING_SECRET", std::string(k_secret)}});
  CHECK(health_of(known, "signing secret") == "ok");
}

TEST_CASE("doctor/what keeps a command from working is failed") {
  const User user;
  PeerServer server;
  CHECK(health_of(findings_of(user, {"--to", server.url()}, 0), "target") == "ok");
  CHECK(health_of(findings_of(user, {"--to", "http://127.0.0.1:1"}, 1), "target") == "failed");
  user.receive({"{}"});
  CHECK(health_of(findings_of(user, {}, 0), "store") == "ok");
  user.home().write("broken.db", "this is no store, and long enough to be looked at as one");
  const std::string broken = (user.home() / "broken.db").string();
  CHECK(health_of(findings_of(user, {"--store", broken}, 1), "store") == "failed");
  const std::string empty = user.home().write("empty.db", "").string();
  CHECK(user.run({"doctor", "--offline", "--store", empty})
            .out.find("terra-hook listen --store " + empty + " fills it") != std::string::npos);
  std::filesystem::create_directories(user.home() / "config/terra-hook");
  const std::string secret = user.home().write("s.secret", k_secret).string();
  std::filesystem::permissions(secret, std::filesystem::perms(0644));
  user.home().write("config/terra-hook/config.toml", "secret-file = ['prod=" + secret + "']\n");
  const Json configured = findings_of(user, {}, 0);
  CHECK(health_of(configured, "configuration") == "ok");
  CHECK(health_of(configured, "signing secret") == "warning ok");  // others can read it
  user.home().write("config/terra-hook/config.toml", "prot = 1\n");
  CHECK(health_of(findings_of(user, {}, 1), "configuration") == "failed");
}

TEST_CASE("doctor/the API is asked without credentials and tells how far our clock is off") {
  const User user;
  struct Row {
    std::string date;
    const char* health;
    const char* message;
    int code;
  };
  const Row rows[] = {
      {date_field(std::chrono::seconds(0)), "ok", "within 2 s of ", 0},
      {date_field(std::chrono::minutes(3)), "warning", " behind of ", 0},
      {date_field(std::chrono::hours(-1)), "failed", " ahead of ", 1},
      {"yesterday", "skipped", " does not say what time it is", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.date);
    PeerServer api(PeerAnswer{.status = 401, .fields = {{"Date", row.date}}});
    const Finished finished = user.run({"doctor", "--format", "json"}, api_at(api.url("/v2")));
    CHECK(finished.code == row.code);
    const Json findings = Json::parse(finished.out);
    CHECK(health_of(findings, "API credentials") == "ok");
    CHECK(health_of(findings, "API") == "ok");
    CHECK(health_of(findings, "clock") == row.health);
    CHECK(finished.out.find(row.message) != std::string::npos);
    CHECK(api.request().target == "/v2");
    CHECK(api.request().count("x-api-key") + api.request().count("dev-id") == 0);
  }
  const Finished unreachable =
      user.run({"doctor", "--format", "json"}, api_at("http://127.0.0.1:1"));
  CHECK(unreachable.code == 0);  // only request needs it
  CHECK(health_of(Json::parse(unreachable.out), "API") == "warning");
}

TEST_CASE("doctor/what only costs comfort or is in danger is a warning") {
  const User user;
  PeerServer somebody;
  const Variables port = {{"TERRA_HOOK_PORT", std::to_string(somebody.port())}};
  CHECK(health_of(findings_of(user, {}, 0, port), "port") == "warning");
  user.receive({"{}"});
  std::filesystem::permissions(user.store(), std::filesystem::perms(0644));
  CHECK(health_of(findings_of(user, {}, 0), "store") == "warning");
}

TEST_CASE("doctor/lines are as wide as the terminal") {
  const User user;
  const Finished narrow = user.run({"doctor", "--offline"}, {{"COLUMNS", "60"}});
  CHECK(narrow.code == 0);
  for (const std::string& line : lines_of(narrow.out)) {
    CAPTURE(line);
    // A path or a command is not broken.
    CHECK((line.size() <= 60 || line.find(' ', 26) == std::string::npos));
  }
  CHECK(lines_of(user.run({"doctor", "--offline"}).out).size() < lines_of(narrow.out).size());
}

TEST_CASE("doctor/what files set for listen is looked at and named with its origin") {
  const User user;
  std::filesystem::create_directories(user.home() / "config/terra-hook");
  user.home().write("prod", std::string(k_secret));
  const std::string broken = user.home().write("broken.db", std::string(2000, 'x'));
  user.home().write("config/terra-hook/config.toml",
                    "secret-file = \"prod=" + (user.home() / "prod").string() +
                        "\"\n[listen]\nport = 45991\nstore = \"" + broken + "\"\n");
  const std::string text = findings_of(user, {}, 1).dump();
  CHECK(text.find("listen --port 45991 (") != std::string::npos);
  CHECK(text.find("config.toml:3)") != std::string::npos);
  CHECK(text.find("45991 is free") != std::string::npos);
  CHECK(health_of(Json::parse(text), "store") == "failed");
  CHECK(text.find("none is known") == std::string::npos);
  CHECK(findings_of(user, {"--port", "45992", "--store", (user.home() / "y.db").string()}, 0)
            .dump()
            .find("45992 is free") != std::string::npos);
  user.home().write("config/terra-hook/config.toml", "[listen]\nport = 99999\n");
  CHECK(health_of(findings_of(user, {}, 1), "configuration") == "failed");
  CHECK(user.run({"doctor", "--offline"}).out.find("config.toml:2: port: '99999' is not a port") !=
        std::string::npos);
}

TEST_CASE("doctor/a setting that its command refuses is failed in the command's words") {
  const User user;
  std::filesystem::create_directories(user.home() / "config/terra-hook");
  const auto configured = [&](const std::string& text, const Words& command) {
    user.home().write("config/terra-hook/config.toml", text);
    const Finished refused = user.run(command);
    CHECK(refused.code == 4);
    const std::string said =
        lines_of(refused.err).front().substr(std::string("terra-hook: ").size());
    CAPTURE(said);
    const Json findings = findings_of(user, {}, 1);
    CHECK(findings.at(0).at("health") == "failed");
    CHECK(findings.at(0).at("text") == said);
    return health_of(findings, "configuration");
  };
  CHECK(configured("[listen]\nbody = \"ful\"\nport = 1\n", {"listen"}) == "failed ok");
  CHECK(configured("[request]\ntimeout = \"x\"\n", {"request", "users"}) == "failed");
  CHECK(configured("[list]\nlast = \"\"\n", {"list"}) == "failed");
  CHECK(configured("[trigger]\nformat = \"json\"\n", {"trigger", "sleep"}) == "failed");
  // A value for all is said once, and one that some commands have breaks none.
  CHECK(configured("color = \"red\"\n", {"list"}) == "failed");
  user.home().write("config/terra-hook/config.toml", "format = \"json\"\n");
  CHECK(health_of(findings_of(user, {}, 0), "configuration") == "ok");
  const Json variable = findings_of(user, {}, 1, {{"TERRA_HOOK_BODY", "ful"}});
  CHECK(variable.at(0).at("text").get<std::string>().starts_with("TERRA_HOOK_BODY: 'ful'"));
}

TEST_CASE("doctor/a variable that is misspelt is a warning") {
  const User user;
  const Json findings = findings_of(user, {}, 0, {{"TERRA_HOOK_PROT", "3000"}});
  CHECK(health_of(findings, "configuration") == "ok warning");
  CHECK(findings.dump().find("did you mean TERRA_HOOK_PORT?") != std::string::npos);
  const Json secret = findings_of(user, {}, 0, {{"TERRA_SIGNING_SECERT", "x"}});
  CHECK(secret.dump().find("did you mean TERRA_SIGNING_SECRET?") != std::string::npos);
}

TEST_CASE("doctor/a secret that is set but empty is told of") {
  const User user;
  const auto text_with = [&](const Variables& variables) {
    return findings_of(user, {}, 0, variables).dump();
  };
  const std::string text = text_with({{"TERRA_SIGNING_SECRET", ""}});
  CHECK(text.find("TERRA_SIGNING_SECRET is set, but empty") != std::string::npos);
  CHECK(text.find("none is known") != std::string::npos);
  CHECK(text_with({}).find("but empty") == std::string::npos);
  const std::string other =
      text_with({{"TERRA_SIGNING_SECRET", ""}, {"TERRA_SECRET", std::string(k_secret)}});
  CHECK(other.find("but empty") == std::string::npos);
}

}  // namespace terra_hook::test
