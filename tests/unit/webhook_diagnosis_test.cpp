// SPDX-License-Identifier: MIT
#include "webhook/diagnosis.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "webhook/hmac.hpp"
#include "webhook/signature.hpp"

using namespace terra_hook;
using namespace std::string_literals;

namespace {

const std::string k_secret = "c2VjcmV0LXdpdGgtMzItYnl0ZXMtb2YtZW50cm9weSE=";
const std::string k_t = "1782900000";
const std::string k_body =
    R"({"type":"sleep","user":{"user_id":"u/1","name":"Zo\u00eb"},"data":[{"a":1.0,"é":"<b>"}]})";

std::string digest_of(std::string_view key, std::string_view signed_payload,
                      HashFunction hash = HashFunction::sha256) {
  Hmac hmac(hash, key);
  hmac.update(signed_payload);
  return hmac.finish();
}

std::string header_of(std::string_view key, std::string_view signed_payload) {
  return "t=" + k_t + ",v1=" + to_hex(digest_of(key, signed_payload));
}

Evidence evidence_of(std::string header, std::string_view body = k_body) {
  Evidence evidence;
  evidence.header_values = {std::move(header)};
  evidence.body = body;
  evidence.secrets = {{"prod", Secret(k_secret)}};
  return evidence;
}

std::string names(const Diagnosis& diagnosis) {
  std::string text;
  for (const Cause& cause : diagnosis.causes) text += (text.empty() ? "" : " + ") + cause.name;
  return text;
}

/// The cause of a signature under another key.
std::string cause_of_key(const std::string& key, const std::string& secret = k_secret) {
  Evidence evidence = evidence_of(header_of(key, k_t + "." + k_body));
  evidence.secrets = {{"prod", Secret(secret)}};
  return names(diagnose(evidence));
}

/// The cause of a signature over another body.
std::string cause_of_body(const std::string& signed_body, std::string_view body = k_body) {
  return names(diagnose(evidence_of(header_of(k_secret, k_t + "." + signed_body), body)));
}

std::string cause_of_signed(const std::string& signed_payload) {
  return names(diagnose(evidence_of(header_of(k_secret, signed_payload))));
}

std::string cause_of_header(const std::string& header) {
  return names(diagnose(evidence_of(header)));
}

}  // namespace

TEST_CASE("diagnosis - the secret was another than it seems") {
  CHECK(cause_of_key(k_secret, " " + k_secret + "\n") == "white space around the secret");
  CHECK(cause_of_key(k_secret + "\n") == "line break after the secret");
  CHECK(cause_of_key(k_secret, "\"" + k_secret + "\"") == "quotes around the secret");
  CHECK(cause_of_key(k_secret, "'" + k_secret + "' ") == "quotes around the secret");
  CHECK(cause_of_key("\"" + k_secret + "\"") == "quoted secret");
  CHECK(cause_of_key("'" + k_secret + "'") == "quoted secret");
  CHECK(cause_of_key(from_base64(k_secret).value()) == "base64-decoded secret");
  CHECK(cause_of_key("\x01\x02\xff", "0102ff") == "hex-decoded secret");
  CHECK(cause_of_key(to_hex(std::string_view(k_secret))) == "hex-encoded secret");
  CHECK(cause_of_key("abc", "whsec_abc") == "secret without its prefix");
  CHECK(cause_of_key("secret", "whsec_c2VjcmV0") == "prefix stripped and base64-decoded secret");
}

TEST_CASE("diagnosis - another key at hand made the signature") {
  Evidence evidence = evidence_of(header_of("the-api-key", k_t + "." + k_body));
  evidence.other_keys = {{"TERRA_API_KEY", Secret("the-api-key"s)}};
  const Diagnosis diagnosis = diagnose(evidence);
  REQUIRE(names(diagnosis) == "another key");
  CHECK(diagnosis.secret_name == "TERRA_API_KEY");
  CHECK(diagnosis.causes[0].what.find("TERRA_API_KEY") != std::string::npos);
  CHECK(diagnosis.causes[0].what.find("the-api-key") == std::string::npos);
}

