// SPDX-License-Identifier: MIT
// What the sender is told about its signature.
#include <doctest/doctest.h>
#include <signal.h>

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

TEST_CASE("why a signature fails is told beside the deliveries and never to the sender") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", k_secret)});
  // Signed with a line break that the body on the wire does not have.
  const RawResponse answer =
      post(listener.port(), k_body,
           {{"terra-signature", signature_header(k_secret, std::string(k_body) + "\n")}});
  CHECK(answer.body == "{\"verdict\":\"invalid\",\"capture\":1}\n");
  CHECK(listener.next().at("type") == "delivery");
  const Json mended = listener.next();
  CHECK(mended.at("type") == "diagnosis");
  CHECK(mended.at("number") == 1);
  CHECK(mended.at("verdict") == "invalid");
  REQUIRE(mended.at("causes").size() == 1);
  CHECK(mended.at("causes")[0].at("what") == "it was signed with a line break after the body");
  CHECK(mended.at("secret") == "s");

  post(listener.port(), k_body, {{"terra-signature", signature_header(k_other_secret, k_body)}});
  CHECK(listener.next().at("type") == "delivery");
  const Json unexplained = listener.next();
  CHECK(unexplained.at("type") == "diagnosis");
  CHECK(unexplained.at("causes").empty());
  CHECK(unexplained.at("left").get<std::string>().starts_with("another secret"));

  // Nothing can be said of one that is not there.
  post(listener.port(), k_body);
  CHECK(listener.next().at("verdict") == "missing");
  CHECK(listener.stop() == 0);
  CHECK(listener.next().at("type") == "summary");
}

TEST_CASE("people read the reason of a failed signature once") {
  const TempDir directory;
  ChildProcess child(
      terra_hook_program(),
      {"listen", "--port", "0", "--body", "none", "--secret-file", directory.write("s", k_secret)},
      {directory.path()});
  child.await_error_text("stop");
  const std::string banner = child.errors();
  const auto port =
      static_cast<std::uint16_t>(std::stoul(banner.substr(banner.find("127.0.0.1:") + 10)));
  const std::string header = signature_header(k_secret, std::string(k_body) + "\n");
  const auto line_with = [&child](const std::string& text) {
    for (;;) {
      const auto line = child.next_line();
      REQUIRE(line);
      if (line->find(text) != std::string::npos) return *line;
    }
  };
  for (int i = 0; i < 2; ++i)
    CHECK(post(port, k_body, {{"terra-signature", header}}).status == 401);
  CHECK(line_with("because") ==
        "#1 invalid because it was signed with a line break after the body: keep the body's bytes "
        "as they arrive: no trimming, no text mode, no editor in between");
  CHECK(line_with("reason as") == "#2 invalid for the same reason as #1");
  child.signal(SIGINT);
  CHECK(child.wait() == 0);
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
