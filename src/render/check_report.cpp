// SPDX-License-Identifier: MIT
#include "render/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// Attribute or text; sanitize() has made everything that XML 1.0 forbids (§2.2) visible before.
std::string xml(std::string_view text) {
  std::string escaped;
  for (const char c : sanitize(text)) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

double check_seconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1'000'000;
}

template <typename Is>
std::size_t count_of(const CheckSuite& suite, Is is) {
  return static_cast<std::size_t>(std::ranges::count_if(suite.checks, is));
}

/// A YAML scalar: a JSON string is one.
std::string yaml(std::string_view text) {
  return nlohmann::json(sanitize(text)).dump();
}

/// A description in a line of TAP, where # begins a directive.
std::string tap_description(std::string_view text) {
  std::string escaped;
  for (const char c : sanitize(text)) {
    if (c == '#' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string to_junit(const CheckSuite& suite) {
  const std::string sums = fmt::format(
      R"(tests="{}" failures="{}" errors="0" skipped="{}" time="{:.3f}")", suite.checks.size(),
      count_of(suite, [](const Check& check) { return !check.has_passed; }),
      count_of(suite, [](const Check& check) { return !check.why_skipped.empty(); }),
      check_seconds(suite.duration));
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  text += fmt::format("<testsuites name=\"{}\" {}>\n", xml(suite.name), sums);
  text += fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\">\n", xml(suite.name), sums,
                      to_rfc3339(suite.started_at).substr(0, 19));
  std::string class_name = suite.name;
  std::ranges::replace(class_name, ' ', '.');
  for (const Check& check : suite.checks) {
    text += fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.3f}")", xml(class_name),
                        xml(check.name), check_seconds(check.duration));
    if (check.has_passed) {
      text += check.why_skipped.empty()
                  ? "/>\n"
                  : fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                                xml(check.why_skipped));
      continue;
    }
    text += fmt::format(">\n      <failure type=\"{}\" message=\"{}\">", xml(check.kind),
                        xml(check.message));
    for (const std::string& detail : check.details) text += xml(detail) + "\n";
    text += "</failure>\n    </testcase>\n";
  }
  return text + "  </testsuite>\n</testsuites>\n";
}

std::string to_tap(const CheckSuite& suite) {
  std::string text = fmt::format("TAP version 13\n1..{}\n", suite.checks.size());
  for (std::size_t i = 0; i < suite.checks.size(); ++i) {
    const Check& check = suite.checks[i];
    text += fmt::format("{}ok {} - {}", check.has_passed ? "" : "not ", i + 1,
                        tap_description(check.name));
    if (!check.why_skipped.empty()) text += " # SKIP " + tap_description(check.why_skipped);
    text += "\n";
    if (check.has_passed) continue;
    text +=
        fmt::format("  ---\n  type: {}\n  message: {}\n", yaml(check.kind), yaml(check.message));
    if (!check.details.empty()) text += "  details:\n";
    for (const std::string& detail : check.details) text += "    - " + yaml(detail) + "\n";
    text += "  ...\n";
  }
  return text;
}

}  // namespace terra_hook
