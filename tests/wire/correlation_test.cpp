// SPDX-License-Identifier: MIT
// What relates deliveries to each other: requests in chunks, repetitions, news that are not new.
#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "support/signature.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

const std::string k_reference = "a4e9073c-d218-45bf-96a0-0b7d5fc3e812";
const std::string k_body = R"({"type":"sleep","user":{"user_id":"u","provider":"OURA"},)"
                           R"("data":[{"metadata":{"start_time":"2026-07-01T22:41:00-05:00"}}]})";

std::string announcement(int expected, const std::string& reference = k_reference) {
  return R"({"type":"large_request_sending","reference":")" + reference +
         R"(","expected_payloads":)" + std::to_string(expected) + "}";
}

Fields chunk(int number, const std::string& reference = k_reference) {
  return {{"X-Terra-Trace-Id", reference + ":chunk:" + std::to_string(number)},
          {"terra-reference", reference}};
}

Json deliver(Listener& listener, std::string_view body, const Fields& fields = {}) {
  post(listener.port(), body, fields);
  return listener.next("delivery");
}

TEST_CASE("correlation/chunks know their count once it is announced in header or body") {
  const TempDir directory;
  Listener listener(directory);
  CHECK(deliver(listener, k_body, chunk(2)).at("chunk_count") == nullptr);
  // The reference is in the body alone.
  const Json sending = deliver(listener, announcement(3));
  CHECK(sending.at("terra_reference") == k_reference);
  CHECK(sending.at("expected_payloads") == 3);
  const Json first = deliver(listener, k_body, chunk(1));
  CHECK(first.at("chunk") == 1);
  CHECK(first.at("chunk_count") == 3);
  // In the header alone, and the chunk's number behind the reference.
  deliver(listener, R"({"type":"large_request_sending","expected_payloads":9})",
          {{"terra-reference", "r-2"}});
  CHECK(deliver(listener, k_body, {{"terra-reference", "r-2:chunk:4"}}).at("chunk_count") == 9);
  const Json listed = stored(directory).front();
  CHECK(listed.at("number") == 1);
  CHECK(listed.at("chunk_count") == 3);
}

TEST_CASE("correlation/the summary names what is incomplete") {
  for (const bool has_store : {true, false}) {
    const TempDir directory;
    std::vector<std::string> arguments;
    if (!has_store) arguments.push_back("--no-store");
    Listener listener(directory, arguments);
    deliver(listener, announcement(2));
    deliver(listener, k_body, chunk(1));
    deliver(listener, k_body, chunk(1));
    deliver(listener, announcement(1, "complete"));
    CHECK(deliver(listener, k_body, chunk(1, "complete")).at("chunk_count") == 1);
    deliver(listener, k_body, {{"terra-reference", "an ordinary one"}});
    listener.child().signal(SIGTERM);
    const Json incomplete = listener.next("summary").at("incomplete_requests");
    CHECK(incomplete == Json::parse(R"([{"terra_reference":")" + k_reference +
                                    R"(","expected_payloads":2,"chunks":1}])"));
    CHECK(listener.child().wait() == 0);
  }
}

TEST_CASE("correlation/a chunk that was answered otherwise than 2xx is missing") {
  for (const bool has_store : {true, false}) {
    CAPTURE(has_store);
    const TempDir directory;
    std::vector<std::string> arguments{"--respond", "200,500x2,200,503,200"};
    if (!has_store) arguments.push_back("--no-store");
    Listener listener(directory, arguments);
    deliver(listener, announcement(3));
    deliver(listener, k_body, chunk(1));
    deliver(listener, k_body, chunk(2));
    CHECK(deliver(listener, k_body, chunk(2)).at("chunk_count") == 3);
    deliver(listener, k_body, chunk(3));
    deliver(listener, announcement(1, "again"));
    deliver(listener, k_body, chunk(1, "again"));
    listener.child().signal(SIGTERM);
    CHECK(listener.next("summary").at("incomplete_requests") ==
          Json::parse(R"([{"terra_reference":")" + k_reference +
                      R"(","expected_payloads":3,"chunks":1}])"));
    CHECK(listener.child().wait() == 0);
    if (!has_store) continue;
    const Finished listed = run_terra_hook({"list", "--group", "reference"}, {directory.path()});
    CHECK(listed.out.starts_with(k_reference + "  1/3, missing 1 and 3 "));
  }
}

