// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "base/command_line.hpp"

namespace terra_hook {
namespace {

/// The words in brackets, or `error: MESSAGE`.
std::string split(std::string_view text, std::string_view home = "/home/mara") {
  const auto words = split_command_line(text, home);
  if (!words) return "error: " + words.error().message;
  std::string joined;
  for (const std::string& word : *words) joined += "[" + word + "]";
  return joined;
}

TEST_CASE("command line/words are split and quoted as in a shell") {
  CHECK(split("ssh -N host") == "[ssh][-N][host]");
  CHECK(split("  a\t b \n") == "[a][b]");
  CHECK(split("a 'b  c' d") == "[a][b  c][d]");
  CHECK(split("a \"b 'c' \\\"d\\\" \\x\"") == "[a][b 'c' \"d\" \\x]");
  CHECK(split("a\\ b c\\'d") == "[a b][c'd]");
  CHECK(split("a '' \"\"") == "[a][][]");
  CHECK(split("x--y='1 2'z") == "[x--y=1 2z]");
  CHECK(split("a\\") == "[a\\]");
  CHECK(split("a http://127.0.0.1:{port}/?b=*[c]#d") == "[a][http://127.0.0.1:{port}/?b=*[c]#d]");
}

TEST_CASE("command line/the home is put in where a shell would") {
  CHECK(split("~/bin/x ~ ~/a b~/c \"~/d\" ~root") ==
        "[/home/mara/bin/x][/home/mara][/home/mara/a][b~/c][~/d][~root]");
  CHECK(split("~/x", "") == "[~/x]");
}

TEST_CASE("command line/what only a shell does is refused") {
  for (const char* text : {"a | b", "a;b", "a && b", "a > f", "a $HOME", "a `b`", "(a)",
                           "a \"$HOME\"", "a \"`b`\"", "a <f"}) {
    CAPTURE(text);
    CHECK(split(text).find("needs a shell") != std::string::npos);
  }
  CHECK(split("sh -c 'a | b > $c'") == "[sh][-c][a | b > $c]");
  CHECK(split("a \\| \\$b \"\\$c\"") == "[a][|][$b][$c]");
}

TEST_CASE("command line/a quote needs its end and a line needs a word") {
  CHECK(split("a 'b") == "error: the command has a ' without its end");
  CHECK(split("a \"b\\\"") == "error: the command has a \" without its end");
  CHECK(split("") == "error: the command is empty");
  CHECK(split(" \t") == "error: the command is empty");
  CHECK(split("''") == "error: the command is empty");
}

}  // namespace
}  // namespace terra_hook
