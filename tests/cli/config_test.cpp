// SPDX-License-Identifier: MIT
// Settings from files: which hold, which are refused, and where the blame goes.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "cli/user.hpp"

namespace terra_hook::test {
namespace {

/// Somebody in a project's folder with both files.
class Configured {
 public:
  void write_user(const std::string& text) const {
    std::filesystem::create_directories(user_.home() / "config/terra-hook");
    user_.home().write("config/terra-hook/config.toml", text);
  }
  void write_project(const std::string& text) const {
    std::filesystem::create_directories(user_.home() / "project/below");
    user_.home().write("project/.terra-hook.toml", text);
  }
  /// In a folder below the project's.
  Finished run(const std::string& words, const Variables& variables = {}) const {
    std::filesystem::create_directories(user_.home() / "project/below");
    return user_.run_shell(
        "cd '" + (user_.home() / "project/below").string() + "' && \"$TERRA_HOOK\" " + words,
        variables);
  }
  std::string shown(const std::string& words, const Variables& variables = {}) const {
    const Finished finished = run("config show --color never " + words, variables);
    CAPTURE(finished.err);
    CHECK(finished.code == 0);
    return finished.out;
  }
  const User& user() const { return user_; }

 private:
  User user_;
};

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("config/a flag goes before a variable before the project before the user") {
  const Configured home;
  home.write_user("[listen]\nport = 1111\nbody = \"none\"\n");
  CHECK(holds(home.shown("listen"), "--port 1111"));
  home.write_project("[listen]\nport = 2222\n");
  const std::string both = home.shown("listen");
  CHECK(holds(both, "--port 2222"));
  CHECK(holds(both, "project/.terra-hook.toml:2"));
  CHECK(holds(both, "--body none"));
  CHECK(holds(home.shown("listen", {{"TERRA_HOOK_PORT", "3333"}}), "--port 3333"));
  // What a command makes of it: the port is refused where it stands.
  home.write_project("[listen]\nport = 99999\n");
  const Finished refused = home.run("listen");
  CHECK(refused.code == 4);
  CHECK(holds(refused.err, "project/.terra-hook.toml:2: port: '99999' is not a port"));
  CHECK(holds(home.run("listen --port x").err, "--port: 'x' is not a port"));
  CHECK(holds(home.run("listen", {{"TERRA_HOOK_PORT", "y"}}).err, "TERRA_HOOK_PORT: 'y'"));
}

TEST_CASE("config/show says what a command would refuse") {
  const Configured home;
  home.write_project("[listen]\nport = 99999\nbody = \"none\"\n");
  for (const std::string format : {"text", "json"}) {
    CAPTURE(format);
    const Finished shown = home.run("config show listen --color never --format " + format);
    CHECK(shown.code == 4);
    CHECK(holds(shown.out, "--port"));
    CHECK(holds(shown.err, "project/.terra-hook.toml:2: port: '99999' is not a port"));
  }
  const Words lines = lines_of(home.run("config show listen --color never").out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].ends_with(".terra-hook.toml:2  refused"));
  CHECK(lines[2].ends_with(".terra-hook.toml:3"));
  home.write_project("store = \"\"\n");
  CHECK(holds(home.run("list").err, ".terra-hook.toml:1: store needs a value"));
}

TEST_CASE("config/a variable that is misspelt is told once") {
  const Configured home;
  const Variables misspelt{{"TERRA_HOOK_PROT", "3000"}, {"TERRA_HOOK_QUITE", "true"}};
  const char* note =
      "note: TERRA_HOOK_PROT is a variable that nothing reads; did you mean TERRA_HOOK_PORT?\n";
  for (const char* command : {"list", "trigger --list", "config show"}) {
    CAPTURE(command);
    const Finished finished = home.run(command, misspelt);
    CHECK(finished.code == 0);
    const std::size_t at = finished.err.find(note);
    REQUIRE(at != std::string::npos);
    CHECK(finished.err.find(note, at + 1) == std::string::npos);
    CHECK(holds(finished.err, "did you mean TERRA_HOOK_QUIET?"));
  }
  // What is read elsewhere, is no misspelling or belongs to somebody's own scripts.
  const Variables others{{"TERRA_HOOK_PORT", "3000"},       {"TERRA_HOOK_VERSION", "1.0"},
                         {"TERRA_HOOK_PROGRAM", "x"},       {"TERRA_HOOK_UPDATE_GOLDEN", "1"},
                         {"TERRA_HOOK_KILL_ROUNDS", "100"}, {"TERRA_HOOK_BENCH", "x"},
                         {"TERRA_HOOK_BENCH_PEERS", "x"},   {"TERRA_HOOK_FUZZ", "x"},
                         {"TERRA_HOOK_NODE_MODULES", "x"},  {"TERRA_HOOK_PYTHON", "x"},
                         {"TERRA_HOOK_TESTS", "x"},         {"TERRA_HOOK_TEST_DATA", "x"},
                         {"TERRA_HOOK_SOURCE_DIR", "x"},    {"TERRA_HOOK_STATIC", "ON"},
                         {"TERRA_HOOK_SANITIZE", "x"},      {"TERRA_HOOK_MAINTAINER", "ON"},
                         {"TERRA_HOOK_REPOSITORY", "x"},    {"TERRA_HOOK_PROT", ""}};
  const Finished quiet = home.run("list --quiet", others);
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
  CHECK(home.run("completion bash", misspelt).err.empty());
}

TEST_CASE("config/a variable of Terra's that is misspelt is told") {
  const Configured home;
  const std::pair<const char*, const char*> rows[] = {
      {"TERRA_SIGNING_SECERT", "TERRA_SIGNING_SECRET"},
      {"TERRA_SIGNING_SECRETS", "TERRA_SIGNING_SECRET"},
      {"TERRA_DEVID", "TERRA_DEV_ID"},
      {"TERRA_APIKEY", "TERRA_API_KEY"},
      {"TERRA_USERID", "TERRA_USER_ID"},
      {"TERRA_DATABASE_URL", "TERRA_DATA_BASE_URL"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    const Finished finished = home.run("list", {{row.first, "x"}});
    CHECK(finished.err.starts_with(std::string("note: ") + row.first +
                                   " is a variable that nothing reads; did you mean " + row.second +
                                   "?\n"));
  }
  // What is read, was not meant or belongs to somebody's own scripts.
  const Variables others{{"TERRA_SIGNING_SECRET", std::string(k_secret)},
                         {"TERRA_SIGNING_SECRET2", "x"},
                         {"TERRA_SECRET", std::string(k_other_secret)},
                         {"TERRA_WEBHOOK", "x"},
                         {"TERRA_WEBHOOK_URL", "x"},
                         {"TERRA_STAGING_SECRET", "x"},
                         {"TERRA_USER_ID", "x"},
                         {"TERRA_DEVID", ""}};
  CHECK(home.run("list", others).err.find("nothing reads") == std::string::npos);
}

TEST_CASE("config/that nothing is set is said plainly") {
  const Configured home;
  home.write_user("# port = 3000\n");
  const Finished comments = home.run("config show");
  CHECK(comments.code == 0);
  CHECK(comments.err.starts_with("every line of "));
  CHECK(
      comments.err.ends_with("config/terra-hook/config.toml is a comment, or in a profile that is "
                             "not chosen; nothing is set\n"));
  home.write_user("[listen]\nport = 3000\n");
  CHECK(home.run("config show list").err == "nothing is set for list\n");
}

TEST_CASE("config/lists and switches and general keys reach the commands") {
  const Configured home;
  home.user().receive({R"({"type":"sleep"})", R"({"type":"daily"})", R"({"type":"body"})"});
  home.write_user("color = \"never\"\n[list]\ntype = [\"sleep\", \"daily\"]\nquiet = true\n");
  CHECK(lines_of(home.run("list").out).size() == 2);
  CHECK(lines_of(home.run("list --type body").out).size() == 1);
  CHECK(lines_of(home.run("list --config /dev/null").out).size() == 3);
}

TEST_CASE("config/a profile's settings hold with its name alone") {
  const Configured home;
  home.write_user(
      "store = \"a.db\"\n[profile.other]\nstore = \"b.db\"\n[profile.other.list]\nlast = 3\n");
  CHECK(holds(home.shown("list"), "--store a.db"));
  const std::string other = home.shown("list --profile other");
  CHECK(holds(other, "--store b.db"));
  CHECK(holds(other, "--last 3"));
  const Finished wrong = home.run("list --profile othr");
  CHECK(wrong.code == 4);
  CHECK(holds(wrong.err, "there is no profile 'othr'\n  did you mean 'other'?"));
}

TEST_CASE("config/what is wrong in a file is named with its place") {
  const Configured home;
  const std::pair<const char*, const char*> rows[] = {
      {"prot = 1\n", "config.toml:1: 'prot' is no setting\n  did you mean 'port'?"},
      {"[lisen]\nport = 1\n", "config.toml:1:1: [lisen] is no command\n  did you mean 'listen'?"},
      {"[list]\nport = 1\n", "config.toml:2: 'port' is no setting of list"},
      {"[doctor]\nport = 1\n", "config.toml:2: 'port' is no setting of doctor"},
      {"secret = \"x\"\n", "config.toml:1: 'secret' is no setting\n  secret-file names a file"},
      {"config = \"x\"\n", "'config' is no setting"},
      {"port = \n", "config.toml:1:"},
      {"port = 1979-05-27T\x1c:00Z\n", "config.toml:1:19:"},
      {"[[\n]port]\n", "config.toml:1:"},
      {"# ľ\nx = '''ľ\nľ''''\ny = \"ľ\\\"ľ\"\nkľ = 1\n",
       "config.toml:5:2: Error while parsing key-value pair: expected '=', saw 'ľ'"},
      {"port = 19=\"a:0ч\n", "config.toml:1:"},
      {"# \"\n[listen]\nstore = \"abc\nport = 1\n",
       "config.toml:3:9: the quote that opens here is not closed"},
      {"store = 'abc\nport = 1\n", "config.toml:1:9: the quote that opens here"},
      {"x = \"ľ\\\"\"\nstore = \"abc", "config.toml:2:9: the quote that opens here"},
      {"x = 'y'\nstore = \"\"\"abc\n\"\nport = 1\n", "config.toml:2:9: the quote that opens here"},
      {"store = \"a\x01b\"\n", "config.toml:1:11: Error while parsing string: unescaped control"},
      {"port = 1979-05-27\n", "port has a value that no flag takes"},
      {"profile = 1\n", "'profile' is no setting"},
      {"[profile]\nx = 1\n", "profile.x is no table"},
  };
  for (const auto& row : rows) {
    const auto& [text, message] = row;
    CAPTURE(row.first);
    home.write_user(text);
    const Finished finished = home.run("list");
    CHECK(finished.code == 4);
    CHECK(finished.out.empty());
    CAPTURE(finished.err);
    CHECK(holds(finished.err, message));
  }
  CHECK(home.run("completion bash").code == 0);
  CHECK(home.run("config path").code == 0);
  // Wherever the mistake is found, it is one of usage.
  CHECK(home.run("list --config none.toml").code == 4);
  CHECK(home.run("config show").code == 4);
  home.write_user("last = \"x\"\n");
  CHECK(home.run("list").code == 4);
}

TEST_CASE("config/a format for all commands breaks none that has not got it") {
  const Configured home;
  home.user().receive({"{}"});
  const Variables json{{"TERRA_HOOK_FORMAT", "json"}};
  CHECK(Json::parse(home.run("list", json).out).is_array());
  const Finished planned = home.run("trigger sleep --to 3000 --dry-run", json);
  CHECK(planned.code == 0);
  CHECK(planned.err.starts_with("note: TERRA_HOOK_FORMAT: trigger has no format 'json'"));
  CHECK(holds(planned.out, "POST http://localhost:3000"));
  // One that no command has is a mistake, and so is one that was typed.
  const Finished unknown = home.run("list", {{"TERRA_HOOK_FORMAT", "xml"}});
  CHECK(unknown.code == 4);
  CHECK(holds(unknown.err, "TERRA_HOOK_FORMAT: 'xml' is not one of text, json, ndjson"));
  CHECK(home.run("trigger sleep --to 3000 --dry-run --format json").code == 4);

  home.write_user("format = \"json\"\n");
  CHECK(Json::parse(home.run("list").out).is_array());
  const Finished noted = home.run("trigger sleep --to 3000 --dry-run");
  CHECK(noted.code == 0);
  CHECK(holds(noted.err, "config.toml:1: format: trigger has no format 'json'"));
  home.write_user("[trigger]\nformat = \"json\"\n");
  CHECK(home.run("trigger sleep --to 3000 --dry-run").code == 4);
}

TEST_CASE("config/a project's file can not act for its reader") {
  const Configured home;
  const char* refused[] = {"[listen]\ntunnel = \"evil\"\n",
                           "bind = \"0.0.0.0\"\n",
                           "[listen]\njunit = \"x.xml\"\n",
                           "[listen]\non-invalid = \"accept\"\n",
                           "insecure = true\n",
                           "[listen]\nforward-to = \"evil.test\"\n",
                           "[replay]\nto = [\"3000\", \"http://10.0.0.1\"]\n",
                           "[listen]\nforward-to = \"sleep=http://evil.test/x\"\n"};
  for (const char* text : refused) {
    CAPTURE(text);
    home.write_project(text);
    const Finished finished = home.run("list");
    CHECK(finished.code == 4);
    CHECK(holds(finished.err, "a project's file can't"));
  }
  home.write_project("[listen]\nforward-to = [\"3000\", \"sleep=http://127.0.0.1:1/x\"]\n");
  CHECK(home.run("list").code == 0);
  // The user's own file may.
  home.write_user("[listen]\nforward-to = \"https://example.test\"\n");
  home.write_project("");
  CHECK(home.run("list").code == 0);
}

TEST_CASE("config/init writes an example that can be used line by line") {
  const Configured home;
  const Finished first = home.run("config init");
  CHECK(first.code == 0);
  const std::string path = lines_of(first.out).front();
  CHECK(home.run("list").code == 0);
  CHECK(home.run("config init").code != 0);
  CHECK(home.run("config init --force").code == 0);
  CHECK(home.user().run_shell("sed -i 's/^#\\([^ ]\\)/\\1/' '" + path + "'").code == 0);
  const std::string shown = home.shown("listen --profile staging");
  CHECK(holds(shown, "--port 4568"));
  CHECK(holds(shown, "--body card"));
  CHECK(holds(shown, "--store /home/me/terra-staging.db"));
}

}  // namespace terra_hook::test