TEST_CASE("diagnosis - the body was re-serialised") {
  const std::string spaced =
      "{\"type\": \"sleep\", \"user\": {\"user_id\": \"u/1\", \"name\": \"Zo\\u00eb\"}, "
      "\"data\": [{\"a\": 1.0, \"\\u00e9\": \"<b>\"}]}";
  const std::string stringified =
      "{\"type\":\"sleep\",\"user\":{\"user_id\":\"u/1\",\"name\":\"Zo\xc3\xab\"},"
      "\"data\":[{\"a\":1,\"\xc3\xa9\":\"<b>\"}]}";
  const std::string sorted =
      "{\"data\":[{\"a\":1,\"\xc3\xa9\":\"\\u003cb\\u003e\"}],\"type\":\"sleep\","
      "\"user\":{\"name\":\"Zo\xc3\xab\",\"user_id\":\"u/1\"}}";
  CHECK(cause_of_body(spaced) == "re-serialised body");
  CHECK(cause_of_body(stringified) == "re-serialised body");
  CHECK(cause_of_body(sorted) == "re-serialised body");
  CHECK(cause_of_body(k_body, spaced) == "");  // the escapes that were lost can't be known
  CHECK(cause_of_body("{\"a\":1,\"b\":[]}", "{\n  \"a\": 1,\n  \"b\": []\n}") ==
        "re-serialised body");
  const Diagnosis diagnosis = diagnose(evidence_of(header_of(k_secret, k_t + "." + stringified)));
  REQUIRE(diagnosis.causes.size() == 1);
  CHECK(diagnosis.causes[0].what.find("JSON.stringify") != std::string::npos);
  CHECK(diagnosis.causes[0].advice.find("raw") != std::string::npos);
}

