// SPDX-License-Identifier: MIT
// list, show and verify on a store that a real listener has filled.
#include <doctest/doctest.h>

#include <filesystem>

#include "cli/user.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"

namespace terra_hook::test {
namespace {

const Variables k_with_secret = {{"TERRA_SIGNING_SECRET", std::string(k_secret)}};

std::string body_of(std::string_view type, std::string_view user_id,
                    std::string_view provider = "GARMIN") {
  return R"({"type":")" + std::string(type) + R"(","user":{"user_id":")" + std::string(user_id) +
         R"(","provider":")" + std::string(provider) + R"("},"data":[{}]})";
}

/// The numbers of what `list` finds.
std::string listed(const User& user, const Words& filter) {
  Words arguments = {"list", "--format", "ndjson"};
  arguments.insert(arguments.end(), filter.begin(), filter.end());
  const Finished finished = user.run(arguments);
  CHECK(finished.code == 0);
  CHECK(finished.err.empty());
  std::string numbers;
  for (const std::string& line : lines_of(finished.out)) {
    const Json capture = Json::parse(line);
    CHECK(capture.at("type") == "capture");
    numbers += (numbers.empty() ? "" : " ") + capture.at("number").dump();
  }
  return numbers;
}

Words keys_of(const Json& object) {
  Words keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST_CASE("captures/an empty store is an empty answer and a hint") {
  const User user;
  for (const char* path : {"", "elsewhere.db"}) {
    Words arguments = {"list"};
    if (*path != '\0')
      arguments.insert(arguments.end(), {"--store", (user.home() / path).string()});
    const Finished text = user.run(arguments);
    CHECK(text.code == 0);
    CHECK(text.out.empty());
    CHECK(text.err.find("no captures yet in ") == 0);
    CHECK(text.err.find(*path == '\0' ? "terra-hook listen fills it"
                                      : "terra-hook listen --store ") != std::string::npos);
  }
  CHECK(user.run({"list", "--format", "json"}).out == "[]\n");
  CHECK(user.run({"list", "--format", "ndjson"}).out.empty());
  CHECK(user.run({"list", "--quiet"}).err.empty());
  CHECK(!std::filesystem::exists(user.store()));

  user.receive({});
  REQUIRE(std::filesystem::exists(user.store()));
  CHECK(user.run({"list"}).code == 0);
  CHECK(user.run({"list"}).out.empty());
  CHECK(user.run({"list", "--format", "json"}).out == "[]\n");
}

TEST_CASE("captures/commands to type name the store that was given") {
  const User user;
  const std::string store = (user.home() / "other one.db").string();
  const std::string flag = " --store '" + store + "'";
  CHECK(user.run({"show", "1", "--store", store}).err.find("terra-hook listen" + flag + " makes") !=
        std::string::npos);
  REQUIRE(user.run({"import", "-", "--store", store}, k_with_secret,
                   "POST / HTTP/1.1\nX-Terra-Signature: t=1,v1=00\n\n{}")
              .code == 0);
  CHECK(user.run({"show", "7", "--store", store}).err.find("terra-hook list" + flag + " shows") !=
        std::string::npos);
  CHECK(user.run({"show", "1", "--store", store}).out.find("terra-hook verify" + flag + " 1") !=
        std::string::npos);
  CHECK(user.run({"tag", "--store", store}).err.find("terra-hook tag" + flag + " last NAME") !=
        std::string::npos);
  CHECK(user.run({"list", "--store", store, "--bogus"}).err.find("terra-hook list --help") !=
        std::string::npos);
}

TEST_CASE("captures/what does not exist is refused with 3") {
  const User user;
  for (const std::string name : {"last", "1", "1..2"}) {
    CAPTURE(name);
    const Finished finished = user.run({"show", name});
    CHECK(finished.code == 3);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("terra-hook listen") != std::string::npos);
  }
  user.receive({"{}", "{}"});
  const std::pair<std::string, std::string> rows[] = {
      {"3", "no capture #3"},
      {"0", "no capture #0"},
      {"last~2", "'last~2'"},
      {"2..1", "'2..1' ends before it begins"},
      {"nonsense", "'nonsense' names no capture"},
      {"-1", "'-1' names no capture"},
      {"1..", "'1..' has one end only"},
      {"99999999999999999999", "names no capture"},
      {"last~", "names no capture"},
      {"last~-1", "names no capture"},
  };
  for (const auto& row : rows) {
    const auto& [name, message] = row;
    CAPTURE(row.first);
    const Finished finished = user.run({"show", name});
    CHECK(finished.code == 3);
    CHECK(finished.out.empty());
    CHECK(finished.err.find(message) != std::string::npos);
  }
  CHECK(user.run({"show", "1", "--card", "--record", "2"}).code == 3);
  const Finished dashed = user.run({"replay", "1-2", "--to", "3000"});
  CHECK(dashed.code != 0);
  CHECK(dashed.err.find("a range of captures has two dots: 1..3") != std::string::npos);
}