TEST_CASE("correlation/what failed verification is no progress and not newer") {
  const TempDir directory;
  Listener listener(directory, {"--secret-file", directory.write("s", "whsec")});
  const auto with = [&](Fields fields, std::string_view secret, const std::string& body) {
    fields.emplace_back("X-Terra-Signature", signature_header(secret, body));
    return deliver(listener, body, fields);
  };
  with({{"X-Terra-Ordering-Timestamp", "9000"}}, "forged", k_body);
  with({}, "forged", announcement(7));
  with(chunk(2), "forged", k_body);
  CHECK(with({{"X-Terra-Ordering-Timestamp", "1000"}}, "whsec", k_body).at("older_than") ==
        nullptr);
  CHECK(with(chunk(1), "whsec", k_body).at("chunk_count") == nullptr);
  with({}, "whsec", announcement(2));
  listener.child().signal(SIGTERM);
  const Json incomplete = listener.next("summary").at("incomplete_requests");
  REQUIRE(incomplete.size() == 1);
  CHECK(incomplete.at(0).at("chunks") == 1);
  CHECK(incomplete.at(0).at("expected_payloads") == 2);
}

TEST_CASE("correlation/an older ordering timestamp after a newer one is marked") {
  const TempDir directory;
  Listener listener(directory);
  const auto at = [](const char* timestamp) {
    return Fields{{"x-terra-ordering-timestamp", timestamp}};
  };
  CHECK(deliver(listener, k_body, at("2000")).at("older_than") == nullptr);
  CHECK(deliver(listener, k_body, at("1000")).at("older_than") == 1);
  CHECK(deliver(listener, k_body, at("2000")).at("older_than") == nullptr);
  CHECK(deliver(listener, k_body).at("older_than") == nullptr);  // 4, the newest
  CHECK(deliver(listener, k_body, at("3000")).at("older_than") == 4);
  const std::vector<Json> captures = stored(directory);
  REQUIRE(captures.size() == 5);
  CHECK(captures[1].at("older_than") == 1);
  CHECK(captures[4].at("older_than") == 4);
}

TEST_CASE("correlation/list groups by reference and says what is missing") {
  const TempDir directory;
  {
    Listener listener(directory);
    for (const int number : {1, 2, 4, 4}) deliver(listener, k_body, chunk(number));
    deliver(listener, announcement(5));
    deliver(listener, k_body, {{"terra-reference", "another"}});
    deliver(listener, k_body);
    CHECK(listener.stop() == 0);
  }
  const auto list = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "list");
    Finished finished = run_terra_hook(arguments, {directory.path()});
    CHECK(finished.code == 0);
    return finished;
  };
  const std::string text = list({"--group", "reference"}).out;
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find(k_reference + "  3/5, missing 3 and 5 ") == 0);
  CHECK(text.find("\nanother ") != std::string::npos);
  CHECK(text.find("1 delivery") != std::string::npos);

  const Json groups = Json::parse(list({"--group", "reference", "--format", "json"}).out);
  REQUIRE(groups.size() == 2);
  const Json& group = groups.at(0);
  CHECK(group.at("type") == "request");
  CHECK(group.at("terra_reference") == k_reference);
  CHECK(group.at("expected_payloads") == 5);
  CHECK(group.at("chunks") == 3);
  CHECK(group.at("missing_chunks") == Json{3, 5});
  CHECK(group.at("is_complete") == false);
  CHECK(group.at("deliveries") == 5);
  CHECK(group.at("duplicates") == 1);
  CHECK(group.at("event_types") == Json{"sleep"});
  CHECK(groups.at(1).at("is_complete") == nullptr);

  const Finished one = list({"--terra-reference", k_reference});
  CHECK(std::count(one.out.begin(), one.out.end(), '\n') == 5);
  CHECK(one.out.find("chunk 1/5") != std::string::npos);
  CHECK(one.out.find("chunk 4/5  duplicate of #3") != std::string::npos);
  CHECK(one.err == k_reference + ": 3/5, missing 3 and 5\n");
  CHECK(list({"--terra-reference", k_reference, "--quiet"}).err.empty());
  CHECK(list({"--group", "reference", "--type", "nothing", "--format", "json"}).out == "[]\n");
  CHECK(run_terra_hook({"list", "--group", "user"}, {directory.path()}).code == 4);
  CHECK(run_terra_hook({"list", "--group", "reference", "--redact"}, {directory.path()}).code == 4);
}

}  // namespace
}  // namespace terra_hook::test
