// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/count.hpp"
#include "base/signed_url.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "render/progress_bar.hpp"
#include "render/replay_report.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_longest_preview = 2000;
constexpr std::size_t k_answer_lines = 8;
constexpr std::size_t k_type_columns = 20;

/// Without its query, which may hold a token.
std::string shown_url(const std::string& url, const Style& style) {
  return sanitize(url.substr(0, url.find('?')), style.unicode);
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns - std::min(columns, width), ' ').append(text);
}

std::string shown_name(const ReplayedRequest& request, const Style& style) {
  return pad(sanitize(request.name, style.unicode), request.name_columns);
}

std::string shown_type(const std::string& type, const Style& style) {
  return truncate(type.empty() ? "-" : sanitize(type, style.unicode), k_type_columns);
}

/// The first lines of an answer's body, indented.
std::string preview(const std::string& body, const Style& style) {
  std::string text;
  std::string_view rest = std::string_view(body).substr(0, k_longest_preview);
  for (std::size_t i = 0; i < k_answer_lines && !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string shown =
        truncate(sanitize(line, style.unicode), std::max<std::size_t>(style.width, 20) - 8);
    text += "        " + style.paint(style.dim, shown) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

/// A value of a body in little room, and never a signed URL's query.
std::string shown_value(const std::string& json, const Style& style) {
  constexpr std::size_t k_short = 60;
  const bool is_container = json.starts_with('{') || json.starts_with('[');
  if (!is_container) return style.clean(hide_signed_query(json).value_or(json));
  if (json.size() <= k_short && json.find("://") == std::string::npos) return style.clean(json);
  return fmt::format("{}{}{} {}", json.front(), style.ellipsis(), json.front() == '{' ? '}' : ']',
                     to_human_size(json.size()));
}

/// `- /data/0/tag  "x"` and `+ /data/0/tag  "y"`, indented: a line for what goes, one for what
/// comes.
std::string difference_text(const ReplayDifference& difference, const Style& style) {
  const std::string place =
      style.clean(difference.place) + std::string(difference.is_header ? ": " : "  ");
  const auto line = [&](char sign, std::string_view color, const std::string& value) {
    const std::string shown =
        place + (difference.is_header ? style.clean(value) : shown_value(value, style));
    return fmt::format(
        "        {}\n",
        style.paint(color, fmt::format("{} {}", sign, truncate(shown, k_longest_preview))));
  };
  std::string text;
  if (difference.kept) text += line('-', style.bad, *difference.kept);
  if (difference.sent) text += line('+', style.good, *difference.sent);
  return text;
}

std::string remarks_of(const ReplayAttempt& attempt) {
  std::string remarks;
  const auto add = [&remarks](const std::string& remark) {
    remarks += (remarks.empty() ? "  " : ", ") + remark;
  };
  if (attempt.request.is_duplicate) add("duplicate");
  if (attempt.tries > 1 && (attempt.number > 1 || !attempt.is_ok)) {
    add(fmt::format("try {} of {}", attempt.number, attempt.tries));
  }
  if (attempt.is_answer_cut) {
    add("the answer was read up to " + to_human_size(attempt.answer_size));
  }
  if (attempt.retry_in) add(fmt::format("next in {}", to_human_duration(*attempt.retry_in)));
  return remarks;
}

struct Column {
  std::string title;
  std::vector<std::string> cells;
  int rank = 0;  ///< the highest is left out first where there is no room; 0 never is

  std::size_t width() const {
    std::size_t width = title.size();
    for (const std::string& cell : cells) width = std::max(width, display_width(cell));
    return width;
  }
};

std::vector<Column> columns_of(const ReplaySummary& summary) {
  std::vector<Column> columns{{"ok", {}},     {"failed", {}}, {"tries", {}, 2}, {"p50", {}, 1},
                              {"p95", {}, 3}, {"p99", {}},    {"max", {}, 4}};
  for (const TargetSummary& target : summary.targets) {
    const auto latency = [&](std::chrono::microseconds value) {
      return target.latency.count() == 0 ? std::string("-") : latency_text(value);
    };
    const std::string cells[] = {
        grouped_digits(target.succeeded),       grouped_digits(target.failed),
        grouped_digits(target.attempts),        latency(target.latency.percentile(50)),
        latency(target.latency.percentile(95)), latency(target.latency.percentile(99)),
        latency(target.latency.max())};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  if (summary.retries == 0) columns.erase(columns.begin() + 2);
  return columns;
}

std::string table_text(const ReplaySummary& summary, const Style& style) {
  std::vector<Column> columns = columns_of(summary);
  std::size_t target_width = 6;
  for (const TargetSummary& target : summary.targets) {
    target_width = std::max(target_width, display_width(shown_url(target.url, style)));
  }
  const auto taken = [&] {
    std::size_t width = 2;
    for (const Column& column : columns) width += column.width() + 2;
    return width;
  };
  // A target is worth more room than the lesser columns, but little is enough for the others.
  for (int rank = 4; rank > 0; --rank) {
    const std::size_t wanted = std::min<std::size_t>(target_width, rank == 1 ? 8 : 24);
    if (taken() + wanted <= style.width) break;
    std::erase_if(columns, [rank](const Column& column) { return column.rank == rank; });
  }
  const std::size_t room = style.width - std::min(style.width, taken());
  target_width = std::min(target_width, std::max<std::size_t>(room, 8));

  std::string head = "  " + pad("target", target_width);
  for (const Column& column : columns) head += "  " + pad_left(column.title, column.width());
  std::string text = style.paint(style.dim, head) + "\n";
  for (std::size_t row = 0; row < summary.targets.size(); ++row) {
    text += "  " +
            pad(truncate(shown_url(summary.targets[row].url, style), target_width), target_width);
    for (const Column& column : columns) {
      const std::string cell = pad_left(column.cells[row], column.width());
      const bool is_bad = column.title == "failed" && summary.targets[row].failed > 0;
      text += "  " + (is_bad ? style.paint(style.bad, cell) : cell);
    }
    text += "\n";
  }
  return text;
}

std::string statuses_text(const ReplaySummary& summary) {
  std::map<int, std::uint64_t> statuses;
  for (const TargetSummary& target : summary.targets) {
    for (const auto& [status, count] : target.statuses) statuses[status] += count;
  }
  std::string text;
  for (const auto& [status, count] : statuses) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ",
                        status == 0 ? std::string("no answer") : std::to_string(status),
                        grouped_digits(count));
  }
  return text;
}

}  // namespace