TEST_CASE("captures/a store that can not be looked at is one line") {
  const User user;
  const std::string store = std::string(300, 'a') + ".db";  // longer than a name may be
  for (const Words& words : {Words{"list"}, Words{"tag"}, Words{"show", "1"}}) {
    CAPTURE(words.front());
    Words all = words;
    all.insert(all.end(), {"--store", store});
    const Finished finished = user.run(all);
    CHECK(finished.code == 1);
    CHECK(finished.out.empty());
    CHECK(finished.err.find("can't open the store") != std::string::npos);
    CHECK(finished.err.find("internal error") == std::string::npos);
  }
}

TEST_CASE("captures/list filters") {
  const User user;
  user.receive({body_of("sleep", "u1"), body_of("activity", "u2", "OURA"), body_of("sleep", "u2"),
                body_of("body", "u3")});
  const std::pair<Words, const char*> rows[] = {
      {{}, "1 2 3 4"},
      {{"--type", "sleep"}, "1 3"},
      {{"--type", "sleep,activity"}, "1 2 3"},
      {{"--type=sleep", "--type=body"}, "1 3 4"},
      {{"--type", "sleep", "--user-id", "u2"}, "3"},
      {{"--provider", "oura"}, "2"},
      {{"--last", "2"}, "3 4"},
      {{"--last", "1", "--type", "sleep"}, "3"},
      {{"--verdict", "valid"}, "1 2 3 4"},
      {{"--verdict", "invalid,missing"}, ""},
      {{"--since", "1h"}, "1 2 3 4"},
      {{"--until", "1h"}, ""},
      {{"--since", "2020-01-01", "--until", "2020-01-02"}, ""},
      {{"--reference-id", "nobody"}, ""},
      {{"--terra-reference", "none"}, ""},
      {{"--trace-id", "none"}, ""},
  };
  for (const auto& row : rows) {
    const auto& [filter, numbers] = row;
    CAPTURE(row.first.empty() ? "" : row.first[0]);
    CHECK(listed(user, filter) == numbers);
  }
  CHECK(user.run({"list", "--since", "22:58"}).code == 0);
  const Finished reversed = user.run({"list", "--since", "1h", "--until", "2h"});
  CHECK(reversed.code == 3);
  CHECK(reversed.err.find("--until 2h lies before --since 1h") != std::string::npos);
  const Finished none = user.run({"list", "--type", "nothing"});
  CHECK(none.code == 0);
  CHECK(none.out.empty());
  CHECK(none.err.find("no captures match in ") != std::string::npos);
  CHECK(none.err.find("ids are compared whole") == std::string::npos);
  CHECK(user.run({"list", "--user-id", "89d5"}).err.find("ids are compared whole") !=
        std::string::npos);
}