TEST_CASE("diagnosis - bytes of the body were added taken or changed") {
  CHECK(cause_of_body(k_body, k_body + "\n") == "line break at the end");
  CHECK(cause_of_body(k_body + "\n") == "missing line break at the end");
  CHECK(cause_of_body(k_body + "\r\n") == "missing line break at the end");
  CHECK(cause_of_body(k_body, "\xef\xbb\xbf" + k_body) == "byte order mark");
  CHECK(cause_of_body("\xef\xbb\xbf" + k_body) == "missing byte order mark");
  CHECK(cause_of_body("[\n1\n]", "[\r\n1\r\n]") == "CR LF line breaks");
  CHECK(cause_of_body("[\r\n1\r\n]", "[\n1\n]") == "LF line breaks");
  const std::string large(70'000, 'x');
  CHECK(cause_of_body(large.substr(0, 65'536), large) == "truncated body");
}

TEST_CASE("diagnosis - the body was decoded before it was signed") {
  Evidence evidence = evidence_of(header_of(k_secret, k_t + "." + k_body), "coded bytes");
  evidence.decoded_body = k_body;
  CHECK(names(diagnose(evidence)) == "decoded body");
}

TEST_CASE("diagnosis - something else was signed around the body") {
  CHECK(cause_of_signed(k_body) == "body without t");
  CHECK(cause_of_signed(k_t + "000." + k_body) == "t in another unit");
  CHECK(cause_of_signed(k_t + k_body) == "another separator");
  CHECK(cause_of_signed(k_t + ":" + k_body) == "another separator");
  CHECK(cause_of_signed(k_body + "." + k_t) == "body before t");
  CHECK(cause_of_signed("t=" + k_t + "." + k_body) == "t=");
  Evidence evidence = evidence_of(header_of(k_secret, "1782899999." + k_body));
  evidence.ordering_timestamp = 1'782'899'999'123;
  CHECK(names(diagnose(evidence)) == "t from elsewhere");
}

TEST_CASE("diagnosis - the digest or the header is written in another way") {
  const std::string digest = digest_of(k_secret, k_t + "." + k_body);
  const std::string hex = to_hex(std::string_view(digest));
  const std::string head = "t=" + k_t + ",v1=";
  CHECK(cause_of_header(head + to_base64(digest)) == "base64 digest");
  CHECK(cause_of_header(head + to_base64(hex)) == "twice-encoded digest");
  CHECK(cause_of_header(head + hex.substr(0, 40)) == "truncated digest");
  CHECK(cause_of_header(head + "sha256=" + hex) == "prefixed digest");
  CHECK(cause_of_header("t=" + k_t + ",v0=" + hex) == "other scheme");
  CHECK(cause_of_header("T=" + k_t + ",V1=" + hex) == "upper-case keys");
  CHECK(cause_of_header("t=" + hex + ",v1=" + k_t) == "swapped items");
  CHECK(cause_of_header("t=" + k_t + ";v1=" + hex) == "semicolons");
  CHECK(cause_of_header("\"" + head + hex + "\"") == "quoted header");
  CHECK(cause_of_header("t%3D" + k_t + "%2Cv1%3D" + hex) == "percent-encoded header");
  CHECK(cause_of_header(head + hex.substr(0, 30) + "\r\n " + hex.substr(30)) == "folded header");
  const std::string payload = k_t + "." + k_body;
  CHECK(cause_of_header(head + to_hex(digest_of(k_secret, payload, HashFunction::sha1))) ==
        "SHA-1 digest");
  CHECK(cause_of_header(head + to_hex(digest_of(k_secret, payload, HashFunction::sha512))) ==
        "SHA-512 digest");
}

TEST_CASE("diagnosis - two mistakes at once are found in a body of usual size") {
  const std::string hex = to_hex(digest_of(k_secret + "\n", k_body));
  CHECK(cause_of_header("t=" + k_t + ",v1=" + hex) ==
        "line break after the secret + body without t");
  CHECK(cause_of_body("{\"a\":1}\n", "{\"a\": 1}") ==
        "re-serialised body + missing line break at the end");
  CHECK(cause_of_header(hex) == "bare digest + line break after the secret + body without t");
}

TEST_CASE("diagnosis - when nothing fits it says what was tried and what looks odd") {
  const Diagnosis diagnosis = diagnose(evidence_of(header_of("other", k_t + "." + k_body)));
  CHECK(diagnosis.causes.empty());
  CHECK(diagnosis.secret_name.empty());
  CHECK(diagnosis.is_complete);
  CHECK(diagnosis.suspicions.empty());
  CHECK(diagnosis.tried.starts_with("1 secret and "));

  const std::string cut = "{\"a\":\"" + std::string(1024 - 6, 'x');
  const auto of_cut = diagnose(evidence_of(header_of("other", "x"), cut));
  REQUIRE(of_cut.suspicions.size() == 1);
  CHECK(of_cut.suspicions[0].find("1024 bytes exactly") != std::string::npos);

  const auto replaced = diagnose(evidence_of(header_of("other", "x"), "[\"Zo\xef\xbf\xbd\"]"));
  REQUIRE(replaced.suspicions.size() == 1);
  CHECK(replaced.suspicions[0].find("U+FFFD") != std::string::npos);

  CHECK(diagnose(evidence_of("nonsense")).tried == "nothing: there is no digest to compare with");
  CHECK(diagnose(Evidence{}).tried == "nothing: there is no digest to compare with");
}

TEST_CASE("diagnosis - the work is bounded whatever the input") {
  std::string header = "t=" + k_t;
  for (int i = 0; i < 60; ++i) header += ",v1=" + std::string(64, 'a');
  const std::string body = "[\"" + std::string(8 << 20, 'x') + "\"]";
  Evidence evidence = evidence_of(header, body);
  for (int i = 0; i < 16; ++i) {
    evidence.secrets.push_back({"s" + std::to_string(i), Secret("s" + std::to_string(i))});
  }
  const Diagnosis diagnosis = diagnose(evidence);
  CHECK(diagnosis.causes.empty());
  CHECK_FALSE(diagnosis.is_complete);
  CHECK(diagnose(evidence_of(std::string(100'000, ','), body)).causes.empty());
}
