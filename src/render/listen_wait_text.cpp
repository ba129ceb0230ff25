// SPDX-License-Identifier: MIT
#include "render/listen_wait_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_output_lines = 10;
constexpr std::size_t k_most_failure_lines = 100;

std::string mark(bool is_good, const Style& style) {
  if (!style.unicode)
    return style.paint(is_good ? style.good : style.bad, is_good ? "ok" : "FAILED");
  return style.paint(is_good ? style.good : style.bad, is_good ? "✓" : "✗");
}

/// `1 of 2 deliveries`, `2 deliveries`, `no delivery`.
std::string deliveries_text(const WaitReport& report) {
  if (report.wanted && report.counted < *report.wanted) {
    return fmt::format("{} of {}", grouped_digits(report.counted),
                       counted(*report.wanted, "delivery", "deliveries"));
  }
  return report.counted == 0 ? "no delivery" : counted(report.counted, "delivery", "deliveries");
}

std::string wait_message(const WaitReport& report) {
  std::string text = deliveries_text(report);
  if (report.end == WaitEnd::timed_out && report.timeout) {
    text += " within " + to_human_duration(*report.timeout);
  }
  if (report.others > 0) {
    text += fmt::format("; {} that the filter leaves out", grouped_digits(report.others));
  }
  return text;
}

std::string cut_short_message(const WaitReport& report) {
  return fmt::format("{} after {}", report.end == WaitEnd::stopped ? "stopped" : "ended",
                     wait_message(report));
}

std::string seen_text(const SeenInstead& seen) {
  std::string text =
      fmt::format("#{} {}:", seen.number, seen.event_type.empty() ? "(no type)" : seen.event_type);
  for (std::size_t i = 0; i < seen.reasons.size(); ++i) {
    text += (i == 0 ? " " : "; ") + seen.reasons[i];
  }
  return text;
}

std::vector<std::string> seen_lines(const ExpectationReport& expectation) {
  std::vector<std::string> lines;
  if (expectation.unmet_count > expectation.seen.size()) {
    lines.push_back(fmt::format("{} before these",
                                grouped_digits(expectation.unmet_count - expectation.seen.size())));
  }
  for (const SeenInstead& seen : expectation.seen) lines.push_back(seen_text(seen));
  if (lines.empty()) lines.emplace_back("nothing");
  return lines;
}

std::string_view expectation_word(bool is_for_every) {
  return is_for_every ? "every" : "expected";
}

/// A command failing is the deliveries' business only in so far as it says so.
std::string command_sums(const CommandReport& commands) {
  std::string text = fmt::format("{} succeeded", commands.succeeded);
  if (commands.failed > 0) text += fmt::format(", {} failed", commands.failed);
  if (commands.not_run > 0) text += fmt::format(", {} not run", commands.not_run);
  return text;
}

std::vector<std::string> output_lines(std::string_view output, std::size_t most) {
  std::vector<std::string> lines;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    if (lines.size() == most) {
      const auto ends = std::count(output.begin(), output.end(), '\n');
      const auto left = static_cast<std::uint64_t>(ends) + (output.ends_with('\n') ? 0U : 1U);
      lines.push_back(fmt::format("({} more)", counted(left, "line")));
      break;
    }
    lines.emplace_back(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return lines;
}

}  // namespace

std::string_view to_string(WaitEnd end) {
  switch (end) {
    case WaitEnd::reached: return "reached";
    case WaitEnd::violated: return "violated";
    case WaitEnd::timed_out: return "timed_out";
    case WaitEnd::stopped: return "stopped";
  }
  return "";
}

std::string wait_text(const WaitReport& report, const Style& style) {
  const auto line = [&](std::string_view name, const std::string& text) {
    return "  " + style.paint(style.dim, pad(name, 12)) + style.clean(text) + "\n";
  };
  std::string text;
  if (report.wanted || report.timeout) {
    text += "  " + style.paint(style.dim, pad("waited for", 12));
    if (report.was_cut_short()) {
      text += style.clean(cut_short_message(report)) + "\n";
    } else {
      text += mark(!report.has_waited_in_vain(), style) + " " + style.clean(wait_message(report)) +
              "\n";
    }
  }
  for (const ExpectationReport& expectation : report.expectations) {
    text += "  " + style.paint(style.dim, pad(expectation_word(expectation.is_for_every), 12)) +
            mark(expectation.is_met, style) + " " + style.clean(expectation.expression);
    if (expectation.met_by)
      text += style.paint(style.dim, fmt::format("  #{}", *expectation.met_by));
    text += "\n";
    if (expectation.is_met) continue;
    std::string_view name = "  seen";
    for (const std::string& seen : seen_lines(expectation)) {
      text += line(std::exchange(name, ""), seen);
    }
  }
  if (report.commands) text += line("commands", command_sums(*report.commands));
  if (!text.empty()) text.pop_back();
  return text;
}

std::string settled_text(const ExpectationSettled& settled, const Style& style) {
  return fmt::format("  {} {} {}  #{}\n", mark(settled.is_met, style),
                     expectation_word(settled.is_for_every), style.clean(settled.expression),
                     settled.number);
}

std::string command_text(const CommandDone& done, const Style& style) {
  const std::string end =
      fmt::format("--> [{}] {} #{}", done.end, to_human_duration(done.duration), done.number);
  std::string text = style.paint(done.is_ok ? style.dim : style.bad, style.clean(end)) + "\n";
  for (const std::string& line :
       output_lines(done.output, done.is_ok ? k_most_output_lines : k_most_failure_lines)) {
    text += "      " + style.clean(line) + "\n";
  }
  return text;
}

std::vector<Check> wait_checks(const WaitReport& report) {
  std::vector<Check> checks;
  Check deliveries;
  deliveries.name =
      report.wanted ? counted(*report.wanted, "delivery", "deliveries") : "deliveries";
  deliveries.has_passed = !report.has_waited_in_vain();
  deliveries.duration = report.duration;
  if (report.was_cut_short()) deliveries.why_skipped = cut_short_message(report);
  if (!deliveries.has_passed) {
    deliveries.kind = "timeout";
    deliveries.message = wait_message(report);
  }
  checks.push_back(std::move(deliveries));
  for (const ExpectationReport& expectation : report.expectations) {
    Check check;
    check.name = (expectation.is_for_every ? "expect every " : "expect ") + expectation.expression;
    check.has_passed = expectation.is_met;
    if (!check.has_passed) {
      check.kind = "expectation";
      check.message = expectation.unmet_count == 0 ? "no delivery came that counts"
                      : expectation.is_for_every   ? "a delivery does not meet it"
                                                   : "no delivery meets it";
      check.details = seen_lines(expectation);
    }
    checks.push_back(std::move(check));
  }
  if (!report.commands) return checks;
  Check commands;
  commands.name = "exec " + report.commands->command;
  commands.has_passed = report.commands->failed + report.commands->not_run == 0;
  if (!commands.has_passed) {
    commands.kind = "command";
    commands.message = command_sums(*report.commands);
    commands.details = report.commands->failures;
  }
  checks.push_back(std::move(commands));
  return checks;
}

}  // namespace terra_hook
