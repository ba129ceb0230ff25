// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"
#include "render/conform_report.hpp"

namespace terra_hook {
namespace {

using ConformJson = nlohmann::ordered_json;

constexpr std::size_t k_body_in_json = 1000;

ConformJson conform_ms(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

ConformJson about_check(const ConformCheck& check) {
  return ConformJson{{"id", check.id},
                     {"sent", check.sent},
                     {"expect_status", conform_wanted(check)},
                     {"expected", check.why},
                     {"source", check.source}};
}

ConformJson answer_json(const ConformAnswer& answer) {
  ConformJson object;
  object["status"] = answer.status == 0 ? ConformJson(nullptr) : ConformJson(answer.status);
  object["latency_ms"] = conform_ms(answer.latency);
  if (answer.status == 0) {
    object["failure"] = to_string(answer.failure);
    object["error"] = answer.error;
  } else {
    object["body"] = answer.body.substr(0, k_body_in_json);
  }
  return object;
}

ConformJson result_json(const ConformResult& result) {
  ConformJson object = about_check(*result.check);
  object["grade"] = to_string(result.verdict.grade);
  object["finding"] =
      result.verdict.finding.empty() ? ConformJson(nullptr) : ConformJson(result.verdict.finding);
  object["mend"] = result.check->mend;
  object["duration_ms"] = conform_ms(result.duration);
  object["answers"] = ConformJson::array();
  for (const ConformAnswer& answer : result.answers) {
    object["answers"].push_back(answer_json(answer));
  }
  return object;
}

/// Indented; bytes that are not UTF-8 are replaced, and what a terminal acts on becomes JSON's own
/// escapes.
std::string conform_document(const ConformJson& document) {
  const std::string text = document.dump(2, ' ', false, ConformJson::error_handler_t::replace);
  std::string shown;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    shown += sanitize(std::string_view(text).substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return shown;
}

}  // namespace

std::string conform_json(const ConformReport& report) {
  ConformJson document{{"type", "conformance"},
                       {"target", report.target.substr(0, report.target.find('?'))},
                       {"secret", report.secret_name},
                       {"started_at", to_rfc3339(report.started_at)},
                       {"duration_ms", conform_ms(report.duration)},
                       {"is_strict", report.is_strict},
                       {"has_passed", report.not_made.empty() && !report.has_failed()},
                       {"passed", report.count(ConformGrade::passed)},
                       {"weak", report.count(ConformGrade::weak)},
                       {"failed", report.count(ConformGrade::failed)},
                       {"not_made", report.not_made},
                       {"checks", ConformJson::array()}};
  for (const ConformResult& result : report.results) {
    document["checks"].push_back(result_json(result));
  }
  return conform_document(document);
}

std::string conform_list_json() {
  ConformJson list = ConformJson::array();
  for (const ConformCheck& check : conform_checks()) list.push_back(about_check(check));
  return conform_document(list);
}

std::vector<Check> conform_suite_checks(const ConformReport& report) {
  std::vector<Check> checks;
  for (const ConformResult& result : report.results) {
    const ConformGrade grade = result.verdict.grade;
    Check check;
    check.name = result.check->id;
    check.has_passed =
        grade == ConformGrade::passed || (grade == ConformGrade::weak && !report.is_strict);
    check.kind = "conformance";
    check.message = result.verdict.finding;
    check.duration = result.duration;
    check.details = {fmt::format("sent: {}", result.check->sent),
                     fmt::format("expected: {}", conform_expectation(*result.check)),
                     fmt::format("source: {}", result.check->source)};
    for (const std::string& came : conform_came(result)) {
      check.details.push_back(fmt::format("came: {}", came));
    }
    check.details.push_back(fmt::format("mend: {}", result.check->mend));
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace terra_hook
