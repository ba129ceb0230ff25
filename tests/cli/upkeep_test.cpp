// SPDX-License-Identifier: MIT
// tag and prune on stores that a real listener has filled.
#include <doctest/doctest.h>

#include <filesystem>

#include "cli/user.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"

namespace terra_hook::test {
namespace {

std::string numbers_of(const User& user, const Words& filter = {}) {
  Words arguments = {"list", "--format", "ndjson"};
  arguments.insert(arguments.end(), filter.begin(), filter.end());
  std::string numbers;
  for (const std::string& line : lines_of(user.run(arguments).out)) {
    numbers += (numbers.empty() ? "" : " ") + Json::parse(line).at("number").dump();
  }
  return numbers;
}

const std::vector<std::string> k_bodies = {R"({"type":"sleep"})", R"({"type":"daily"})",
                                           R"({"type":"sleep"})", R"({"type":"body"})"};

}  // namespace

TEST_CASE("upkeep/a tag stands wherever a capture is named") {
  const User user;
  user.receive(k_bodies);
  CHECK(user.run({"tag"}).out.empty());
  CHECK(user.run({"tag", "1", "3..4", "bug-17"}).out == "tagged 3 captures @bug-17\n");
  CHECK(user.run({"tag", "last", "@x.y_Z"}).code == 0);
  CHECK(user.run({"tag"}).out == "@bug-17  3 captures\n@x.y_Z   1 capture\n");
  CHECK(numbers_of(user, {"--tag", "bug-17"}) == "1 3 4");
  CHECK(numbers_of(user, {"--tag", "@bug-17", "--type", "sleep", "--last", "1"}) == "3");
  CHECK(user.run({"show", "@x.y_Z", "--format", "raw"}).out == k_bodies[3]);
  CHECK(user.run({"show", "capture:@bug-17", "--format", "raw"}).out ==
        k_bodies[0] + k_bodies[2] + k_bodies[3]);
  CHECK(lines_of(user.run({"export", "@bug-17", "--format", "ndjson"}).out).size() == 3);
  for (const std::string name : {"@bug-17", "@x.y_Z"}) {
    CHECK(user.run({"verify", name}, {{"TERRA_SIGNING_SECRET", std::string(k_secret)}}).code == 0);
  }

  CHECK(user.run({"tag", "3", "again"}).code == 0);
  CHECK(user.run({"show", "3"}).out.find("tags            @again  @bug-17\n") != std::string::npos);
  CHECK(Json::parse(user.run({"show", "3", "--format", "json"}).out).at("tags") ==
        Json::array({"again", "bug-17"}));
  CHECK(user.run({"show", "2"}).out.find("tags") == std::string::npos);
  CHECK(Json::parse(user.run({"show", "2", "--format", "json"}).out).at("tags") == Json::array());
  CHECK(user.run({"tag", "-d", "again"}).code == 0);
  CHECK(user.run({"tag", "--delete", "3", "bug-17"}).out == "took off 1 capture @bug-17\n");
  CHECK(numbers_of(user, {"--tag", "bug-17"}) == "1 4");
  CHECK(user.run({"tag", "-d", "bug-17"}).code == 0);
  CHECK(user.run({"show", "@bug-17"}).code == 3);
  CHECK(Json::parse(user.run({"tag", "--format", "json"}).out) ==
        Json::parse(R"([{"type":"tag","name":"x.y_Z","captures":1}])"));
}

TEST_CASE("upkeep/a tag in front of captures is told where it belongs") {
  const User user;
  user.receive({"{}", "{}"});
  const std::pair<Words, const char*> rows[] = {
      {{"tag", "bug", "2"}, "the tag comes last: terra-hook tag 2 bug\n"},
      {{"tag", "@bug", "1", "last"}, "the tag comes last: terra-hook tag 1 last bug\n"},
      {{"tag", "-d", "bug", "2"}, "the tag comes last: terra-hook tag --delete 2 bug\n"},
      {{"tag", "bug", "2", "--store", user.store()}, "comes last: terra-hook tag --store "},
  };
  for (const auto& [words, hint] : rows) {
    const Finished finished = user.run(words);
    CHECK(finished.code == 3);
    CAPTURE(finished.err);
    CHECK(finished.err.find(hint) != std::string::npos);
  }
  CHECK(user.run({"tag", "1", "2"}).err.find("comes last") == std::string::npos);
}

TEST_CASE("upkeep/a tag that was forgotten is asked for") {
  const User user;
  user.receive({"{}", "{}"});
  const std::pair<Words, const char*> rows[] = {
      {{"tag", "1"}, "which tag is to be given?\n  terra-hook tag 1 NAME\n"},
      {{"tag", "1..2", "last~1"}, "which tag is to be given?\n  terra-hook tag 1..2 last~1 NAME\n"},
      {{"tag", "-d", "2"}, "which tag is to be taken off?\n  terra-hook tag --delete 2 NAME\n"},
  };
  for (const auto& [words, text] : rows) {
    const Finished finished = user.run(words);
    CAPTURE(finished.err);
    CHECK(finished.code == 4);
    CHECK(finished.err.find(text) != std::string::npos);
  }
}

TEST_CASE("upkeep/tags are checked") {
  const User user;
  user.receive({"{}"});
  const std::string long_name(65, 'a');
  const std::pair<Words, int> rows[] = {
      {{"tag", "1", ""}, 3},
      {{"tag", "1", "@"}, 3},
      {{"tag", "1", "a b"}, 3},
      {{"tag", "1", "-x"}, 4},
      {{"tag", "1", ".x"}, 3},
      {{"tag", "1", "a..b"}, 3},
      {{"tag", "1", "@3"}, 3},
      {{"tag", "1", "lastly"}, 3},
      {{"tag", "1", "\x1b[31m"}, 3},
      {{"tag", "1", long_name}, 3},
      {{"tag", "2", "x"}, 3},
      {{"tag", "1..5", "x"}, 0},
      {{"tag", "x"}, 4},
      {{"tag", "--delete"}, 4},
      {{"tag", "--delete", "no"}, 3},
      {{"tag", "nonsense", "x"}, 3},
      {{"list", "--tag", "a b"}, 3},
  };
  for (const auto& [arguments, code] : rows) {
    const Finished finished = user.run(arguments);
    CAPTURE(finished.err);
    CHECK(finished.code == code);
    CHECK(finished.err.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("upkeep/prune removes by count and age and filter") {
  const User user;
  user.receive(k_bodies);
  CHECK(user.run({"prune"}).code == 4);
  CHECK(user.run({"prune", "--keep", "-1"}).code == 4);
  // A filter that is set for `list` says nothing of what is to be removed.
  CHECK(
      user.run({"prune", "--yes"}, {{"TERRA_HOOK_TYPE", "sleep"}, {"TERRA_HOOK_LAST", "2"}}).code ==
      4);
  const std::string config = user.home().write("c.toml", "type = [\"daily\"]\nlast = 2\n");
  CHECK(user.run({"prune", "--yes", "--config", config}).code == 4);
  CHECK(lines_of(user.run({"list", "--config", config}).out).size() == 1);
  const Finished dry = user.run({"prune", "--keep", "1", "--dry-run"});
  CHECK(dry.code == 0);
  CHECK(dry.out.find("would remove 3 captures of 4") == 0);
  CHECK(numbers_of(user) == "1 2 3 4");

  CHECK(user.run({"prune", "--older-than", "1h", "--yes"}).err.find("nothing to remove") == 0);
  CHECK(user.run({"prune", "--type", "daily", "--yes"}).code == 0);
  CHECK(numbers_of(user) == "1 3 4");
  CHECK(user.run({"prune", "--type", "sleep", "--keep", "1", "--yes"}).code == 0);
  CHECK(numbers_of(user) == "3 4");
  REQUIRE(user.run({"tag", "3", "kept"}).code == 0);
  CHECK(user.run({"prune", "--keep", "0", "--keep-tagged", "--yes"}).code == 0);
  CHECK(numbers_of(user) == "3");
  const Finished json = user.run({"prune", "--older-than", "0s", "--yes", "--format", "json"});
  CHECK(json.code == 0);
  const Json result = Json::parse(json.out);
  CHECK(result.at("removed") == 1);
  CHECK(result.at("tagged") == 1);
  CHECK(result.at("remaining") == 0);
  CHECK(user.run({"tag"}).out.empty());
  user.receive({"{}"});
  CHECK(numbers_of(user) == "5");
}

TEST_CASE("upkeep/a repetition of what was pruned says so") {
  const User user;
  const std::string line = R"({"type":"capture","method":"POST","target":"/","body_text":"{}",)"
                           R"("headers":[{"name":"X-Terra-Trace-Id","value":"t1"}]})";
  REQUIRE(user.run({"import", "-"}, {}, line + "\n" + line + "\n" + line + "\n").code == 0);
  CHECK(user.run({"list"}).out.find("duplicate of #1\n") != std::string::npos);
  REQUIRE(user.run({"prune", "--keep", "2", "--yes"}).code == 0);
  const Words left = lines_of(user.run({"list"}).out);
  REQUIRE(left.size() == 2);
  for (const std::string& row : left)
    CHECK(row.find("duplicate of #1, pruned") != std::string::npos);
  CHECK(user.run({"show", "3"}).out.find("#1, which was pruned\n") != std::string::npos);
}

TEST_CASE("upkeep/prune asks at a terminal and needs --yes elsewhere") {
  const User user;
  user.receive(k_bodies);
  const Finished piped = user.run({"prune", "--keep", "3"});
  CHECK(piped.code == 4);
  CHECK(piped.err.find("--yes") != std::string::npos);
  CHECK(numbers_of(user) == "1 2 3 4");
  for (const auto& [answer, left] :
       {std::pair("n\n", "1 2 3 4"), std::pair("\n", "1 2 3 4"), std::pair("y\n", "2 3 4")}) {
    PseudoTerminal terminal(terra_hook_program(), {"prune", "--keep", "3"},
                            {user.home().path(), {}});
    terminal.await("[y/N] ");
    terminal.type(answer);
    CHECK(terminal.wait() == 0);
    CHECK(numbers_of(user) == left);
  }
}

TEST_CASE("upkeep/prune shrinks the file under a listener that goes on") {
  const User user;
  Listener listener(user.home());
  for (int i = 0; i < 40; ++i) {
    REQUIRE(post(listener.port(), std::string(200'000, 'x')).status == 200);
  }
  const Finished pruned = user.run({"prune", "--max-size", "2MB", "--yes"});
  CHECK(pruned.code == 0);
  CHECK(std::filesystem::file_size(user.store()) < 2'100'000);
  CHECK(std::filesystem::file_size(user.store() + "-wal") == 0);
  REQUIRE(post(listener.port(), "{\"type\":\"after\"}").status == 200);
  CHECK(listener.stop() == 0);
  CHECK(user.run({"show", "last", "--format", "raw"}).out == "{\"type\":\"after\"}");
  CHECK(user.run({"show", "40", "--format", "raw"}).out == std::string(200'000, 'x'));
  CHECK(user.run({"show", "1"}).code == 3);
}

}  // namespace terra_hook::test
