// SPDX-License-Identifier: MIT
#include "webhook/signature.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/bytes.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t k_now = 1782880300;
constexpr std::string_view k_body = R"({"type":"sleep"})";

UtcTime at(std::int64_t seconds) {
  return UtcTime(std::chrono::seconds(seconds));
}

SecretSet secrets(std::vector<std::string> values) {
  std::vector<NamedSecret> named;
  for (std::size_t i = 0; i < values.size(); ++i) {
    named.push_back({i == 0 ? "default" : "secret-" + std::to_string(i), Secret(values[i])});
  }
  return SecretSet::create(named).value();
}

std::string signed_header(const std::string& secret, std::int64_t timestamp,
                          std::string_view body = k_body) {
  return sign(Secret(secret), std::to_string(timestamp), body);
}

Verification check(const SecretSet& set, std::string_view header, std::string_view body = k_body,
                   Tolerance tolerance = k_default_tolerance) {
  Verifier verifier(set, header);
  verifier.update(body);
  return verifier.finish(at(k_now), tolerance);
}

std::string verdict_of(const Verification& verification) {
  return std::string(to_string(verification.verdict));
}

bool has_note(const Verification& verification, std::string_view text) {
  return std::any_of(verification.notes.begin(), verification.notes.end(),
                     [text](const std::string& note) { return note.find(text) == 0; });
}

struct Vector {
  std::string name;
  std::string secret;
  std::string body;
  HeaderFields fields;
  std::string expect;
  std::string verdict;
  UtcTime now;
  Tolerance tolerance;
};

