// SPDX-License-Identifier: MIT
#include "render/curl_command.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/shell_quote.hpp"

using namespace terra_hook;

TEST_CASE("shell_quote/one word to the byte") {
  const std::pair<std::string, const char*> rows[] = {
      {"plain-1.0/x:y,@%+z=", "plain-1.0/x:y,@%+z="},
      {"", "''"},
      {"=cmd", "'=cmd'"},
      {"a b", "'a b'"},
      {"it's", R"('it'\''s')"},
      {"$(rm -rf ~) `x` !! \\ \"", R"('$(rm -rf ~) `x` !! \ "')"},
      {"né\n\t", "'né\n\t'"},
      {"a\x1b[2J'\\", R"($'a\033[2J\'\\')"},
      {"\xff"
       "7",
       R"($'\3777')"},
      {"\xe2\x80\xae", R"($'\342\200\256')"},
      {"\r", R"($'\015')"},
  };
  for (const auto& [text, expected] : rows) CHECK(shell_quote(text) == expected);
}

TEST_CASE("curl_command/says what goes out and hides credentials") {
  CHECK(curl_command("POST", "http://localhost:3000/hook?a=1&b=[2]",
                     {{"Content-Type", "application/json"},
                      {"X-Empty", ""},
                      {"Authorization", "Bearer abc"},
                      {"x-api-key", "k"},
                      {"X-Odd", "it's"}},
                     "{\"a\": 1}\n") ==
        "curl --globoff 'http://localhost:3000/hook?a=1&b=[2]' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  -H 'X-Empty;' \\\n"
        "  -H \"Authorization: ${AUTHORIZATION}\" \\\n"
        "  -H \"x-api-key: ${X_API_KEY}\" \\\n"
        "  -H 'X-Odd: it'\\''s' \\\n"
        "  -H Expect: \\\n"
        "  --data-raw '{\"a\": 1}\n'\n");
  const std::string binary = curl_command("PUT", "http://h/", {}, std::string("\0\xff", 2));
  CHECK(binary ==
        "base64 -d <<'END' |\nAP8=\nEND\n"
        "curl -X PUT --globoff http://h/ \\\n"
        "  -H Content-Type: \\\n"
        "  -H Expect: \\\n"
        "  --data-binary @-\n");
}
