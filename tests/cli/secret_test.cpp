// SPDX-License-Identifier: MIT
// Where secrets come from, and what is said about them. User::run() sees to it that none is
// printed.
#include <doctest/doctest.h>

#include "cli/user.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

constexpr std::string_view k_body = R"({"type":"sleep"})";

std::string header_with(std::string_view secret) {
  return signature_header(secret, k_body);
}

Words verify(const std::string& signature, const Words& more = {}) {
  Words arguments = {"verify", "--signature", signature};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("secret/from a file whatever its line ends in") {
  const User user;
  for (const char* end : {"", "\n", "\r\n"}) {
    const std::string file = user.home().write("secret", std::string(k_secret) + end);
    const Finished finished =
        user.run(verify(header_with(k_secret), {"--secret-file", file}), {}, std::string(k_body));
    CHECK(finished.code == 0);
    CHECK(finished.out.find("valid (secret)") != std::string::npos);
    CHECK(finished.err.empty());
  }
}

TEST_CASE("secret/a file is called by its stem unless it was given a name") {
  const User user;
  const std::string right = user.home().write("prod.txt", k_secret);
  const std::string wrong = user.home().write("staging.txt", k_other_secret);
  struct Row {
    Words files;
    const char* text;
  };
  const Row rows[] = {
      {{"--secret-file", right}, "valid (prod)"},
      {{"--secret-file", "live=" + right}, "valid (live)"},
      {{"--secret-file", right, "--secret-file", right}, "valid (prod)"},
      {{"--secret-file", wrong, "--secret-file", right}, "valid (prod)"},
      {{"--secret-file", wrong}, "no v1 matches secret 'staging'"},
      {{"--secret-file", "test=" + wrong}, "no v1 matches secret 'test'"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Finished finished =
        user.run(verify(header_with(k_secret), row.files), {}, std::string(k_body));
    CHECK(finished.out.find(row.text) != std::string::npos);
    CHECK(finished.out.find("default") == std::string::npos);
  }
}

TEST_CASE("secret/the age is told from the moment it was judged at") {
  const User user;
  const Variables variables = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};
  const std::string signature = signature_header(k_secret, k_body, 1600000000);
  const std::pair<const char*, const char*> rows[] = {
      {"2020-09-13T12:27:10Z", "  signed 30 s before 2020-09-13T12:27:10.000000Z\n"},
      {"2020-09-13T12:26:40Z", "  signed at 2020-09-13T12:26:40.000000Z\n"},
      {"2020-09-13T12:25:00Z", "  signed 1 min 40 s after 2020-09-13T12:25:00.000000Z\n"},
  };
  for (const auto& row : rows) {
    const auto& [at, text] = row;
    CAPTURE(row.first);
    const Finished finished =
        user.run(verify(signature, {"--at", at}), variables, std::string(k_body));
    CHECK(finished.code == 0);
    CHECK(finished.out.ends_with(text));
  }
  const std::string now =
      user.run(verify(header_with(k_secret)), variables, std::string(k_body)).out;
  const bool is_told = now.ends_with(" ago\n") || now.ends_with("signed just now\n");
  CHECK(is_told);

  user.receive({std::string(k_body)});
  const std::string received = user.run({"verify", "1"}, variables).out;
  CHECK(received.find(" it was received\n") != std::string::npos);
  const std::string later = user.run({"verify", "1", "--at", "1s"}, variables).out;
  CHECK(later.find("it was received") == std::string::npos);
}

TEST_CASE("secret/several are tried and the one that matched is named") {
  const User user;
  const std::string first = "prod=" + user.home().write("p", k_secret).string();
  const std::string second = "dev=" + user.home().write("d", k_other_secret).string();
  const Words files = {"--secret-file", first, "--secret-file", second};
  const Finished finished =
      user.run(verify(header_with(k_other_secret), files), {}, std::string(k_body));
  CHECK(finished.code == 0);
  CHECK(finished.out.find("valid (dev)") != std::string::npos);
}

TEST_CASE("secret/a file that others can read is warned about") {
  const User user;
  const std::string file = user.home().write("secret", k_secret);
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  const Finished finished =
      user.run(verify(header_with(k_secret), {"--secret-file", file}), {}, std::string(k_body));
  CHECK(finished.code == 0);
  CHECK(finished.err == "note: " + file + " can be read by others; chmod 600 " + file + "\n");
}

TEST_CASE("secret/one on the command line works and is warned about") {
  const User user;
  const Finished finished = user.run(
      verify(header_with(k_secret), {"--secret", std::string(k_secret)}), {}, std::string(k_body));
  CHECK(finished.code == 0);
  CHECK(finished.err.find("process list") != std::string::npos);
}

TEST_CASE("secret/each variable is read") {
  const User user;
  for (const std::string name : {"TERRA_SIGNING_SECRET", "TERRA_WEBHOOK_SECRET",
                                 "TERRA_WEBHOOK_SIGNING_SECRET", "TERRA_SECRET"}) {
    CAPTURE(name);
    const Finished finished = user.run(verify(header_with(k_secret)),
                                       {{name, std::string(k_secret)}}, std::string(k_body));
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
  }
}

TEST_CASE("secret/two variables that differ are both tried and it is said") {
  const User user;
  Variables variables = {{"TERRA_SIGNING_SECRET", std::string(k_secret)},
                         {"TERRA_SECRET", std::string(k_other_secret)}};
  for (const std::string_view secret : {k_secret, k_other_secret}) {
    const Finished finished = user.run(verify(header_with(secret)), variables, std::string(k_body));
    CHECK(finished.code == 0);
    CHECK(finished.err == "note: TERRA_SIGNING_SECRET and TERRA_SECRET differ; both are tried\n");
  }
  variables["TERRA_SECRET"] = std::string(k_secret);
  CHECK(user.run(verify(header_with(k_secret)), variables, std::string(k_body)).err.empty());
}

TEST_CASE("secret/a flag's file keeps the variables out") {
  const User user;
  const std::string file = user.home().write("secret", k_other_secret);
  const Finished finished =
      user.run(verify(header_with(k_secret), {"--secret-file", file}),
               {{"TERRA_SIGNING_SECRET", std::string(k_secret)}}, std::string(k_body));
  CHECK(finished.code == 2);
  CHECK(finished.out.find("invalid") != std::string::npos);
}

TEST_CASE("secret/one that can not be used is refused") {
  const User user;
  struct Row {
    std::string file;
    int code;
    const char* message;
  };
  const Row rows[] = {
      {user.home().write("empty", ""), 2, "is empty"},
      {user.home().write("newline", "\n"), 2, "is empty"},
      {user.home().write("two", std::string(k_secret) + "\n" + std::string(k_other_secret) + "\n"),
       2, "has more than one line"},
      {(user.home() / "none").string(), 1, "can't read"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.file);
    for (const Words& command : {verify(header_with(k_secret)), Words{"sign"}, Words{"listen"}}) {
      Words arguments = command;
      arguments.insert(arguments.end(), {"--secret-file", row.file});
      const Finished finished = user.run(arguments, {}, std::string(k_body));
      CHECK(finished.code == row.code);
      CHECK(finished.out.empty());
      CHECK(finished.err.find(row.message) != std::string::npos);
      CHECK(finished.err.find(row.file) != std::string::npos);
    }
  }
}

TEST_CASE("secret/without one verify and sign say how to give it") {
  const User user;
  for (const Words& arguments : {verify(header_with(k_secret)), Words{"sign"}}) {
    const Finished finished = user.run(arguments, {}, std::string(k_body));
    CHECK(finished.code == 2);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("TERRA_SIGNING_SECRET") != std::string::npos);
  }
}

