// SPDX-License-Identifier: MIT
// Colour at a terminal and nowhere else; nothing of a payload acts on it.
#include <doctest/doctest.h>

#include <regex>

#include "cli/user.hpp"
#include "support/pseudo_terminal.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

constexpr const char* k_escape = "\x1b[";

bool is_colored(std::string_view text) {
  return text.find(k_escape) != std::string_view::npos;
}

/// What a terminal shows after `arguments` have run in it.
std::string screen(const User& user, const Words& arguments, const Variables& variables = {},
                   unsigned short columns = 80) {
  PseudoTerminal terminal(terra_hook_program(), arguments, {user.home().path(), variables},
                          columns);
  terminal.wait();
  check_keeps_secrets(terminal.screen());
  return terminal.screen();
}

std::string without_colors(const std::string& text) {
  static const std::regex color("\x1b\\[[0-9;]*m");
  return std::regex_replace(text, color, "");
}

TEST_CASE("color/at a terminal results help and errors have it") {
  const User user;
  user.receive({R"({"type":"sleep"})"});
  for (const Words& arguments : {Words{"list"}, Words{"show", "last"}, Words{"--help"},
                                 Words{"list", "--help"}, Words{"lisen"}}) {
    CAPTURE(arguments[0]);
    CHECK(is_colored(screen(user, arguments)));
    // The same words, whether in colour or not.
    const Finished piped = user.run(arguments, {{"COLUMNS", "80"}});
    std::string expected = piped.out + piped.err;
    expected = std::regex_replace(expected, std::regex("\n"), "\r\n");
    CHECK(without_colors(screen(user, arguments)) == expected);
  }
}

TEST_CASE("color/what turns it on and off") {
  const User user;
  user.receive({R"({"type":"sleep"})"});
  struct Row {
    Words more;
    Variables variables;
    bool at_terminal;
    bool in_pipe;
  };
  const Row rows[] = {
      {{}, {}, true, false},
      {{}, {{"NO_COLOR", "1"}}, false, false},
      {{}, {{"NO_COLOR", ""}}, true, false},
      {{}, {{"TERM", "dumb"}}, false, false},
      {{}, {{"CLICOLOR", "0"}}, false, false},
      {{}, {{"CLICOLOR_FORCE", "1"}}, true, true},
      {{}, {{"CLICOLOR_FORCE", "0"}}, true, false},
      {{}, {{"FORCE_COLOR", "1"}}, true, true},
      {{"--color", "never"}, {}, false, false},
      {{"--color", "never"}, {{"CLICOLOR_FORCE", "1"}}, false, false},
      {{"--color", "always"}, {}, true, true},
      {{"--color", "always"}, {{"NO_COLOR", "1"}}, true, true},
      {{}, {{"TERRA_HOOK_COLOR", "never"}}, false, false},
      {{}, {{"TERRA_HOOK_COLOR", "always"}}, true, true},
  };
  for (const Row& row : rows) {
    Words arguments = {"list"};
    arguments.insert(arguments.end(), row.more.begin(), row.more.end());
    CAPTURE(row.more.empty() ? "" : row.more[1]);
    CAPTURE(row.variables.empty() ? "" : row.variables.begin()->first);
    CHECK(is_colored(screen(user, arguments, row.variables)) == row.at_terminal);
    CHECK(is_colored(user.run(arguments, row.variables).out) == row.in_pipe);
  }
}

TEST_CASE("color/the choice is that of errors and help too") {
  const User user;
  for (const Words& words :
       {Words{"show", "7"}, Words{"list", "--last", "x"}, Words{"list", "--bogus"},
        Words{"list", "--help"}, Words{"request", "sleep", "--user-id", "u"}}) {
    CAPTURE(words[1]);
    Words never = words;
    never.insert(never.end(), {"--color", "never"});
    CHECK(!is_colored(screen(user, never)));
    CHECK(!is_colored(screen(user, words, {{"TERRA_HOOK_COLOR", "never"}})));
    Words always = words;
    always.insert(always.end(), {"--color", "always"});
    const Finished finished = user.run(always);
    CHECK(is_colored(finished.err + finished.out));
  }
}