TEST_CASE("captures/list prints a line a capture and no more") {
  const User user;
  user.receive({body_of("sleep", "u1"), "not json", ""});
  const Finished text = user.run({"list"});
  CHECK(text.code == 0);
  CHECK(text.err.empty());
  const Words lines = lines_of(text.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("#1 ") != std::string::npos);
  CHECK(lines[0].find("sleep") != std::string::npos);
  CHECK(lines[0].find("GARMIN") != std::string::npos);
  CHECK(lines[0].find("valid (default)") != std::string::npos);
  CHECK(lines[1].find("(not JSON)") != std::string::npos);
  CHECK(lines[2].find("(empty)") != std::string::npos);

  const Json array = Json::parse(user.run({"list", "--format", "json"}).out);
  REQUIRE(array.size() == 3);
  CHECK(array[1].at("is_json") == false);
  CHECK(!array[0].contains("body"));
}

TEST_CASE("captures/the keys of the JSON forms stay what they are") {
  const User user;
  user.receive({body_of("sleep", "u1")});
  const Words listed_keys = {
      "body_sha256",
      "body_size",
      "chunk",
      "chunk_count",
      "duplicate_differs",
      "duplicate_of",
      "event_type",
      "expected_payloads",
      "first_record",
      "headline",
      "is_json",
      "last_record",
      "method",
      "number",
      "older_than",
      "ordering_timestamp",
      "origin",
      "ping_of",
      "provider",
      "reason",
      "received_at",
      "records",
      "reference_id",
      "remote_address",
      "secret",
      "target",
      "terra_reference",
      "trace_id",
      "type",
      "user_id",
      "verdict",
  };
  const Json listed = Json::parse(user.run({"list", "--format", "json"}).out).at(0);
  CHECK(keys_of(listed) == listed_keys);
  CHECK(listed.at("event_type") == "sleep");
  CHECK(listed.at("user_id") == "u1");
  CHECK(listed.at("body_sha256") == sha256_hex(body_of("sleep", "u1")));

  Words shown_keys = listed_keys;
  shown_keys.insert(shown_keys.begin(), {"attempts", "body"});
  shown_keys.insert(std::find(shown_keys.begin(), shown_keys.end(), "headline"), "headers");
  shown_keys.insert(std::find(shown_keys.begin(), shown_keys.end(), "target"), "tags");
  const Json shown = Json::parse(user.run({"show", "1", "--format", "json"}).out);
  CHECK(keys_of(shown) == shown_keys);
  CHECK(shown.at("body") == Json::parse(body_of("sleep", "u1")));

  const Finished verified = user.run({"verify", "1", "--format", "json"}, k_with_secret);
  CHECK(keys_of(Json::parse(verified.out)) == Words{"age_seconds", "diagnosis", "notes", "place",
                                                    "reason", "secret", "timestamp", "type",
                                                    "verdict"});
}

TEST_CASE("captures/show takes numbers ranges last and last~n") {
  const User user;
  user.receive({"[1]", "[2]", "[3]", "[4]"});
  const std::pair<Words, const char*> rows[] = {
      {{"1"}, "[1]"},        {{"last"}, "[4]"},
      {{"last~3"}, "[1]"},   {{"capture:2"}, "[2]"},
      {{"2..3"}, "[2][3]"},  {{"last~1..last"}, "[3][4]"},
      {{"3..99"}, "[3][4]"}, {{"last", "1", "2..2"}, "[4][1][2]"},
  };
  for (const auto& row : rows) {
    const auto& [names, bodies] = row;
    CAPTURE(row.first[0]);
    Words arguments = {"show", "--format", "raw"};
    arguments.insert(arguments.end(), names.begin(), names.end());
    const Finished finished = user.run(arguments);
    CHECK(finished.code == 0);
    CHECK(finished.out == bodies);
    CHECK(finished.err == (names[0] == "3..99" ? "note: 95 of 3..99 are not in the store\n" : ""));
  }
}

