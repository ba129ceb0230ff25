// SPDX-License-Identifier: MIT
// Checks and how they went, in the two formats that test runners and CI services read.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace terra_hook {

/// One thing that was to be so. Texts may hold anything.
struct Check {
  std::string name;
  bool has_passed = true;
  std::string why_skipped;           ///< why it was not made at all, in a line; empty: it was
  std::string kind;                  ///< of the failure, one word such as `expectation`
  std::string message;               ///< why it failed, in a line
  std::vector<std::string> details;  ///< more of that
  std::chrono::microseconds duration{};
};

/// Checks that were made together.
struct CheckSuite {
  std::string name;  ///< `terra-hook listen`
  UtcTime started_at{};
  std::chrono::microseconds duration{};
  std::vector<Check> checks;
};

/// JUnit's XML as Jenkins, GitLab and their like read it: one `testsuite`. What XML 1.0 can't hold
/// is written as escapes.
std::string to_junit(const CheckSuite& suite);

/// TAP version 13, with a YAML block below each check that failed.
std::string to_tap(const CheckSuite& suite);

}  // namespace terra_hook
