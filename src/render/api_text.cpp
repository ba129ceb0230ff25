// SPDX-License-Identifier: MIT
#include "render/api_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "base/shell_quote.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "render/progress_bar.hpp"

namespace terra_hook {
namespace {

using std::chrono::seconds;

std::string wait_text(const ApiProgress& progress) {
  return fmt::format("{}: asking again in {}", sanitize(progress.waits_for),
                     to_human_duration(std::chrono::ceil<seconds>(progress.wait_left)));
}

std::string spinner_text(const ApiProgress& progress, const Style& style) {
  std::string text(spinner_figure(progress.elapsed, style));
  if (!progress.waits_for.empty()) return text + " " + wait_text(progress);
  return text + fmt::format(" waiting for {}  {} of {}", progress.host,
                            to_human_duration(std::chrono::floor<seconds>(progress.elapsed)),
                            to_human_duration(progress.timeout));
}

std::string bar_text(const ApiProgress& progress, const Style& style) {
  const double share = progress.total_days == 0 ? 1.0
                                                : static_cast<double>(progress.days) /
                                                      static_cast<double>(progress.total_days);
  std::string facts = fmt::format(
      " {:3}%  {} of {} windows  {}  {}", static_cast<int>(share * 100), progress.done,
      progress.total, counted(progress.records, "record"), to_human_size(progress.bytes));
  if (!progress.waits_for.empty()) {
    facts += "  " + wait_text(progress);
  } else if (progress.days > 0 && share < 1) {
    const auto left = std::chrono::milliseconds(static_cast<std::int64_t>(
        static_cast<double>(progress.elapsed.count()) * (1 - share) / share));
    facts += "  " + to_human_duration(std::chrono::ceil<seconds>(left)) + " left";
  }
  return bar_before(facts, share, style) + facts;
}

struct MaskedField {
  std::string_view header;
  std::string_view variable;
};

constexpr MaskedField k_masked[] = {{"dev-id", "TERRA_DEV_ID"}, {"x-api-key", "TERRA_API_KEY"}};

const MaskedField* masked(const HeaderField& field) {
  for (const MaskedField& known : k_masked) {
    if (equals_ignoring_case(known.header, field.name)) return &known;
  }
  return nullptr;
}

}  // namespace

std::string api_progress_text(const ApiProgress& progress, const Style& style) {
  const std::string text =
      progress.total > 1 ? bar_text(progress, style) : spinner_text(progress, style);
  return moving_line(text, style);
}

std::string range_text(const ApiRange& range) {
  return fmt::format("{} to {}, the end not included ({})", range.start.text(), range.end.text(),
                     counted(static_cast<std::uint64_t>(range.days()), "day"));
}

std::string api_result_text(const ApiResult& result, const Style& style) {
  std::string text = result.what;
  if (!result.user.empty()) text += " of " + style.fit(result.user, 40);
  if (!result.provider.empty()) text += " (" + style.fit(result.provider, 20) + ")";
  if (result.range) text += ", " + range_text(*result.range);
  text += "\n  ";
  if (result.records) text += counted(*result.records, "record") + ", ";
  text += to_human_size(result.bytes) + " in " + to_human_duration(result.elapsed);
  if (result.windows > 1) text += fmt::format(", {} windows", result.windows);
  if (!result.file.empty()) text += ", in " + sanitize(result.file, style.unicode);
  text += "\n";
  if (result.duplicates > 0) {
    text += fmt::format("  {} came in two windows, and once in the result",
                        counted(result.duplicates, "record"));
    if (result.differing > 0) {
      text += fmt::format("; {} of them differed, the first was kept", result.differing);
    }
    text += "\n";
  }
  if (result.records == 0 && result.range) {
    text +=
        "  nothing in these days: has the provider any, and is the data type switched on in "
        "Terra's "
        "dashboard?\n";
  }
  return text;
}

std::string accepted_text(const ApiAccepted& accepted, std::string_view store_flag,
                          const Style& style) {
  std::string text = "accepted: " + accepted.what;
  if (!accepted.user.empty()) text += " of " + style.fit(accepted.user, 40);
  if (accepted.range) text += ", " + range_text(*accepted.range);
  text += "\n  the data comes to your webhook, not here (--to-webhook false answers with it)\n";
  if (!accepted.message.empty()) {
    text += "  Terra: " + style.fit(accepted.message, 200) + "\n";
  }
  if (accepted.reference.empty()) return text;
  const std::string reference = style.clean(accepted.reference);
  return text + fmt::format(
                    "  reference {}, the terra-reference of each delivery\n"
                    "  terra-hook list{} --terra-reference {} shows what has come\n",
                    reference, store_flag, style.clean(shell_quote(accepted.reference)));
}

std::string api_failure_text(const ApiFailure& failure, const std::vector<std::string>& ways_out,
                             const Style& style) {
  std::string text =
      style.paint(style.bad, "terra-hook:") + " " + sanitize(failure.message, style.unicode) + "\n";
  for (const std::string& line : failure.advice) {
    text += "  " + sanitize(line, style.unicode) + "\n";
  }
  for (const std::string& way : ways_out) text += "  " + sanitize(way, style.unicode) + "\n";
  return text;
}

std::string api_request_text(const Url& base, const std::string& target,
                             const HeaderFields& headers) {
  std::string text = "GET " + base.origin() + target + "\n";
  for (const HeaderField& field : headers) {
    text +=
        field.name + ": " + (masked(field) == nullptr ? sanitize(field.value) : "********") + "\n";
  }
  return text;
}

std::string api_curl_text(const Url& base, const std::string& target, const HeaderFields& headers) {
  std::string text = "curl --globoff " + shell_quote(base.origin() + target);
  for (const HeaderField& field : headers) {
    const MaskedField* hidden = masked(field);
    text += " \\\n  -H " + (hidden == nullptr
                                ? shell_quote(field.name + ": " + field.value)
                                : fmt::format("\"{}: ${}\"", hidden->header, hidden->variable));
  }
  return text + "\n";
}

}  // namespace terra_hook