std::vector<Vector> read_vectors() {
  std::ifstream file(std::string(TERRA_HOOK_TEST_DATA) + "/signature-vectors.json");
  const nlohmann::json document = nlohmann::json::parse(file);
  std::vector<Vector> vectors;
  for (const nlohmann::json& entry : document.at("vectors")) {
    Vector vector;
    vector.name = entry.at("name").get<std::string>();
    vector.secret = entry.at("secret").get<std::string>();
    vector.body = from_base64(entry.at("body_base64").get<std::string>()).value();
    if (!entry.at("header").is_null()) {
      vector.fields.push_back({"terra-signature", entry.at("header").get<std::string>()});
    }
    vector.expect = entry.at("expect").get<std::string>();
    vector.verdict = entry.at("verdict").get<std::string>();
    vector.now = at(entry.value("now", k_now));
    if (entry.contains("tolerance")) {
      vector.tolerance = std::chrono::seconds(entry.at("tolerance").get<std::int64_t>());
    }
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

// Whether our verdict is one that the vector's publisher allows.
bool is_consistent(const std::string& verdict, const std::string& expect) {
  if (expect == "invalid") {
    return verdict == "invalid" || verdict == "malformed" || verdict == "missing" ||
           verdict == "refused";
  }
  if (expect == "policy") {
    return verdict == "valid" || verdict == "malformed";
  }
  return verdict == expect;
}

std::string verdict_in_pieces(const SecretSet& set, const Vector& vector, std::size_t size) {
  Verifier verifier(set, vector.fields);
  for (std::size_t i = 0; i < vector.body.size(); i += size) {
    verifier.update(std::string_view(vector.body).substr(i, size));
  }
  return verdict_of(verifier.finish(vector.now, vector.tolerance));
}

}  // namespace

TEST_CASE("webhook signature - all published vectors") {
  const std::vector<Vector> vectors = read_vectors();
  CHECK(vectors.size() == 93);
  for (const Vector& vector : vectors) {
    CAPTURE(vector.name);
    CHECK(is_consistent(vector.verdict, vector.expect));
    auto set = SecretSet::create({{"default", Secret(vector.secret)}});
    if (vector.verdict == "refused") {
      REQUIRE_FALSE(set);
      CHECK(set.error().kind == ErrorKind::auth);
      continue;
    }
    REQUIRE(set);
    const Verification result =
        verify(*set, vector.fields, vector.body, vector.now, vector.tolerance);
    CHECK(verdict_of(result) == vector.verdict);
    CHECK(result.reason.empty() == (vector.verdict == "valid"));
    const bool has_matched = vector.verdict == "valid" || vector.verdict == "stale";
    CHECK(result.secret_name == (has_matched ? "default" : ""));
  }
}

TEST_CASE("webhook signature - a body in pieces gives the same verdict") {
  for (const Vector& vector : read_vectors()) {
    if (vector.verdict == "refused") {
      continue;
    }
    CAPTURE(vector.name);
    const SecretSet set = secrets({vector.secret});
    for (std::size_t size = 1; size <= std::min<std::size_t>(vector.body.size(), 129); size += 2) {
      CAPTURE(size);
      CHECK(verdict_in_pieces(set, vector, size) == vector.verdict);
    }
  }
}

TEST_CASE("webhook signature - sign makes the public vector") {
  CHECK(sign(Secret("secret"), "10", "b") ==
        "t=10,v1=ad2da523c6d08e6ba4d8c36d86d5ca1f31f26992aabde11659556ced1d96509b");
  CHECK(sign(Secret("secret"), "any text", "b").substr(0, 14) == "t=any text,v1=");
}

TEST_CASE("webhook signature - verdict names") {
  for (const Verdict verdict : k_all_verdicts) {
    CHECK(parse_verdict(to_string(verdict)) == verdict);
    CHECK(is_authentic(verdict) == (verdict == Verdict::valid));
  }
  CHECK_FALSE(parse_verdict("Valid").has_value());
  CHECK_FALSE(parse_verdict("").has_value());
}

TEST_CASE("webhook signature - header names in any case") {
  const SecretSet set = secrets({"k"});
  const std::string header = signed_header("k", k_now);
  for (const char* name : {"X-Terra-Signature", "x-terra-signature", "Terra-Signature",
                           "terra-signature", "TERRA-SIGNATURE"}) {
    CAPTURE(name);
    const Verification result =
        verify(set, {{"Host", "x"}, {name, header}}, k_body, at(k_now), k_default_tolerance);
    CHECK(verdict_of(result) == "valid");
    CHECK(result.timestamp == std::to_string(k_now));
    REQUIRE(result.age.has_value());
    CHECK(result.age->count() == 0);
    CHECK(result.notes.empty());
  }
  const Verification missing =
      verify(set, {{"X-Signature", header}}, k_body, at(k_now), std::nullopt);
  CHECK(verdict_of(missing) == "missing");
  CHECK(missing.reason == "no X-Terra-Signature or Terra-Signature header");
  CHECK(missing.timestamp.empty());
  CHECK_FALSE(missing.age.has_value());
}

TEST_CASE("webhook signature - two header names") {
  const SecretSet set = secrets({"k"});
  const std::string valid = signed_header("k", k_now);
  const std::string stale = signed_header("k", k_now - 301);
  const std::string invalid = signed_header("other", k_now);
  const std::string malformed = "nonsense";
  const auto both = [&set](const std::string& current, const std::string& deprecated) {
    return verify(set, {{"Terra-Signature", deprecated}, {"X-Terra-Signature", current}}, k_body,
                  at(k_now), k_default_tolerance);
  };
  CHECK(verdict_of(both(valid, valid)) == "valid");
  CHECK(both(valid, valid).notes.empty());

  const std::vector<std::pair<std::string, std::string>> ranked{
      {"valid", valid}, {"stale", stale}, {"invalid", invalid}, {"malformed", malformed}};
  for (std::size_t better = 0; better < ranked.size(); ++better) {
    for (std::size_t worse = better + 1; worse < ranked.size(); ++worse) {
      CAPTURE(ranked[better].first);
      CAPTURE(ranked[worse].first);
      const Verification result = both(ranked[worse].second, ranked[better].second);
      CHECK(verdict_of(result) == ranked[better].first);
      CHECK(verdict_of(both(ranked[better].second, ranked[worse].second)) == ranked[better].first);
      CHECK(has_note(result, "X-Terra-Signature and Terra-Signature differ: the first is " +
                                 ranked[worse].first + ", the second " + ranked[better].first));
    }
  }
}

TEST_CASE("webhook signature - repeated fields are one list") {
  const SecretSet set = secrets({"k"});
  const std::string header = signed_header("k", k_now);
  const std::size_t comma = header.find(',');
  const HeaderFields split{{"X-Terra-Signature", header.substr(0, comma)},
                           {"x-terra-signature", header.substr(comma + 1)}};
  CHECK(verdict_of(verify(set, split, k_body, at(k_now), std::nullopt)) == "valid");
  const HeaderFields twice{{"X-Terra-Signature", signed_header("other", k_now)},
                           {"X-Terra-Signature", header}};
  CHECK(verdict_of(verify(set, twice, k_body, at(k_now), std::nullopt)) == "valid");
}

TEST_CASE("webhook signature - several secrets") {
  const SecretSet set = secrets({"one", "two", "three"});
  CHECK(set.size() == 3);
  CHECK(set.name(0) == "default");
  CHECK(check(set, signed_header("one", k_now)).secret_name == "default");
  CHECK(check(set, signed_header("three", k_now)).secret_name == "secret-2");
  const Verification stale = check(set, signed_header("two", k_now - 1000));
  CHECK(verdict_of(stale) == "stale");
  CHECK(stale.secret_name == "secret-1");
  CHECK(check(set, signed_header("four", k_now)).reason == "no v1 matches any of 3 secrets");
  CHECK(check(secrets({"one"}), signed_header("four", k_now)).reason ==
        "no v1 matches secret 'default'");
}

TEST_CASE("webhook signature - secret sets that are refused") {
  std::vector<NamedSecret> sixteen(16, NamedSecret{"s", Secret("k")});
  CHECK(SecretSet::create(sixteen));
  sixteen.push_back({"s", Secret("k")});
  const auto many = SecretSet::create(sixteen);
  REQUIRE_FALSE(many);
  CHECK(many.error().kind == ErrorKind::usage);

  const auto empty = SecretSet::create({{"good", Secret("k")}, {"bad", Secret("")}});
  REQUIRE_FALSE(empty);
  CHECK(empty.error().kind == ErrorKind::auth);
  CHECK(empty.error().message == "signing secret 'bad' is empty");
}

TEST_CASE("webhook signature - without a secret nothing is checked") {
  const SecretSet none;
  CHECK(none.empty());
  CHECK(SecretSet::create({}).value().empty());
  const Verification result = check(none, signed_header("k", k_now - 7));
  CHECK(verdict_of(result) == "unchecked");
  CHECK(result.timestamp == std::to_string(k_now - 7));
  REQUIRE(result.age.has_value());
  CHECK(result.age->count() == 7);
  CHECK(result.secret_name.empty());
  CHECK(result.notes.empty());
  CHECK_FALSE(result.reason.empty());

  const Verification missing = verify(none, {}, k_body, at(k_now), k_default_tolerance);
  CHECK(verdict_of(missing) == "unchecked");
  CHECK(missing.notes.empty());  // where nothing is checked, nothing is missed
  const Verification malformed = check(none, "t=10");
  CHECK(verdict_of(malformed) == "unchecked");
  CHECK(has_note(malformed, "the signature header is malformed: no v1"));
}

TEST_CASE("webhook signature - age is judged in whole seconds both ways") {
  const SecretSet set = secrets({"k"});
  const struct {
    std::int64_t age;
    Tolerance tolerance;
    const char* verdict;
    const char* reason;
  } cases[] = {
      {300, 5min, "valid", ""},
      {301, 5min, "stale", "signed 5 min 1 s ago, tolerance 5 min"},
      {725, 5min, "stale", "signed 12 min 5 s ago, tolerance 5 min"},
      {-300, 5min, "valid", ""},
      {-301, 5min, "stale", "t is 5 min 1 s ahead of this clock, tolerance 5 min"},
      {-360, 5min, "stale", "t is 6 min ahead of this clock, tolerance 5 min"},
      {0, 0s, "valid", ""},
      {1, 0s, "stale", "signed 1 s ago, tolerance 0 s"},
      {1'000'000, std::nullopt, "valid", ""},
  };
  for (const auto& entry : cases) {
    CAPTURE(entry.age);
    const Verification result =
        check(set, signed_header("k", k_now - entry.age), k_body, entry.tolerance);
    CHECK(verdict_of(result) == entry.verdict);
    CHECK(result.reason == entry.reason);
    REQUIRE(result.age.has_value());
    CHECK(result.age->count() == entry.age);
  }
}

TEST_CASE("webhook signature - the clock's fraction does not count") {
  const SecretSet set = secrets({"k"});
  Verifier verifier(set, signed_header("k", k_now - 300));
  verifier.update(k_body);
  CHECK(verdict_of(verifier.finish(at(k_now) + 999999us, 5min)) == "valid");
}

TEST_CASE("webhook signature - milliseconds are named but not forgiven") {
  const SecretSet set = secrets({"k"});
  const std::string header = signed_header("k", (k_now - 3) * 1000);
  const Verification stale = check(set, header);
  CHECK(verdict_of(stale) == "stale");
  CHECK(stale.reason ==
        "t looks like milliseconds, Terra sends seconds; as milliseconds: signed 3 s ago");
  const Verification valid = check(set, header, k_body, std::nullopt);
  CHECK(verdict_of(valid) == "valid");
  CHECK(has_note(valid, "t looks like milliseconds"));
  CHECK(check(set, signed_header("k", 999'999'999'999)).reason.find("milliseconds") ==
        std::string::npos);
}

TEST_CASE("webhook signature - the largest timestamps do not overflow") {
  const SecretSet set = secrets({"k"});
  const Verification far = check(set, signed_header("k", 999'999'999'999'999'999));
  CHECK(verdict_of(far) == "stale");
  CHECK(far.reason.find("t is over 104166666 days") == 0);
  CHECK(verdict_of(check(set, signed_header("k", 1'000'000'000'000'000'000))) == "malformed");
}

TEST_CASE("webhook signature - why a header is malformed") {
  const SecretSet set = secrets({"k"});
  const std::string hex(64, 'a');
  const struct {
    std::string header;
    std::string reason;
  } cases[] = {
      {"", "the header is empty; Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {" \t", "the header is empty; Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {"\"t=1,v1=" + hex + "\"", "the header is in quotes; Terra sends it without"},
      {"'t=1,v1=" + hex + "'", "the header is in quotes; Terra sends it without"},
      {"t=1;v1=" + hex, "items are separated by ';'; Terra separates them by ','"},
      {"v1=" + hex + "; t=1", "items are separated by ';'; Terra separates them by ','"},
      {hex, "64 hex digits without keys; Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {"T=1,V1=" + hex, "the keys are in upper case (T, V1); Terra sends t and v1"},
      {"t=1,V1=" + hex, "the keys are in upper case (T, V1); Terra sends t and v1"},
      {"t=1,v0=" + hex, "only unsupported schemes (v0); Terra signs with v1"},
      {"t=1,v2=x,v0=y", "only unsupported schemes (v2); Terra signs with v1"},
      {"hello", "neither t nor v1 in 'hello'; Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {"v1=" + hex, "no t (timestamp); Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {"t=1", "no v1 (signature); Terra sends t=<Unix seconds>,v1=<64 hex digits>"},
      {"t=,v1=" + hex, "t is empty; Terra sends Unix seconds"},
      {"t=-5,v1=" + hex, "t is '-5'; Terra sends Unix seconds, digits only"},
      {"t=1,t=x,v1=" + hex, "t is 'x'; Terra sends Unix seconds, digits only"},
      {"t=\xe2\x82\xac,v1=" + hex, "t is '?'; Terra sends Unix seconds, digits only"},
      {"t=\x1b[2J\xff,v1=" + hex, "t is '?[2J?'; Terra sends Unix seconds, digits only"},
      {"t=" + std::string(100, 'z') + ",v1=" + hex,
       "t is '" + std::string(24, 'z') + "...'; Terra sends Unix seconds, digits only"},
      {"t=" + std::string(19, '0') + ",v1=" + hex,
       "t has 19 digits; Terra sends Unix seconds, 10 digits"},
      {"t=1,v1=", "v1 is empty; Terra sends 64 hex digits"},
      {"t=1,v1=0x" + hex, "v1 starts with 0x; Terra sends 64 hex digits without it"},
      {"t=1,v1=" + hex.substr(1), "v1 is truncated: 63 of 64 hex digits"},
      {"t=1,v1=" + hex.substr(0, 40),
       "v1 is 40 hex digits, the length of SHA-1; Terra sends 64, of SHA-256"},
      {"t=1,v1=" + hex + "00", "v1 is 66 hex digits; Terra sends 64"},
      {"t=1,v1=" + hex + "zz\n", "v1 is 64 hex digits followed by 'zz?'"},
      {"t=1,v1=Rq86KEF7J2NEbqUvyTR8if4LfJNfFF4sTMEYSDWLOPk=",
       "v1 is 44 characters and looks like base64; Terra sends 64 hex digits"},
      {"t=1,v1=Rq86KEF7J2NEbqUvyTR8if4LfJNfFF4sTMEYSDWLOPk",
       "v1 is 43 characters and looks like base64; Terra sends 64 hex digits"},
      {"t=1,v1=!!", "v1 is 2 characters and not hexadecimal ('!!'); Terra sends 64 hex digits"},
  };
  for (const auto& entry : cases) {
    CAPTURE(entry.header);
    const Verification result = check(set, entry.header);
    CHECK(verdict_of(result) == "malformed");
    CHECK(result.reason == entry.reason);
    CHECK(result.secret_name.empty());
  }
}

TEST_CASE("webhook signature - oddities that do not decide") {
  const SecretSet set = secrets({"k"});
  const std::string header = signed_header("k", k_now);
  const std::string hex = header.substr(header.find("v1=") + 3);
  const std::string t = "t=" + std::to_string(k_now);
  std::string upper = hex;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  REQUIRE(upper != hex);
  const struct {
    std::string header;
    std::string note;  // empty: none at all
  } cases[] = {
      {header, ""},
      {"x=y,," + header + ",junk, =, v0=00", ""},
      {t + "," + header, ""},
      {"t=1," + header, "several t items differ; the last counts"},
      {t + ",v1=" + upper, "v1 has upper-case hex digits"},
      {t + ",v1=00,v1=" + hex, "ignored a v1: v1 is truncated: 2 of 64 hex digits"},
      {header + ",v1=" + hex.substr(0, 63) + "\x01", "ignored a v1: v1 is 64 characters and not"},
  };
  for (const auto& entry : cases) {
    CAPTURE(entry.header);
    const Verification result = check(set, entry.header);
    CHECK(verdict_of(result) == "valid");
    CHECK(result.reason.empty());
    CHECK(result.notes.size() == (entry.note.empty() ? 0 : 1));
    CHECK((entry.note.empty() || has_note(result, entry.note)));
  }
}

TEST_CASE("webhook signature - at most 16 v1 are looked at") {
  const SecretSet set = secrets({"k"});
  const std::string header = signed_header("k", k_now);
  const std::size_t comma = header.find(',');
  std::string wrong;
  for (int i = 0; i < 15; ++i) {
    wrong += ",v1=" + std::string(64, '0');
  }
  const std::string t = header.substr(0, comma);
  const std::string right = header.substr(comma);
  CHECK(verdict_of(check(set, t + wrong + right)) == "valid");
  CHECK(check(set, t + wrong + right).notes.empty());
  const Verification over = check(set, t + wrong + ",v1=" + std::string(64, '1') + right);
  CHECK(verdict_of(over) == "invalid");
  CHECK(has_note(over, "only the first 16 of 17 v1 items were looked at"));
}

TEST_CASE("webhook signature - an empty body can be valid but is noted") {
  const SecretSet set = secrets({"k"});
  const Verification result = check(set, signed_header("k", k_now, ""), "");
  CHECK(verdict_of(result) == "valid");
  CHECK(has_note(result, "the body is empty"));
  CHECK(check(set, signed_header("other", k_now, ""), "").notes.empty());
}

TEST_CASE("webhook signature - threads share one set of secrets") {
  const SecretSet set = secrets({"one", "two"});
  std::vector<int> valid(8, 0);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < valid.size(); ++i) {
      threads.emplace_back([&set, &valid, i] {
        for (int round = 0; round < 100; ++round) {
          const std::string body = std::to_string(i) + ":" + std::to_string(round);
          const std::string header = signed_header(round % 2 == 0 ? "one" : "two", k_now, body);
          const Verification result = check(set, header, body);
          valid[i] += result.verdict == Verdict::valid &&
                              result.secret_name == (round % 2 == 0 ? "default" : "secret-1")
                          ? 1
                          : 0;
        }
      });
    }
  }
  CHECK(std::all_of(valid.begin(), valid.end(), [](int count) { return count == 100; }));
}

TEST_CASE("webhook signature - a verifier judges one delivery after the other") {
  const SecretSet set = secrets({"other", "k"});
  const HeaderFields good{{"X-Terra-Signature", signed_header("k", k_now)}};
  const HeaderFields old{{"X-Terra-Signature", signed_header("k", k_now - 10)},
                         {"Terra-Signature", signed_header("wrong", k_now)}};
  Verifier verifier(set, good);
  for (int round = 0; round < 3; ++round) {
    verifier.update(k_body);
    CHECK(verdict_of(verifier.finish(at(k_now), 5min)) == "valid");
    verifier.restart(good);
    verifier.update("{}");
    CHECK(verdict_of(verifier.finish(at(k_now), 5min)) == "invalid");
    // Cut off within its body.
    verifier.restart(old);
    verifier.update("half of");
    verifier.restart({});
    CHECK(verdict_of(verifier.finish(at(k_now), 5min)) == "missing");
    verifier.restart(old);
    verifier.update(k_body);
    const Verification result = verifier.finish(at(k_now), 5min);
    CHECK(verdict_of(result) == "valid");
    CHECK(result.timestamp == std::to_string(k_now - 10));
    verifier.restart(good);
  }
}

TEST_CASE("webhook signature - a moved verifier goes on") {
  const SecretSet set = secrets({"k"});
  Verifier first(set, signed_header("k", k_now));
  first.update(k_body.substr(0, 4));
  Verifier second = std::move(first);
  second.update(k_body.substr(4));
  CHECK(verdict_of(second.finish(at(k_now), 5min)) == "valid");
}
