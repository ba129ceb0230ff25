// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "base/terminal.hpp"
#include "render/conform_report.hpp"
#include "render/wrap.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_id_columns = 19;
constexpr std::size_t k_label_columns = 10;
constexpr std::size_t k_detail_margin = 2 + k_label_columns;
constexpr std::size_t k_shown_body = 160;
constexpr std::size_t k_shown_answers = 3;

std::size_t text_width(const Style& style) {
  return std::clamp<std::size_t>(style.width, 40, 100);
}

std::string conform_mark(ConformGrade grade, const Style& style) {
  switch (grade) {
    case ConformGrade::passed: return style.paint(style.good, style.unicode ? "✓" : "ok  ");
    case ConformGrade::weak: return style.paint(style.warn, style.unicode ? "!" : "weak");
    case ConformGrade::failed: return style.paint(style.bad, style.unicode ? "✗" : "FAIL");
  }
  return {};
}

/// `200 in 1.2 ms: {"ok":true}`; untrusted.
std::string answer_text(const ConformAnswer& answer) {
  if (answer.status == 0) return answer.error.empty() ? "nothing" : answer.error;
  std::string text = fmt::format("{} in {}", answer.status, to_human_duration(answer.latency));
  std::string body = answer.body.substr(0, k_shown_body);
  std::replace_if(
      body.begin(), body.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  const std::string_view shown = trim(body);
  if (!shown.empty()) text += fmt::format(": {}", shown);
  return text;
}

std::string detail(std::string_view label, std::string_view text, const Style& style) {
  return "  " + style.paint(style.dim, pad(label, k_label_columns)) +
         wrap(text, text_width(style), k_detail_margin) + "\n";
}

/// `200 in 1.2 ms`, or the slowest of several.
std::string passed_text(const ConformResult& result) {
  const auto slowest = std::max_element(
      result.answers.begin(), result.answers.end(),
      [](const ConformAnswer& a, const ConformAnswer& b) { return a.latency < b.latency; });
  if (slowest == result.answers.end()) return "";
  const std::string time = to_human_duration(slowest->latency);
  if (result.answers.size() == 1) return fmt::format("{} in {}", slowest->status, time);
  return fmt::format("{} answers, the slowest in {}", result.answers.size(), time);
}

}  // namespace

std::string_view conform_wanted(const ConformCheck& check) {
  return check.want == ConformWant::refused ? "401" : "2xx";
}

std::string conform_expectation(const ConformCheck& check) {
  const bool names_status = check.why.starts_with("answer ");
  return (names_status ? "" : std::string(conform_wanted(check)) + "; ") + std::string(check.why);
}

std::vector<std::string> conform_came(const ConformResult& result) {
  std::vector<std::string> came;
  int last_status = -1;
  std::string last_body;
  for (const ConformAnswer& answer : result.answers) {
    // The same again is no news.
    if (answer.status != 0 && answer.status == last_status && answer.body == last_body) continue;
    last_status = answer.status;
    last_body = answer.body;
    came.push_back(answer_text(answer));
    if (came.size() == k_shown_answers) break;
  }
  return came;
}

std::size_t ConformReport::count(ConformGrade grade) const {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [&](const ConformResult& result) { return result.verdict.grade == grade; }));
}

bool ConformReport::has_failed() const {
  return count(ConformGrade::failed) + (is_strict ? count(ConformGrade::weak) : 0) > 0;
}

std::string conform_opening_text(const ConformReport& report, std::size_t checks,
                                 const Style& style) {
  return fmt::format("Testing {} with {}, signed with {}\n",
                     style.clean(report.target.substr(0, report.target.find('?'))),
                     counted(checks, "check"), style.clean(report.secret_name));
}

std::string conform_result_text(const ConformResult& result, bool is_verbose, const Style& style) {
  const ConformCheck& check = *result.check;
  const bool has_passed = result.verdict.grade == ConformGrade::passed;
  const std::string said = style.clean(has_passed ? passed_text(result) : result.verdict.finding);
  const std::size_t mark_columns = style.unicode ? 1 : 4;
  const std::size_t margin = mark_columns + 1 + k_id_columns + 1;
  std::string text =
      fmt::format("{} {} {}\n", conform_mark(result.verdict.grade, style),
                  style.paint(has_passed ? "" : style.bold, pad(check.id, k_id_columns)),
                  wrap(said, std::max(text_width(style), margin + 16), margin));
  if (has_passed && !is_verbose) return text;
  text += detail("sent", check.sent, style);
  text += detail("expected", conform_expectation(check), style);
  text += detail("source", check.source, style);
  for (const std::string& came : conform_came(result)) {
    text += detail("came", style.clean(came), style);
  }
  for (const ConformAnswer& answer : result.answers) {
    if (answer.hint.empty()) continue;
    text += detail("", style.clean(answer.hint), style);
    break;
  }
  if (!has_passed) text += detail("mend", check.mend, style);
  return text;
}

std::string conform_summary_text(const ConformReport& report, const Style& style) {
  const std::size_t failed = report.count(ConformGrade::failed);
  const std::size_t weak = report.count(ConformGrade::weak);
  std::string text = style.paint(failed == 0 ? style.good : "",
                                 fmt::format("{} passed", report.count(ConformGrade::passed)));
  if (weak > 0) {
    text += ", " + style.paint(style.warn, fmt::format("{} weak", weak)) +
            (report.is_strict ? " (--strict: failed)" : "");
  }
  text += ", " + style.paint(failed > 0 ? style.bad : "", fmt::format("{} failed", failed));
  text += fmt::format(" in {}\n", to_human_duration(report.duration));
  if (!report.not_made.empty()) {
    text += fmt::format("interrupted: {} not made\n", counted(report.not_made.size(), "check"));
  }
  for (const ConformResult& result : report.results) {
    const bool is_deaf =
        result.check->id == "valid" && result.verdict.grade == ConformGrade::failed;
    if (!is_deaf) continue;
    text += wrap(
                "The handler does not take what is right. Mend `valid` first: until then that it "
                "refuses what is wrong proves nothing.",
                text_width(style), 0) +
            "\n";
  }
  return text;
}

std::string conform_list_text(const Style& style) {
  std::string text;
  constexpr std::size_t k_margin = k_id_columns + 6;
  for (const ConformCheck& check : conform_checks()) {
    text += style.paint(style.id, pad(check.id, k_id_columns)) + " " +
            std::string(conform_wanted(check)) + "  " +
            wrap(check.sent, text_width(style), k_margin) + "\n" + std::string(k_margin, ' ') +
            style.paint(style.dim, wrap(check.why, text_width(style), k_margin)) + "\n";
  }
  return text;
}

}  // namespace terra_hook