TEST_CASE("captures/several are an array one is an object") {
  const User user;
  user.receive({"[1]", "[2]"});
  CHECK(Json::parse(user.run({"show", "1", "--format", "json"}).out).is_object());
  CHECK(Json::parse(user.run({"show", "1..2", "--format", "json"}).out).size() == 2);
  CHECK(Json::parse(user.run({"show", "1", "2", "--format", "json"}).out).size() == 2);
  const Words lines = lines_of(user.run({"show", "1", "2", "--format", "ndjson"}).out);
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[1]).at("body") == Json::parse("[2]"));
}

TEST_CASE("captures/raw is the exact bytes") {
  const User user;
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::string bodies[] = {"", "\n", every_byte, "\xEF\xBB\xBF{}\r\n",
                                R"({"a":1.0,"a":1e400,"b":123456789012345678901234567890})"};
  user.receive({std::begin(bodies), std::end(bodies)});
  for (std::size_t i = 0; i < std::size(bodies); ++i) {
    CAPTURE(i);
    const std::string number = std::to_string(i + 1);
    CHECK(user.run({"show", number, "--format", "raw"}).out == bodies[i]);
    const std::string message = user.run({"show", number, "--format", "raw", "--headers"}).out;
    CHECK(message.starts_with("POST / HTTP/1.1\r\n"));
    CHECK(message.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(message.ends_with("\r\n\r\n" + bodies[i]));
    // The whole message is what verify reads.
    const std::string file = user.home().write("message", message);
    CHECK(user.run({"verify", file}, k_with_secret).code == 0);
  }
}

TEST_CASE("captures/show prints the parts that were asked for") {
  const User user;
  user.receive({body_of("sleep", "u1")});
  const Finished whole = user.run({"show", "last"});
  CHECK(whole.code == 0);
  CHECK(whole.out.find("sha-256") + 1 + whole.out.find("SHA-256") != 0);
  const Finished headers = user.run({"show", "last", "--headers"});
  const Finished body = user.run({"show", "last", "--body"});
  CHECK(headers.out.find("Content-Type: application/json\n") != std::string::npos);
  CHECK(headers.out.find("\"user_id\"") == std::string::npos);
  CHECK(body.out.find("Content-Type") == std::string::npos);
  CHECK(Json::parse(body.out) == Json::parse(body_of("sleep", "u1")));
  CHECK(whole.out.find(headers.out) != std::string::npos);
  CHECK(whole.out.ends_with(body.out));
}

TEST_CASE("captures/verify judges a capture at the moment it was received") {
  const User user;
  user.receive({"[1]"});
  for (const std::string name : {"1", "last", "capture:1", "#1"}) {
    const Finished finished = user.run({"verify", name}, k_with_secret);
    CHECK(finished.code == 0);
    CHECK(finished.out.find("valid (default)") != std::string::npos);
  }
  const Finished later = user.run({"verify", "1", "--at", "2090-01-01"}, k_with_secret);
  CHECK(later.code == 2);
  CHECK(later.out.find("stale") != std::string::npos);
  const Finished other =
      user.run({"verify", "1"}, {{"TERRA_SIGNING_SECRET", std::string(k_other_secret)}});
  CHECK(other.code == 2);
  CHECK(other.out.find("invalid") != std::string::npos);
  CHECK(other.out.find("it was valid when it was received, with secret 'default'") !=
        std::string::npos);
  CHECK(user.run({"verify", "1", "--quiet"}, k_with_secret).out.empty());

  CHECK(user.run({"verify", "7"}, k_with_secret).code == 3);
}

TEST_CASE("captures/verify judges several captures and files in a line each") {
  const User user;
  user.receive({"[1]", "[2]", "[3]"});
  const std::string file = (user.home() / "2.http").string();
  REQUIRE(user.run({"export", "2", "--output", file}).code == 0);
  REQUIRE(user.run({"tag", "1", "3", "both"}).code == 0);
  const struct {
    Words inputs;
    std::vector<std::string> places;
  } rows[] = {
      {{"1..2"}, {"#1", "#2"}}, {{"3", "last~2"}, {"#3", "#1"}}, {{"@both"}, {"#1", "#3"}},
      {{"2..2"}, {"#2"}},       {{"1", file}, {"#1", file}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.inputs.front());
    Words arguments{"verify"};
    arguments.insert(arguments.end(), row.inputs.begin(), row.inputs.end());
    const Finished text = user.run(arguments, k_with_secret);
    CHECK_MESSAGE(text.code == 0, text.err);
    CHECK(text.out.find(std::to_string(row.places.size()) + " valid") != std::string::npos);
    arguments.insert(arguments.end(), {"--format", "json"});
    const Json all = Json::parse(user.run(arguments, k_with_secret).out);
    REQUIRE(all.size() == row.places.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].at("place") == row.places[i]);
      CHECK(all[i].at("verdict") == "valid");
    }
  }
}

