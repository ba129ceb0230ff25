// SPDX-License-Identifier: MIT
// `terra-hook diff` on captures and files.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/user.hpp"
#include "support/raw_client.hpp"

namespace terra_hook::test {
namespace {

std::string data(const std::string& name) {
  return std::string(TERRA_HOOK_TEST_DATA) + "/" + name;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// `diff ARGUMENTS...` in the folder of its samples, so that their names are short.
Finished diff_samples(const User& user, const std::string& arguments,
                      const Variables& variables = {}) {
  return user.run_shell("cd '" + data("diff") + "' && \"$TERRA_HOOK\" diff " + arguments,
                        variables);
}

std::string daily(std::string_view steps) {
  return R"({"type":"daily","user":{"user_id":"u1","provider":"FITBIT"},"data":[{"metadata":)"
         R"({"start_time":"2026-07-01T00:00:00+02:00"},"steps":)" +
         std::string(steps) + "}]}";
}

}  // namespace

TEST_CASE("diff/text looks as it should at 80 and 40 columns and in colour") {
  const User user;
  const struct {
    const char* golden;
    const char* arguments;
    const char* columns;
  } rows[] = {
      {"golden/diff-80.txt", "first.http later.http", "80"},
      {"golden/diff-40.txt", "first.http later.http", "40"},
      {"golden/diff-color.txt", "first.http later.http --color always", "80"},
      {"golden/diff-other.txt", "first.http other.json", "80"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.golden);
    const Finished finished = diff_samples(user, row.arguments, {{"COLUMNS", row.columns}});
    CHECK(finished.code == 8);
    CHECK(finished.err.empty());
    CHECK(finished.out == read(data(row.golden)));
  }
}

TEST_CASE("diff/json and ndjson say the same") {
  const User user;
  const Finished lines = diff_samples(user, "first.http later.http --format ndjson");
  CHECK(lines.code == 8);
  std::vector<Json> objects;
  for (const std::string& line : lines_of(lines.out)) objects.push_back(Json::parse(line));
  REQUIRE(objects.size() > 3);
  CHECK(objects.front().at("type") == "diff");
  CHECK(objects.front().at("later") == "b");
  CHECK(objects.front().at("later_by") == "ordering_timestamp");
  CHECK(objects.front().at("same_user") == true);
  const Json& result = objects.back();
  CHECK(result.at("type") == "result");
  CHECK(result.at("same") == false);
  CHECK(result.at("lost_fields") == 1);
  CHECK(result.at("lost_scores") == 1);

  const Json document = Json::parse(diff_samples(user, "first.http later.http --format json").out);
  std::size_t changes = 0;
  for (Json object : objects) {
    if (object.at("type") != "change") continue;
    object.erase("type");
    CHECK(object == document.at("changes").at(changes));
    ++changes;
  }
  CHECK(document.at("changes").size() == changes);
  CHECK(document.at("losses").size() == 2);
  CHECK(
      lines.out.find(
          R"("record":"2027-02-09","is_record":false,"occurrence":1,"old":5018.2,"new":5340.75)") !=
      std::string::npos);
}

TEST_CASE("diff/captures by number and name and what came later") {
  const User user;
  user.receive({daily("10"), daily("null"), daily("10.0")});
  const Finished same = user.run({"diff", "1", "last"});
  CHECK(same.code == 0);
  CHECK(same.out == "same: #1 and #3 (1 record)\n");
  CHECK(user.run({"diff", "1", "last", "--quiet"}).out.empty());

  const Finished lost = user.run({"diff", "1", "last~1"});
  CHECK(lost.code == 8);
  CHECK(lost.out.find("  ~ /data/0/steps  10 → null\n") != std::string::npos);
  CHECK(lost.out.find("! #2, received later, lost 1 field;") != std::string::npos);
  // The other way round nothing that came later is lost.
  CHECK(user.run({"diff", "2", "1"}).out.find("! #2, received later, lost") != std::string::npos);
  CHECK(user.run({"diff", "2", "3"}).out.find("lost") == std::string::npos);
}

TEST_CASE("diff/a capture and a file and standard input") {
  const User user;
  user.receive({daily("10")});
  write(user.home() / "twelve.json", daily("12"));
  const std::string file = (user.home() / "twelve.json").string();
  const Finished finished = user.run({"diff", "1", file});
  CHECK(finished.code == 8);
  CHECK(finished.out.find("10 → 12") != std::string::npos);
  CHECK(user.run({"diff", "-", file}, {}, daily("12")).code == 0);
  CHECK(user.run({"diff", file, "-"}, {}, daily("12.5")).code == 8);
  CHECK(user.run({"diff", file, "-", "--tolerance-number", "0.5"}, {}, daily("12.5")).code == 0);
}

TEST_CASE("diff/what a sender compressed is compared undone") {
  const User user;
  constexpr char k_gzip[] =  // of {"a":1}
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\xaf\xac\x1b"
      "\x56\x07\x00\x00\x00";
  const std::string gzip(k_gzip, sizeof k_gzip - 1);
  {
    Listener listener(user.home());
    post(listener.port(), gzip, {{"Content-Encoding", "gzip"}});
    post(listener.port(), R"({"a":1})");
    CHECK(listener.stop() == 0);
  }
  const Finished finished = user.run({"diff", "1", "2"});
  CAPTURE(finished.err);
  CHECK(finished.out == "same: #1 and #2\n");
}

TEST_CASE("diff/bad input has one line and its code") {
  const User user;
  user.receive({daily("1"), "not json"});
  const std::string file = (user.home() / "absent.json").string();
  const struct {
    Words arguments;
    int code;
    const char* message;
  } rows[] = {
      {{"diff", "1", "7"}, 3, "no capture #7"},
      {{"diff", "1", "2"}, 3, "#2: not JSON: line 1, column 2"},
      {{"diff", "1..2", "1"}, 3, "names several captures"},
      {{"diff", "1", "@none"}, 3, "@none"},
      {{"diff", "1", file}, 1, "absent.json"},
      {{"diff", "1"}, 4, ""},
      {{"diff", "-", "-"}, 4, "only one of the two can be standard input"},
      {{"diff", "1", "1", "--tolerance-number", "-1"}, 4, "--tolerance-number"},
      {{"diff", "1", "1", "--tolerance-number", "much"}, 4, "'much' is not a tolerance"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    const Finished finished = user.run(row.arguments);
    CHECK(finished.code == row.code);
    CHECK(finished.out.empty());
    CHECK_MESSAGE(finished.err.find(row.message) != std::string::npos, finished.err);
  }
}

TEST_CASE("diff/nothing of a body acts on the terminal and no signed query is shown") {
  const User user;
  write(user.home() / "a", R"({"k\u001b[2Jey":"x","url":"https://h/p?X-Amz-Signature=abc"})");
  write(user.home() / "b",
        "{\"k\\u001b[2Jey\":\"\\u202e\xe2\x80\xae\xc2\x9b\",\"url\":\"https://h/p?sig=def\"}");
  for (const char* format : {"text", "json", "ndjson"}) {
    const Finished finished = user.run(
        {"diff", (user.home() / "a").string(), (user.home() / "b").string(), "--format", format});
    CHECK(finished.code == 8);
    CHECK(finished.out.find("abc") == std::string::npos);
    CHECK(finished.out.find("def") == std::string::npos);
    if (std::string_view(format) != "text") continue;
    for (const char* raw : {"\x1b", "\xe2\x80\xae", "\xc2\x9b"}) {
      CHECK(finished.out.find(raw) == std::string::npos);
    }
  }
}

TEST_CASE("diff/a reader that stops early is no error") {
  const User user;
  std::string a = "{";
  std::string b = "{";
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "\"key" + std::to_string(i) + "\":";
    a += key + "1,";
    b += key + "2,";
  }
  a.back() = '}';
  b.back() = '}';
  write(user.home() / "a", a);
  write(user.home() / "b", b);
  const std::string names =
      " '" + (user.home() / "a").string() + "' '" + (user.home() / "b").string() + "'";
  const Finished finished = user.run_shell("\"$TERRA_HOOK\" diff" + names + " | head -n 3");
  CHECK(finished.code == 0);
  CHECK(finished.err.empty());
  CHECK(lines_of(finished.out).size() == 3);
}

}  // namespace terra_hook::test
