// SPDX-License-Identifier: MIT
#include "base/suggest.hpp"

#include <doctest/doctest.h>

namespace terra_hook {
namespace {

const std::vector<std::string> k_commands = {"listen", "list", "show", "verify", "sign"};

TEST_CASE("suggest/the nearest word by edits") {
  struct Row {
    std::string word;
    const char* nearest;
  };
  const Row rows[] = {
      {"lisen", "listen"},    // one missing
      {"listten", "listen"},  // one too many
      {"lidt", "list"},       // one wrong
      {"lsit", "list"},       // two swapped count as one edit
      {"shwo", "show"},
      {"verfy", "verify"},
      {"list", "list"},
      {"LISTEN", "listen"},  // case is no edit
      {"sgin", "sign"},
      {"replay", ""},  // nothing is near
      {"", ""},
      {"x", ""},
      {"zz", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.word);
    CHECK(nearest(row.word, k_commands) == row.nearest);
  }
}

TEST_CASE("suggest/a third of a word may be wrong and no more") {
  CHECK(nearest("abcdef", {"abcdxy"}) == "abcdxy");
  CHECK(nearest("abcdef", {"abcxyz"}) == "");
  CHECK(nearest("ab", {"ax"}) == "ax");
  CHECK(nearest("ab", {"xy"}) == "");
}

TEST_CASE("suggest/no more edits than are allowed") {
  CHECK(nearest_within("secert", {"secret"}, 1) == "secret");
  CHECK(nearest_within("staging_secret", {"signing_secret"}, 2) == "");
  CHECK(nearest_within("--user", {"--user-id"}, 2) == "");
  CHECK(nearest_within("", {"a"}, 2) == "");
}

TEST_CASE("suggest/a beginning stands for the whole") {
  CHECK(nearest("--user", {"--tag", "--user-id"}) == "--user-id");
  CHECK(nearest("--us", {"--tag", "--user-id"}) == "");
}

TEST_CASE("suggest/of two as near the first one is taken") {
  CHECK(nearest("cat", {"car", "can"}) == "car");
}

TEST_CASE("suggest/an absurdly long word is not compared") {
  const std::string word(100'000, 'a');
  CHECK(nearest(word, {word}) == "");
  CHECK(nearest("aaaa", {word}) == "");
}

TEST_CASE("suggest/the question that is asked") {
  CHECK(did_you_mean("--prot", {"--port", "--path"}) == "did you mean '--port'?");
  CHECK(did_you_mean("--nonsense", {"--port", "--path"}) == "");
  CHECK(did_you_mean("x", {}) == "");
}

}  // namespace
}  // namespace terra_hook
