// SPDX-License-Identifier: MIT
// What `verify` says of a signature that does not match, as somebody at a prompt meets it.
#include <doctest/doctest.h>

#include "cli/user.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

const std::string k_sent = R"({"type":"sleep","data":[{"score":1.0,"url":"a/b"}]})";

Finished verify(const User& user, const std::string& header, const std::string& body,
                const Variables& variables = {}, Words more = {}) {
  Words arguments = {"verify", "--signature", header};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Variables all = variables;
  all.try_emplace("TERRA_SIGNING_SECRET", std::string(k_secret));
  return user.run(arguments, all, body);
}

TEST_CASE("diagnosis/a body that was parsed and written again is named with the remedy") {
  const User user;
  const std::string header = signature_header(k_secret, k_sent);
  const Finished finished =
      verify(user, header, R"({"type": "sleep", "data": [{"score": 1.0, "url": "a/b"}]})");
  CHECK(finished.code == 2);
  CHECK(finished.out.find("invalid") != std::string::npos);
  CHECK(finished.out.find("cause: the signature fits the JSON without white space") !=
        std::string::npos);
  CHECK(finished.out.find("fix: hash the request's raw bytes") != std::string::npos);
}

TEST_CASE("diagnosis/a secret read with its line break is named") {
  const User user;
  const std::string header = signature_header(std::string(k_secret) + "\n", k_sent);
  const Finished finished = verify(user, header, k_sent, {}, {"--format", "json"});
  CHECK(finished.code == 2);
  const Json diagnosis = Json::parse(finished.out).at("diagnosis");
  REQUIRE(diagnosis.at("causes").size() == 1);
  CHECK(diagnosis.at("causes")[0].at("name") == "line break after the secret");
  CHECK(diagnosis.at("secret") == "default");
  CHECK(diagnosis.at("is_complete") == true);
}

TEST_CASE("diagnosis/another key of the environment is named but not shown") {
  const User user;
  const Finished finished = verify(user, signature_header(k_other_secret, k_sent), k_sent,
                                   {{"TERRA_API_KEY", std::string(k_other_secret)}});
  CHECK(finished.code == 2);
  CHECK(finished.out.find("signed with TERRA_API_KEY") != std::string::npos);
}

TEST_CASE("diagnosis/a malformed header is read with good will") {
  const User user;
  const std::string header = signature_header(k_secret, k_sent);
  const Finished finished = verify(user, "\"" + header + "\"", k_sent);
  CHECK(finished.code == 2);
  CHECK(finished.out.find("malformed") != std::string::npos);
  CHECK(finished.out.find("cause: the header's value is in quotes") != std::string::npos);
}

TEST_CASE("diagnosis/when nothing fits it says what was tried and what is left") {
  const User user;
  const Finished finished = verify(user, signature_header(k_other_secret, k_sent), k_sent);
  CHECK(finished.code == 2);
  CHECK(finished.out.find("tried: 1 secret and ") != std::string::npos);
  CHECK(finished.out.find("left: another secret") != std::string::npos);
  CHECK(finished.out.find("cause") == std::string::npos);
}

TEST_CASE("diagnosis/without a digest another secret is not blamed") {
  const User user;
  const Finished finished = verify(user, "t=1700000000", k_sent);
  CHECK(finished.code == 2);
  CHECK(finished.out.find("there is no digest to compare with") != std::string::npos);
  CHECK(finished.out.find("another secret") == std::string::npos);
}

TEST_CASE("diagnosis/a valid signature has none") {
  const User user;
  const Finished finished =
      verify(user, signature_header(k_secret, k_sent), k_sent, {}, {"--format", "json"});
  CHECK(finished.code == 0);
  CHECK(Json::parse(finished.out).at("diagnosis").is_null());
}

}  // namespace
}  // namespace terra_hook::test