TEST_CASE("captures/verify judges what export writes into a pipe") {
  const User user;
  user.receive({"[1]", "[2]"});
  const Finished judged = user.run_shell(
      "\"$TERRA_HOOK\" export 1..2 --format ndjson | \"$TERRA_HOOK\" verify -", k_with_secret);
  CHECK(judged.code == 0);
  CHECK(judged.out.find("2 valid") != std::string::npos);
}

TEST_CASE("captures/verify tells the verdicts that it had before one of several fails") {
  const User user;
  user.receive({"[1]"});
  const Finished finished = user.run({"verify", "1", "9", "--format", "json"}, k_with_secret);
  CHECK(finished.code == 3);
  CHECK(finished.err.find("no capture #9") != std::string::npos);
  CHECK(Json::parse(finished.out).size() == 1);
  const Finished none = user.run({"verify", "8", "9", "--format", "json"}, k_with_secret);
  CHECK(none.code == 3);
  CHECK(none.out.empty());
  for (const Words& inputs : {Words{"a", "b"}, Words{"1..1"}}) {
    Words arguments{"verify", "--signature", "t=1,v1=00"};
    arguments.insert(arguments.end(), inputs.begin(), inputs.end());
    const Finished body = user.run(arguments, k_with_secret);
    CHECK(body.code == 4);
    CHECK(body.err.find("--signature is for one body") != std::string::npos);
  }
}

TEST_CASE("captures/verify looks for the capture before it asks for a secret") {
  const User user;
  user.receive({"[1]"});
  const Finished unknown = user.run({"verify", "999"});
  CHECK(unknown.code == 3);
  CHECK(unknown.err.find("no capture #999") != std::string::npos);
  const Finished tag = user.run({"verify", "@foo"});
  CHECK(tag.code == 3);
  CHECK(tag.err.find("no capture is tagged @foo") != std::string::npos);
  const Finished known = user.run({"verify", "1"});
  CHECK(known.code == 2);
  CHECK(known.err.find("no signing secret to verify with") != std::string::npos);
}

TEST_CASE("captures/verify tells what it can not judge from what is wrong") {
  const User user;
  const std::string body = user.home().write("body.json", "{}");
  const Finished no_signature = user.run({"verify", body}, k_with_secret);
  CHECK(no_signature.code == 3);
  CHECK(no_signature.err.find("has a body but no signature") != std::string::npos);
  CHECK(no_signature.err.find("--signature") != std::string::npos);

  const Finished malformed = user.run({"verify", body, "--signature", "nonsense"}, k_with_secret);
  CHECK(malformed.code == 2);
  CHECK(malformed.out.find("malformed") != std::string::npos);
  CHECK(malformed.err.empty());

  const std::string message = user.home().write("m.http", "POST / HTTP/1.1\r\nHost: x\r\n\r\n{}");
  const Finished missing = user.run({"verify", message}, k_with_secret);
  CHECK(missing.code == 2);
  CHECK(missing.out.find("missing") != std::string::npos);
}

}  // namespace
}  // namespace terra_hook::test