std::string latency_text(std::chrono::microseconds latency) {
  const double milliseconds = static_cast<double>(latency.count()) / 1000;
  if (latency < std::chrono::milliseconds(1)) return fmt::format("{:.2f} ms", milliseconds);
  if (latency < std::chrono::milliseconds(10)) return fmt::format("{:.1f} ms", milliseconds);
  return to_human_duration(latency);
}

std::string attempt_text(const ReplayAttempt& attempt, bool is_verbose, const Style& style) {
  const ReplayedRequest& request = attempt.request;
  const std::string status = attempt.status ? std::to_string(*attempt.status) : "---";
  const std::string_view color = attempt.is_ok ? style.good : style.bad;
  std::string head =
      fmt::format("{}  {}  {}", style.paint(style.id, shown_name(request, style)),
                  style.paint(color, status), pad_left(latency_text(attempt.latency), 8));
  const std::string type = shown_type(request.event_type, style);
  const std::string remarks = remarks_of(attempt);
  const std::size_t taken =
      std::max(request.name_columns, display_width(request.name)) + 17 + k_type_columns + 2;
  const std::string where = request.method + " " + shown_url(request.url, style);
  head += "  ";
  if (taken + 24 <= style.width) {
    head += pad(type, k_type_columns) + "  " + truncate(where, style.width - taken);
  } else {
    head += type;
  }
  std::string text = head + style.paint(style.dim, remarks) + "\n";
  if (!attempt.error.empty()) {
    text += "        " + style.paint(style.warn, sanitize(attempt.error, style.unicode)) + "\n";
  }
  if (!attempt.hint.empty()) {
    text += "        " + style.paint(style.dim, sanitize(attempt.hint, style.unicode)) + "\n";
  }
  if (is_verbose || !attempt.is_ok) text += preview(attempt.body, style);
  return text;
}

