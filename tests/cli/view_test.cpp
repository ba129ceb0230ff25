// SPDX-License-Identifier: MIT
// What is shown of a body: narrowed, folded, in ASCII; and nothing of it acts on the terminal.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>

#include "cli/user.hpp"
#include "support/pseudo_terminal.hpp"

namespace terra_hook::test {
namespace {

/// What a terminal shows after `arguments` have run in it, and the exit code.
Finished at_terminal(const User& user, const Words& arguments, const Variables& variables = {}) {
  PseudoTerminal terminal(terra_hook_program(), arguments, {user.home().path(), variables});
  Finished finished;
  finished.code = terminal.wait();
  finished.out = terminal.screen();
  check_keeps_secrets(finished.out);
  return finished;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

/// Bytes that act on a terminal or hide from a reader, once our own colours and line ends are gone.
std::string acting(const std::string& text) {
  static const std::regex ours("\x1b\\[[0-9;]*m|\r\n|\n");
  std::string found;
  for (const char c : std::regex_replace(text, ours, "")) {
    if ((c >= 0 && c < ' ') || c == '\x7f') found += c;
  }
  for (const char* sequence : {"\xc2\x9b", "\xc2\x85", "\xe2\x80\xae", "\xe2\x81\xa6",
                               "\xe2\x80\x8b", "\xef\xbb\xbf", "\xf3\xa0\x80\x81"}) {
    if (text.find(sequence) != std::string::npos) found += sequence;
  }
  return found;
}

std::string samples(int count) {
  std::string body = R"({"type":"activity","data":[{"hr_samples":[)";
  for (int i = 0; i < count; ++i) {
    body += std::string(i == 0 ? "" : ",") + R"({"timestamp":"2027-02-10T07:)" +
            std::to_string(10 + i % 50) + R"(:00.000000+02:00","bpm":)" + std::to_string(90 + i) +
            "}";
  }
  return body + "]}]}";
}

TEST_CASE("view/samples are folded and full unfolds them") {
  const User user;
  user.receive({samples(40)});
  const std::string folded = user.run({"show", "1", "--body"}).out;
  CHECK(folded.find("\"hr_samples\": 40 items, 07:10–07:49, 90–129 bpm ▁") != std::string::npos);
  const std::string full = user.run({"show", "1", "--body", "--full"}).out;
  CHECK(full.find("items") == std::string::npos);
  CHECK(Json::parse(full) == Json::parse(samples(40)));
}

TEST_CASE("view/a path narrows to one value in every format") {
  const User user;
  const std::string value = R"({ "b" : 1.0,"b":1e400, "s":"\u00e9","e":[ ] })";
  user.receive({R"({"type":"x","data":[{"a":)" + value + R"(,"n":null}]})", "not JSON"});
  const Words show = {"show", "1", "--path", "/data/0/a"};
  const auto with = [&](const Words& more) {
    Words arguments = show;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return user.run(arguments);
  };
  CHECK(with({}).out ==
        "{\n  \"b\": 1.0,\n  \"b\": 1e400,\n  \"s\": \"\\u00e9\",\n  \"e\": []\n}\n");
  CHECK(with({"--format", "raw"}).out == value);
  CHECK(with({"--format", "json"}).out == R"({"b":1.0,"b":1e400,"s":"\u00e9","e":[]})"
                                          "\n");
  CHECK(
      with({"--format", "ndjson"}).out ==
      R"({"type":"value","number":1,"path":"/data/0/a","value":{"b":1.0,"b":1e400,"s":"\u00e9","e":[]}})"
      "\n");
  CHECK(user.run({"show", "1", "--path", "/data/0/n"}).out == "null\n");
  CHECK(user.run({"show", "1", "--path", "", "--format", "raw"}).out.starts_with(R"({"type":"x")"));

  const Finished missing = user.run({"show", "1", "--path", "/data/7/a"});
  CHECK(missing.code == 3);
  CHECK(missing.out.empty());
  CHECK(missing.err.find("/data/7") != std::string::npos);
  const Finished text = user.run({"show", "2", "--path", "/a"});
  CHECK(text.code == 3);
  CHECK(text.err.find("line 1, column 2") != std::string::npos);
  CHECK(user.run({"show", "1", "--path", "data"}).code == 4);
  CHECK(user.run({"show", "1", "--path", "/data", "--headers"}).code == 4);
}

TEST_CASE("view/ASCII is ASCII") {
  const User user;
  user.receive({samples(40), R"({"type":"café","user":{"user_id":"日本","provider":"Ö"}})",
                "\xff\xfe Größe"});
  for (const Words& arguments :
       {Words{"list"}, Words{"show", "1..3"}, Words{"show", "1..3", "--format", "json"},
        Words{"list", "--format", "ndjson"}}) {
    Words ascii = arguments;
    ascii.emplace_back("--ascii");
    const Finished finished = user.run(ascii);
    CAPTURE(arguments[0]);
    CAPTURE(finished.out);
    CHECK(finished.code == 0);
    CHECK(is_ascii(finished.out));
    CHECK(!is_ascii(user.run(arguments).out));
    CHECK(is_ascii(user.run(arguments, {{"TERRA_HOOK_ASCII", "1"}}).out));
    // A terminal without UTF-8 takes such bytes for controls.
    const std::string screen =
        at_terminal(user, arguments, {{"LC_ALL", "C"}, {"TERM", "dumb"}}).out;
    CHECK(is_ascii(std::regex_replace(screen, std::regex("\r"), "")));
  }
  CHECK(Json::parse(user.run({"show", "2", "--format", "json", "--ascii"}).out) ==
        Json::parse(user.run({"show", "2", "--format", "json"}).out));
}

const std::string k_nasty =
    "\xc2\x9b"
    "2J\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\xc2\x85\x7f\xef\xbb\xbf\xf3\xa0\x80\x81";

TEST_CASE("view/JSON spells what a terminal acts on as escapes") {
  const User user;
  const std::string body = R"({"type":"x)" + k_nasty + R"(","k)" + k_nasty + R"(":"v)" + k_nasty +
                           R"(","user":{"user_id":")" + k_nasty + R"("}})";
  user.receive({body});
  for (const Words& arguments :
       {Words{"show", "1", "--format", "json"}, Words{"show", "1", "--format", "ndjson"},
        Words{"show", "1", "--format", "json", "--path", ""}, Words{"list", "--format", "json"},
        Words{"list", "--format", "ndjson"}}) {
    const Finished piped = user.run(arguments);
    CHECK(acting(piped.out) == "");
    CHECK(acting(at_terminal(user, arguments).out) == "");
  }
  const Json shown = Json::parse(user.run({"show", "1", "--format", "json"}).out);
  CHECK(shown.at("body") == Json::parse(body));
  CHECK(shown.at("event_type") == "x" + k_nasty);
}

