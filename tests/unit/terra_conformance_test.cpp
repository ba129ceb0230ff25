// SPDX-License-Identifier: MIT
#include "terra/conformance.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/json_rewrite.hpp"
#include "render/conform_report.hpp"
#include "webhook/signature.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;

namespace {

const ConformCheck& check_called(std::string_view id) {
  for (const ConformCheck& check : conform_checks()) {
    if (check.id == id) return check;
  }
  FAIL("no check is called ", std::string(id));
  return conform_checks().front();
}

ConformAnswer answered(int status) {
  ConformAnswer answer;
  answer.status = status;
  answer.latency = 1200us;
  return answer;
}

ConformAnswer unanswered() {
  ConformAnswer answer;
  answer.failure = ClientFailure::timed_out;
  answer.error = "it took too long";
  return answer;
}

std::string graded(std::string_view id, const std::vector<ConformAnswer>& answers,
                   const std::vector<std::string_view>& redirected = {}) {
  const ConformVerdict verdict = grade(check_called(id), answers, redirected);
  CHECK(verdict.finding.empty() == (verdict.grade == ConformGrade::passed));
  return std::string(to_string(verdict.grade)) +
         (verdict.finding.empty() ? "" : ": " + verdict.finding);
}

std::vector<SampleDelivery> made(const ConformCheck& check) {
  static const Person person = make_person(1, 0);
  return conform_deliveries(
      check, {person, LocalDate(2026y / 7 / 1), UtcTime(std::chrono::seconds(1'782'900'000)), 7});
}

/// As JSON.parse and JSON.stringify leave it.
std::string as_written_by_node(const std::string& body) {
  json::WriteStyle style;
  style.escapes = json::Escapes::minimal;
  style.numbers = json::Numbers::javascript;
  return json::rewrite(body, style, 64'000'000).value_or("");
}

ConformResult result_of(std::string_view id, std::vector<ConformAnswer> answers) {
  ConformResult result;
  result.check = &check_called(id);
  result.verdict = grade(*result.check, answers, {});
  result.answers = std::move(answers);
  return result;
}

}  // namespace

TEST_CASE("conformance/every check says what it is about and every odd delivery is one") {
  std::set<std::string_view> ids;
  for (const ConformCheck& check : conform_checks()) {
    CAPTURE(std::string(check.id));
    CHECK(ids.insert(check.id).second);
    for (const std::string_view text : {check.sent, check.why, check.source, check.mend}) {
      CHECK(text.size() > 10);
      CHECK(!text.ends_with('.'));
    }
    const bool can_be_made = check.make != nullptr;
    CHECK(can_be_made);
  }
  for (const OddDelivery& odd : odd_deliveries()) CHECK(ids.contains(odd.name));
  for (const std::string_view id : {"valid", "concurrent", "keep-alive", "no-redirect"}) {
    CHECK(ids.contains(id));
  }
}

TEST_CASE("conformance/only one check is about how a body is written") {
  for (const ConformCheck& check : conform_checks()) {
    CAPTURE(std::string(check.id));
    if (check.id == "large") continue;  // takes long
    for (const SampleDelivery& delivery : made(check)) {
      CHECK((delivery.body == as_written_by_node(delivery.body)) == (check.id != "other-bytes"));
    }
  }
  const std::string body = made(check_called("other-bytes")).front().body;
  for (const std::string part : {": 7000.0", "\\u00e9", "2\\/3", "}\n"}) {
    CHECK(body.find(part) != std::string::npos);
  }
  CHECK(nlohmann::json::parse(body).dump() != as_written_by_node(body));  // the keys' order
}

TEST_CASE("conformance/a large body is 20 MB and not much more") {
  const std::string body = made(check_called("large")).front().body;
  CHECK(body.size() >= 20'000'000);
  CHECK(body.size() < 23'000'000);
  CHECK(body.find("  ") == std::string::npos);
}

TEST_CASE("conformance/what is right is signed right") {
  const Secret secret(std::string("the secret of conformance"));
  auto secrets = SecretSet::create({{"it", secret}});
  REQUIRE(secrets);
  const UtcTime now(std::chrono::seconds(1'782'900'000));
  for (const ConformCheck& check : conform_checks()) {
    CAPTURE(std::string(check.id));
    if (check.id == "large") continue;
    const auto deliveries = made(check);
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      const auto headers = headers_of(deliveries[i], &secret, now);
      const auto verdict =
          verify(*secrets, headers, deliveries[i].body, now, k_default_tolerance).verdict;
      const bool is_wrong =
          check.want == ConformWant::refused || (check.want == ConformWant::kept_open && i == 2);
      CHECK((verdict == Verdict::valid) == !is_wrong);
    }
  }
}

TEST_CASE("conformance/answers are graded") {
  CHECK(graded("valid", {answered(204)}) == "passed");
  CHECK(graded("valid", {answered(401)}) == "failed: answered 401, not 2xx");
  CHECK(graded("valid", {unanswered()}) == "failed: got no answer: it took too long");
  CHECK(graded("duplicate", {answered(200), answered(409)}) ==
        "failed: number 2 of 2 was answered 409, not 2xx");
  CHECK(graded("bad-signature", {answered(401)}) == "passed");
  CHECK(graded("bad-signature", {answered(403)}) == "weak: answered 403, not 401");
  CHECK(graded("bad-signature", {answered(400)}) == "weak: answered 400, not 401");
  for (const int status : {200, 302, 404, 413, 429, 500}) {
    CHECK(graded("bad-signature", {answered(status)}).starts_with("failed: answered "));
  }
  CHECK(graded("bad-signature", {unanswered()}).starts_with("failed: got no answer"));
}

TEST_CASE("conformance/one of two header names is enough to get by") {
  CHECK(graded("one-name", {answered(200), answered(200)}) == "passed");
  CHECK(graded("one-name", {answered(200), answered(401)}) ==
        "weak: reads X-Terra-Signature only, not Terra-Signature");
  CHECK(graded("one-name", {answered(401), answered(200)}) ==
        "weak: reads Terra-Signature only, which is deprecated");
  CHECK(graded("one-name", {answered(401), answered(401)}).starts_with("failed"));
}

TEST_CASE("conformance/a connection is to stay usable") {
  ConformAnswer kept = answered(200);
  kept.is_on_kept_connection = true;
  CHECK(graded("keep-alive", {answered(200), kept, answered(401), kept}) == "passed");
  CHECK(graded("keep-alive", {answered(200), kept, answered(401), answered(200)}) == "passed");
  CHECK(graded("keep-alive", {answered(200), answered(200), answered(401), answered(200)}) ==
        "weak: closes the connection after each answer");
  CHECK(graded("keep-alive", {answered(200), kept, answered(401), answered(400)}) ==
        "failed: number 4 of 4 was answered 400, not 2xx");
  CHECK(graded("keep-alive", {answered(200), kept, unanswered(), kept}).starts_with("failed"));
}

TEST_CASE("conformance/a redirect anywhere is found") {
  CHECK(graded("no-redirect", {answered(200)}) == "passed");
  CHECK(graded("no-redirect", {answered(500)}) ==
        "failed: answered 500, not 2xx: no redirect, but see `valid`");
  CHECK(graded("no-redirect", {answered(307)}) == "failed: answered 307, a redirect");
  CHECK(graded("no-redirect", {answered(200)}, {"valid", "large"}) ==
        "failed: redirected: valid, large");
}

TEST_CASE("conformance/a report tells people and programs the same") {
  ConformReport report;
  report.target = "http://localhost:3000/hook?token=hidden";
  report.secret_name = "default";
  report.results.push_back(result_of("valid", {answered(200)}));
  ConformAnswer odd = answered(200);
  odd.body = "\x1b[2Jtaken\nas \xff it is";
  report.results.push_back(result_of("bad-signature", {odd}));
  report.results.push_back(result_of("one-name", {answered(200), answered(401)}));
  CHECK(report.has_failed());
  const std::string text = conform_result_text(report.results[1], false, Style());
  CHECK(text.find("✗ bad-signature       answered 200, not 401\n") == 0);
  for (const std::string label : {"sent", "expected", "source", "came", "mend"}) {
    CHECK(text.find("\n  " + label + " ") != std::string::npos);
  }
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("taken as") != std::string::npos);
  CHECK(conform_result_text(report.results[0], false, Style()).find('\n') ==
        conform_result_text(report.results[0], false, Style()).size() - 1);
  CHECK(conform_summary_text(report, Style()).find("1 passed, 1 weak, 1 failed") == 0);

  const auto document = nlohmann::json::parse(conform_json(report));
  CHECK(document.at("target") == "http://localhost:3000/hook");
  CHECK(document.at("has_passed") == false);
  CHECK(document.at("failed") == 1);
  CHECK(document.at("checks")[1].at("grade") == "failed");
  CHECK(document.at("checks")[1].at("answers")[0].at("status") == 200);

  const std::vector<Check> checks = conform_suite_checks(report);
  REQUIRE(checks.size() == 3);
  CHECK(checks[0].has_passed);
  CHECK(!checks[1].has_passed);
  CHECK(checks[2].has_passed);
  report.is_strict = true;
  CHECK(!conform_suite_checks(report)[2].has_passed);
}
