// SPDX-License-Identifier: MIT
// How a handler did, for people and for programs.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "render/check_report.hpp"
#include "render/style.hpp"
#include "terra/conformance.hpp"

namespace terra_hook {

struct ConformResult {
  const ConformCheck* check = nullptr;  ///< never null once it is reported
  std::vector<ConformAnswer> answers;
  ConformVerdict verdict;
  std::chrono::microseconds duration{};
};

struct ConformReport {
  std::string target;  ///< a URL
  std::string secret_name;
  bool is_strict = false;  ///< weak ones have failed
  UtcTime started_at{};
  std::chrono::microseconds duration{};
  std::vector<ConformResult> results;
  std::vector<std::string> not_made;  ///< ids, after an interruption

  std::size_t count(ConformGrade grade) const;
  bool has_failed() const;
};

/// What is about to be done, in a line.
std::string conform_opening_text(const ConformReport& report, std::size_t checks,
                                 const Style& style);

/// A line, and for what did not pass (or with `is_verbose`) what was sent, what is expected and
/// why, what came, how to mend it.
std::string conform_result_text(const ConformResult& result, bool is_verbose, const Style& style);

/// The sums, and what they do not prove.
std::string conform_summary_text(const ConformReport& report, const Style& style);

/// One document.
std::string conform_json(const ConformReport& report);

/// For JUnit and TAP.
std::vector<Check> conform_suite_checks(const ConformReport& report);

/// All checks with what they are for.
std::string conform_list_text(const Style& style);
/// An array of objects.
std::string conform_list_json();

/// What came back, a text for each answer that differs: `200 in 1.2 ms: {"ok":true}`.
std::vector<std::string> conform_came(const ConformResult& result);

/// `2xx`, `401`.
std::string_view conform_wanted(const ConformCheck& check);

/// The same with what a handler should do and why.
std::string conform_expectation(const ConformCheck& check);

}  // namespace terra_hook
