// SPDX-License-Identifier: MIT
// HAR files in the shape that each tool gives them, and hostile ones.
#include "capture/har.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace terra_hook;
using namespace std::string_literals;

namespace {

struct Read {
  Result<DeliveryFormat> format = Error{ErrorKind::internal, "not read"};
  std::vector<FileDelivery> deliveries;
  std::vector<std::string> skipped;  // `entry 2: GET, not POST`, with `!` when damaged
};

Read read(std::string_view text) {
  Read result;
  result.format = read_deliveries(text_source(text), {},
                                  {[&](FileDelivery delivery) -> Result<bool> {
                                     result.deliveries.push_back(std::move(delivery));
                                     return true;
                                   },
                                   [&](const SkippedEntry& entry) {
                                     result.skipped.push_back(entry.place + ": " + entry.reason +
                                                              (entry.is_damaged ? "!" : ""));
                                   }});
  return result;
}

Read read_sample(const std::string& name) {
  std::ifstream file(std::string(TERRA_HOOK_TEST_DATA) + "/har/" + name, std::ios::binary);
  REQUIRE(file.good());
  return read(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::string in_archive(const std::string& entry) {
  return R"({"log":{"entries":[)" + entry + "]}}";
}

using Skipped = std::vector<std::string>;

}  // namespace

TEST_CASE("har/as mitmproxy writes it") {
  const Read file = read_sample("mitmproxy.har");
  CHECK(file.skipped == Skipped{"entry 2: GET, not POST"});
  REQUIRE(file.deliveries.size() == 1);
  const FileDelivery& delivery = file.deliveries[0];
  CHECK(delivery.target == "/terra?env=prod");
  CHECK(delivery.headers == HeaderFields{{"Host", "hooks.example.com"},
                                         {"content-type", "application/json"},
                                         {"x-terra-trace-id", "trace-mitm-1"},
                                         {"terra-signature", "t=1,v1=00"}});
  CHECK(delivery.body == "{\"type\":\"sleep\",\n \"note\":\"caf\xc3\xa9\"}");
  CHECK(delivery.received_at == parse_iso8601("2026-11-20T08:15:30.123456Z"));
  CHECK(delivery.place == "entry 1");
}

TEST_CASE("har/as Chrome writes it") {
  const Read file = read_sample("chrome.har");
  CHECK(file.skipped ==
        Skipped{"entry 1: OPTIONS, not POST", "entry 3: its body is only given as form fields!"});
  REQUIRE(file.deliveries.size() == 1);
  CHECK(file.deliveries[0].target == "/hook");
  CHECK(file.deliveries[0].headers == HeaderFields{{"Host", "localhost:3000"},
                                                   {"content-length", "16"},
                                                   {"content-type", "application/json"}});
  CHECK(file.deliveries[0].body == "{\"type\":\"daily\"}");
  CHECK(file.deliveries[0].notes.empty());
}

TEST_CASE("har/as Playwright records it") {
  const Read file = read_sample("playwright.har");
  CHECK(file.skipped == Skipped{"entry 2: the file leaves its body out!",
                                "entry 3: the file leaves its body out!"});
  REQUIRE(file.deliveries.size() == 1);
  CHECK(file.deliveries[0].target == "/hook?a=%41+b");
  CHECK(file.deliveries[0].body ==
        "{\"type\":\"sleep\",\"user\":{\"user_id\":\"ü-1\",\"provider\":\"OURA\"},\"data\":[],"
        "\"n\":1.0}");
  CHECK(find_field(file.deliveries[0].headers, "terra-signature") == "t=1782000000,v1=00");
}

TEST_CASE("har/as Firefox writes it") {
  const Read file = read_sample("firefox.har");
  CHECK(file.skipped.empty());
  REQUIRE(file.deliveries.size() == 1);
  CHECK(file.deliveries[0].target == "/hook?a=b");
  CHECK(file.deliveries[0].body == "{\"type\":\"activity\"}");
  CHECK(file.deliveries[0].received_at == parse_iso8601("2026-11-21T09:00:00.5Z"));
}

TEST_CASE("har/as webhook services write it") {
  const Read site = read_sample("webhook-site.har");
  CHECK(site.skipped == Skipped{"entry 2: the file leaves its body out!"});
  REQUIRE(site.deliveries.size() == 1);
  CHECK(site.deliveries[0].headers.size() == 5);
  CHECK(site.deliveries[0].headers[4] == HeaderField{"accept", "application/json"});
  CHECK(site.deliveries[0].received_at == parse_iso8601("2026-11-22T18:30:05Z"));

  const Read ngrok = read_sample("ngrok.har");
  REQUIRE(ngrok.deliveries.size() == 1);
  CHECK((ngrok.deliveries[0].body == "{\"type\":\"auth\"}\xff\0"s));
}

TEST_CASE("har/entries of any kind are told from deliveries") {
  const std::pair<std::string, std::string> rows[] = {
      {"1", "entry 1: it has no request!"},
      {"{}", "entry 1: it has no request!"},
      {R"({"request":[]})", "entry 1: it has no request!"},
      {R"({"request":{}})", "entry 1: its method is none!"},
      {R"({"request":{"method":"PO ST"}})", "entry 1: its method is none!"},
      {R"({"request":{"method":"PUT","url":"/"}})", "entry 1: PUT, not POST"},
      {R"({"request":{"method":"POST","postData":{"text":"x","encoding":"rot13"}}})",
       "entry 1: its body has the unknown encoding 'rot13'!"},
      {R"({"request":{"method":"POST","postData":{"text":"?","encoding":"base64"}}})",
       "entry 1: its body is not base64, as it says!"},
  };
  for (const auto& row : rows) {
    const auto& [entry, reason] = row;
    CAPTURE(row.first);
    const Read file = read(in_archive(entry));
    CHECK(file.format);
    CHECK(file.deliveries.empty());
    CHECK(file.skipped == Skipped{reason});
  }
}

TEST_CASE("har/missing and odd members are borne") {
  const Read bare = read(in_archive(R"({"request":{"method":"POST"}})"));
  REQUIRE(bare.deliveries.size() == 1);
  CHECK(bare.deliveries[0].target == "/");
  CHECK(bare.deliveries[0].body.empty());
  CHECK(!bare.deliveries[0].received_at);

  const std::pair<const char*, const char*> targets[] = {
      {"http://h", "/"},        {"http://h?a", "/?a"},       {"/a b", "/a%20b"},
      {"http://h/a#b", "/a"},   {"https://[::1]:1/x", "/x"}, {"", "/"},
      {"http://h/\\n", "/%0A"},
  };
  for (const auto& row : targets) {
    const auto& [url, target] = row;
    CAPTURE(row.first);
    const Read file =
        read(in_archive(R"({"request":{"method":"POST","url":")" + std::string(url) + R"("}})"));
    REQUIRE(file.deliveries.size() == 1);
    CHECK(file.deliveries[0].target == target);
  }
}

TEST_CASE("har/depth and size of a hostile file are no matter") {
  const std::string deep(200000, '[');
  const std::string closed = deep + std::string(deep.size(), ']');
  CHECK(read(in_archive(R"({"_x":)" + closed + R"(,"request":{"method":"POST"}})"))
            .deliveries.size() == 1);
  CHECK(!read(in_archive(deep)).format);
  std::string members;
  for (int i = 0; i < 100000; ++i) members += "\"k" + std::to_string(i) + "\":0,";
  CHECK(read(in_archive("{" + members + R"("request":{"method":"POST"}})")).skipped ==
        Skipped{"entry 1: it has no request!"});
  CHECK(!read(R"({"log":{"entries":[{"request":)").format);
}

TEST_CASE("har/what is written is an archive that other tools can open") {
  Capture capture;
  capture.method = "POST";
  capture.target = "/hook";
  capture.headers = {{"Host", "localhost:1"}, {"X-Raw", "caf\xe9"}};
  capture.body = "\xff";
  capture.body_size = 1;
  const auto archive = nlohmann::json::parse(har_begin("1") + har_entry(capture) + ",\n" +
                                             har_entry(capture) + har_end());
  const auto& log = archive.at("log");
  CHECK(log.at("version") == "1.2");
  CHECK(log.at("creator").at("name") == "terra-hook");
  REQUIRE(log.at("entries").size() == 2);
  const auto& entry = log.at("entries")[0];
  for (const char* member :
       {"startedDateTime", "time", "request", "response", "cache", "timings"}) {
    CHECK(entry.contains(member));
  }
  const auto& request = entry.at("request");
  for (const char* member : {"method", "url", "httpVersion", "cookies", "headers", "queryString",
                             "headersSize", "bodySize"}) {
    CHECK(request.contains(member));
  }
  CHECK(request.at("url") == "http://localhost:1/hook");
  CHECK(request.at("postData").at("encoding") == "base64");
  CHECK(request.at("headers")[1].at("_value_base64") == "Y2Fm6Q==");
  for (const char* member : {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                             "redirectURL", "headersSize", "bodySize"}) {
    CHECK(entry.at("response").contains(member));
  }
  CHECK(nlohmann::json::parse(har_begin("1") + har_end()).at("log").at("entries").empty());
}