std::string planned_text(const ReplayedRequest& request, const Style& style) {
  const std::string signing =
      request.signed_with.empty() ? "" : "  signed with " + sanitize(request.signed_with);
  std::string text =
      fmt::format("{}  {}  {} {}  {}{}{}\n", style.paint(style.id, shown_name(request, style)),
                  pad(shown_type(request.event_type, style), k_type_columns), request.method,
                  shown_url(request.url, style), to_human_size(request.body_size), signing,
                  request.is_duplicate ? "  duplicate" : "");
  for (const ReplayDifference& difference : request.differences) {
    text += difference_text(difference, style);
  }
  return text;
}

std::string progress_text(const ReplayProgress& progress, const Style& style) {
  const double share = progress.total == 0 ? 1.0
                                           : static_cast<double>(progress.done) /
                                                 static_cast<double>(progress.total);
  const double seconds = std::max(0.001, static_cast<double>(progress.elapsed.count()) / 1e6);
  std::string facts = fmt::format(
      " {:3}%  {} of {}  {}/s", static_cast<int>(share * 100), grouped_digits(progress.done),
      grouped_digits(progress.total),
      grouped_digits(static_cast<std::uint64_t>(static_cast<double>(progress.done) / seconds)));
  if (progress.failed > 0) facts += fmt::format("  {} failed", grouped_digits(progress.failed));
  if (progress.retrying > 0)
    facts += fmt::format("  {} retrying", grouped_digits(progress.retrying));
  if (progress.done > 0 && progress.done < progress.total && progress.retrying == 0) {
    const auto left = std::chrono::microseconds(static_cast<std::int64_t>(
        seconds * 1e6 * static_cast<double>(progress.total - progress.done) /
        static_cast<double>(progress.done)));
    facts += "  " + to_human_duration(std::chrono::ceil<std::chrono::seconds>(left)) + " left";
  }
  return moving_line(bar_before(facts, share, style) + facts, style);
}

std::string summary_text(const ReplaySummary& summary, const Style& style) {
  const std::uint64_t deliveries = summary.succeeded + summary.failed + summary.unfinished;
  const double seconds = static_cast<double>(summary.duration.count()) / 1e6;
  std::string text = fmt::format("{}, {} in {}", counted(deliveries, "delivery", "deliveries"),
                                 to_human_size(summary.bytes), to_human_duration(summary.duration));
  std::string rate;
  if (deliveries > 1 && seconds > 0) {
    const double per_second = std::round(static_cast<double>(deliveries) / seconds);
    rate = fmt::format("{}/s", grouped_digits(static_cast<std::uint64_t>(per_second)));
  }
  const bool has_room = text.size() + rate.size() + 3 <= style.width;
  if (!rate.empty() && has_room) text += " (" + rate + ")";
  text += "\n";
  const auto fact = [&](std::string_view name, const std::string& value) {
    text += "  " + style.paint(style.dim, pad(name, 10)) + "  " + value + "\n";
  };
  if (!rate.empty() && !has_room) fact("rate", rate);
  // The line of a single one has said it all.
  if (summary.attempts > 1) {
    text += table_text(summary, style);
    fact("statuses", statuses_text(summary));
  }
  if (summary.retries > 0) fact("retries", grouped_digits(summary.retries));
  if (summary.duplicates > 0) fact("duplicates", grouped_digits(summary.duplicates));
  if (summary.seed) fact("seed", std::to_string(*summary.seed));
  if (!summary.expected.empty() && summary.failed > 0) {
    fact("expected",
         fmt::format("{}; {} not so", summary.expected, grouped_digits(summary.failed)));
  }
  if (summary.without_route > 0) {
    fact("no target",
         counted(summary.without_route, "delivery", "deliveries") + " of types that no --to takes");
  }
  if (summary.unfinished > 0) {
    fact("unfinished", fmt::format("{}: stopped before the next try",
                                   counted(summary.unfinished, "delivery", "deliveries")));
  }
  if (summary.not_sent > 0) fact("not sent", grouped_digits(summary.not_sent));
  if (summary.not_recorded > 0) {
    fact("unrecorded", counted(summary.not_recorded, "attempt", "attempts"));
  }
  return text;
}

}  // namespace terra_hook