TEST_CASE("color/JSON and raw never have it") {
  const User user;
  user.receive({R"({"type":"sleep"})"});
  for (const Words& arguments :
       {Words{"list", "--format", "json"}, Words{"list", "--format", "ndjson"},
        Words{"show", "1", "--format", "json"}, Words{"show", "1", "--format", "raw"}}) {
    CHECK(!is_colored(screen(user, arguments)));
  }
}

/// Bytes that act on a terminal, once our own colours are gone.
std::string acting(const std::string& text) {
  std::string found;
  for (const char c : without_colors(text)) {
    const bool is_control = (c >= 0 && c < ' ' && c != '\n' && c != '\r') || c == '\x7f';
    if (is_control) found += c;
  }
  for (const char* sequence : {"\xc2\x9b", "\xc2\x85", "\xe2\x80\xae", "\xe2\x81\xa6"}) {
    if (text.find(sequence) != std::string::npos) found += sequence;
  }
  return found;
}

TEST_CASE("color/nothing that a sender writes acts on the terminal") {
  const User user;
  const std::string nasty =
      "\x1b]0;owned\x07\x1b[2J\x7f\xc2\x9b"
      "1m\xe2\x80\xae\xe2\x81\xa6\xc2\x85\b\r";
  const std::string bodies[] = {
      R"({"type":"\u001b[2Jsleep\u009b\u202e","user":{"user_id":"\u001b[31mred","provider":"\u0007"}})",
      R"({"type":")" + nasty + R"("})",
      nasty,
      nasty + "\n" + nasty,
  };
  PseudoTerminal terminal(terra_hook_program(), {"listen", "--port", "0", "--verbose", "--plain"},
                          {user.home().path(), {{"TERRA_SIGNING_SECRET", std::string(k_secret)}}});
  terminal.await("http://127.0.0.1:");
  terminal.await("Ctrl-C");
  static const std::regex url("http://127\\.0\\.0\\.1:([0-9]+)");
  std::smatch match;
  REQUIRE(std::regex_search(terminal.screen(), match, url));
  const auto port = static_cast<std::uint16_t>(std::stoul(match[1]));
  for (const std::string& body : bodies) {
    CHECK(post(port, body, {{"terra-signature", signature_header(k_secret, body)}}).status == 200);
  }
  // What is wrong with these is in their head; they may be refused, but not without a word.
  post(port, "{}", {{"X-Odd", "a\x1b[2Jb\xc2\x9b"}});
  post(port, "{}", {}, "/?\xc2\x9b=\xe2\x80\xae");
  post(port, R"({"type":"the_last_one"})");
  terminal.await("the_last_one");
  terminal.type("\x03");
  CHECK(terminal.wait() == 0);
  CHECK(is_colored(terminal.screen()));
  // The terminal itself echoes the key as ^C.
  CHECK(acting(terminal.screen()) == "");

  CHECK(acting(screen(user, {"list"})) == "");
  CHECK(acting(screen(user, {"show", "1..99"})) == "");
  CHECK(acting(user.run({"list"}).out) == "");
  CHECK(acting(user.run({"show", "1..99"}).out) == "");
}

TEST_CASE("color/a narrow terminal gets narrow lines") {
  const User user;
  user.receive({R"({"type":"sleep","user":{"user_id":"u","provider":"GARMIN"},"data":[]})"});
  for (const int columns : {40, 60, 80, 120}) {
    CAPTURE(columns);
    for (const std::string& line : lines_of(
             without_colors(screen(user, {"list"}, {}, static_cast<unsigned short>(columns))))) {
      CHECK(line.size() <= static_cast<std::size_t>(columns) +
                               8);  // the verdict's mark is one column and three bytes
    }
  }
}

}  // namespace
}  // namespace terra_hook::test