TEST_CASE("view/raw bytes that a terminal acts on do not go there") {
  const User user;
  const std::string odd[] = {"\x1b[2J", "a\rb", R"(["\u001b)" + k_nasty + "\"]", "\xff",
                             std::string(1, '\0')};
  user.receive({std::begin(odd), std::end(odd)});
  for (std::size_t i = 0; i < std::size(odd); ++i) {
    const std::string number = std::to_string(i + 1);
    CAPTURE(i);
    CHECK(user.run({"show", number, "--format", "raw"}).out == odd[i]);
    const Finished refused = at_terminal(user, {"show", number, "--format", "raw"});
    CHECK(refused.code == 3);
    CHECK(acting(refused.out) == "");
    CHECK(refused.out.find("#" + number + " holds bytes that this terminal would act on") !=
          std::string::npos);
    CHECK(refused.out.find("> body") != std::string::npos);
    for (const std::string format : {"http", "raw"}) {
      const Finished exported = at_terminal(user, {"export", number, "--format", format});
      CHECK(exported.code == 3);
      CHECK(acting(exported.out) == "");
      CHECK(exported.out.find("--output FILE") != std::string::npos);
    }
  }
  const User other;
  other.receive({"{\"a\":\r\n\t\"\\u001b café\"}\n"});
  const Finished harmless = at_terminal(other, {"show", "1", "--format", "raw"});
  CHECK(harmless.code == 0);
  CHECK(harmless.out.find("\"\\u001b café\"}") != std::string::npos);
  CHECK(at_terminal(other, {"export", "1"}).code == 0);
}

TEST_CASE("view/payloads that are made to stall a terminal do not") {
  const User user;
  std::string marks = "e";
  for (int i = 0; i < 50'000; ++i) marks += "\xcc\x81";
  user.receive({"\"" + std::string(10'000'000, 'a') + "\"", std::string(10'000'000, 'b'),
                std::string(100'000, '[') + std::string(100'000, ']'), std::string(100'000, '{'),
                "[\"" + marks + "\"]", "[" + k_nasty + "]"});
  for (const Words& arguments : {Words{"show", "1..6"}, Words{"list"}}) {
    const Finished finished = at_terminal(user, arguments);
    CHECK(finished.code == 0);
    CHECK(acting(finished.out) == "");
    CHECK(finished.out.size() < 150'000);
  }
  CHECK(user.run({"show", "1", "--body", "--full"}).out.size() == 10'000'003);
}

}  // namespace
}  // namespace terra_hook::test