TEST_CASE("secret/what sign prints verifies") {
  const User user;
  const Variables variables = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};
  const std::string body = std::string("\0\xff\r\n1.0", 7);
  const Finished text = user.run({"sign", "--timestamp", "1600000000"}, variables, body);
  CHECK(text.code == 0);
  CHECK(text.out == "X-Terra-Signature: " + signature_header(k_secret, body, 1600000000) + "\n");

  const Finished json =
      user.run({"sign", "--timestamp", "1600000000", "--format", "json"}, variables, body);
  const Json object = Json::parse(json.out);
  CHECK(object.at("name") == "X-Terra-Signature");
  CHECK(object.at("value") == signature_header(k_secret, body, 1600000000));
  CHECK(object.at("timestamp") == "1600000000");
  CHECK(object.at("signature") == hmac_sha256_hex(k_secret, std::string("1600000000.") + body));

  // Pasted whole, name and all.
  const std::string header = text.out.substr(0, text.out.size() - 1);
  CHECK(user.run(verify(header), variables, body).code == 2);
  CHECK(user.run(verify(header, {"--tolerance", "off"}), variables, body).code == 0);
  CHECK(user.run(verify(header, {"--at", "2020-09-13T12:26:41Z"}), variables, body).code == 0);
}

TEST_CASE("secret/sign-with chooses by name") {
  const User user;
  const Words files = {"--secret-file", "a=" + user.home().write("a", k_secret).string(),
                       "--secret-file", "b=" + user.home().write("b", k_other_secret).string()};
  Words arguments = {"sign", "--timestamp", "1600000000", "--sign-with", "b"};
  arguments.insert(arguments.end(), files.begin(), files.end());
  const Finished finished = user.run(arguments, {}, std::string(k_body));
  CHECK(finished.out.find(signature_header(k_other_secret, k_body, 1600000000)) !=
        std::string::npos);
  arguments[4] = "c";
  const Finished refused = user.run(arguments, {}, std::string(k_body));
  CHECK(refused.code == 3);
  CHECK(refused.err.find("no secret is called 'c'") != std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
