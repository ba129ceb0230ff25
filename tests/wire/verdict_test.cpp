// SPDX-License-Identifier: MIT
// What the sender is told about its signature.
#include <doctest/doctest.h>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_secret = "whsec-of-the-tests";
constexpr std::string_view k_other_secret = "whsec-of-somebody-else";
constexpr std::string_view k_body = R"({"type":"sleep","user":{"user_id":"u","provider":"OURA"}})";

struct Case {
  std::string verdict;
  Fields fields;
  int status;
};

std::vector<Case> cases() {
  const std::int64_t now = unix_now();
  return {
      {"valid", {{"terra-signature", signature_header(k_secret, k_body)}}, 200},
      {"invalid", {{"terra-signature", signature_header(k_other_secret, k_body)}}, 401},
      {"invalid", {{"terra-signature", signature_header(k_secret, "another body")}}, 401},
      {"malformed", {{"terra-signature", "v1=00ff"}}, 401},
      {"malformed", {{"terra-signature", ""}}, 401},
      {"missing", {}, 401},
      {"stale", {{"terra-signature", signature_header(k_secret, k_body, now - 3600)}}, 200},
      {"stale", {{"terra-signature", signature_header(k_secret, k_body, now + 3600)}}, 200},
  };
}

std::string expected_digest(const Fields& fields) {
  if (fields.empty()) return hmac_sha256_hex(k_secret, k_body);
  const std::string& value = fields.front().second;
  const std::string time = value.starts_with("t=") ? value.substr(2, value.find(',') - 2) : "";
  return hmac_sha256_hex(k_secret, time + "." + std::string(k_body));
}

TEST_CASE("each verdict has its status and everything is kept") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  CHECK(listener.ready().at("verifying") == true);
  const std::vector<Case> rows = cases();
  for (const Case& row : rows) {
    CAPTURE(row.verdict);
    const RawResponse response = post(listener.port(), k_body, row.fields);
    CHECK(response.status == row.status);
    CHECK(response.field("Content-Type") == "application/json");
    CHECK(Json::parse(response.body).at("verdict") == row.verdict);
    CHECK(response.body.find(expected_digest(row.fields)) == std::string::npos);

    const Json delivery = listener.next("delivery");
    CHECK(delivery.at("verdict") == row.verdict);
    CHECK(delivery.at("status") == row.status);
    CHECK(delivery.at("number") == Json::parse(response.body).at("capture"));
    CHECK(delivery.at("reason").is_null() == (row.verdict == "valid"));
  }
  const std::vector<Json> captures = stored(directory);
  REQUIRE(captures.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(captures[i].at("verdict") == rows[i].verdict);
    CHECK(stored_body(directory, captures[i].at("number")) == k_body);
  }
}

TEST_CASE("on-invalid accept answers 200 and still tells the verdict") {
  const TempDir directory;
  Listener listener(directory,
                    {"--secret-file", directory.write("s", k_secret), "--on-invalid", "accept"});
  for (const Case& row : cases()) {
    CAPTURE(row.verdict);
    const RawResponse response = post(listener.port(), k_body, row.fields);
    CHECK(response.status == 200);
    CHECK(Json::parse(response.body).at("verdict") == row.verdict);
  }
}

TEST_CASE("nothing is checked without a secret or with no-verify") {
  const TempDir directory;
  const std::vector<std::vector<std::string>> command_lines{
      {}, {"--no-verify", "--secret-file", directory.write("s", k_secret)}};
  for (const auto& arguments : command_lines) {
    Listener listener(directory, arguments);
    CHECK(listener.ready().at("verifying") == false);
    const RawResponse response = post(
        listener.port(), k_body, {{"terra-signature", signature_header(k_other_secret, k_body)}});
    CHECK(response.status == 200);
    CHECK(Json::parse(response.body).at("verdict") == "unchecked");
  }
}

TEST_CASE("the signature header is found under each name in any case") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  for (const std::string name : {"terra-signature", "Terra-Signature", "X-Terra-Signature",
                                 "x-terra-signature", "X-TERRA-SIGNATURE"}) {
    CAPTURE(name);
    const RawResponse response =
        post(listener.port(), k_body, {{name, signature_header(k_secret, k_body)}});
    CHECK(response.status == 200);
    CHECK(listener.next("delivery").at("verdict") == "valid");
  }
}

TEST_CASE("of several secrets the one that matched is named") {
  const TempDir directory;
  Listener listener(directory,
                    {"--secret-file", "prod=" + directory.write("p", k_secret).string(),
                     "--secret-file", "dev=" + directory.write("d", k_other_secret).string()});
  CHECK(listener.ready().at("secrets") == Json{"prod", "dev"});
  post(listener.port(), k_body, {{"terra-signature", signature_header(k_other_secret, k_body)}});
  CHECK(listener.next("delivery").at("secret") == "dev");
  post(listener.port(), k_body, {{"terra-signature", signature_header(k_secret, k_body)}});
  CHECK(listener.next("delivery").at("secret") == "prod");
  CHECK(post(listener.port(), k_body, {{"terra-signature", signature_header("third", k_body)}})
            .status == 401);
  CHECK(listener.next("delivery").at("secret").is_null());
}

TEST_CASE("the secret comes from the environment") {
  const TempDir directory;
  Listener listener(directory, {}, {{"TERRA_SIGNING_SECRET", std::string(k_secret)}});
  CHECK(post(listener.port(), k_body, {{"terra-signature", signature_header(k_secret, k_body)}})
            .status == 200);
  CHECK(post(listener.port(), k_body).status == 401);
}

TEST_CASE("tolerance off accepts any age as valid") {
  const TempDir directory;
  Listener listener(directory,
                    {"--secret-file", directory.write("s", k_secret), "--tolerance", "off"});
  post(listener.port(), k_body, {{"terra-signature", signature_header(k_secret, k_body, 10)}});
  CHECK(listener.next("delivery").at("verdict") == "valid");
}

}  // namespace
}  // namespace terra_hook::test
