// SPDX-License-Identifier: MIT
#include "base/signed_url.hpp"

#include <doctest/doctest.h>

#include <string>

namespace terra_hook {

TEST_CASE("base signed url - a signed query is hidden and the rest of the URL is not") {
  const std::string cases[] = {
      R"("https://b.example/k.json?X-Amz-Date=1&X-Amz-Signature=abc")",
      R"("https:\/\/b.example\/k.json?x=1\u0026X-Amz-Signature=abc")",
      R"("http://b.example/k?Expires=1&Signature=abc&GoogleAccessId=x")",
      R"("HTTPS://b.example/k?X-Goog-Signature=abc")",
      R"("https://b.example/k?sv=1&sig=abc")",
      R"("https://b.example/k?access_token=abc")",
  };
  for (const std::string& raw : cases) {
    CAPTURE(raw);
    const auto shown = hide_signed_query(raw);
    REQUIRE(shown);
    CHECK(shown->find("abc") == std::string::npos);
    CHECK(shown->starts_with(raw.substr(0, raw.find('?'))));
    CHECK(shown->ends_with("?(signed query hidden)\""));
  }
}

TEST_CASE("base signed url - what is no signed URL stays as it is") {
  for (const std::string raw :
       {R"("https://b.example/k.json")", R"("https://b.example/?page=2")", R"("signature?token=1")",
        R"("")", R"("http")", R"("see https://x?Signature=1")"}) {
    CAPTURE(raw);
    CHECK_FALSE(hide_signed_query(raw));
  }
}

}  // namespace terra_hook
