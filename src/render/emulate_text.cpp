// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "render/emulate_report.hpp"
#include "render/replay_report.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_listed_users = 10;
constexpr std::size_t k_user_columns = 46;
constexpr std::size_t k_narrow_columns = 70;
constexpr std::size_t k_wide_columns = 100;
constexpr std::size_t k_clock_columns = 8;
constexpr std::size_t k_shown_answer_lines = 6;
constexpr std::size_t k_longest_answer_preview = 1200;

/// One line: when, what, the status, how long, how much, and a remark in what is left.
struct EmulatorLine {
  UtcTime at{};
  std::string what;
  std::string status;
  std::string_view color;
  std::chrono::microseconds latency{};
  std::uint64_t bytes = 0;
  std::string remark;
};

/// How wide the part before the status is.
std::size_t what_columns(std::size_t width) {
  if (width < k_narrow_columns) return 20;
  return width < k_wide_columns ? 24 : 32;
}

std::string to_line(const EmulatorLine& line, std::size_t width, const Style& style) {
  const bool is_narrow = width < k_narrow_columns;
  const std::size_t columns = what_columns(width);
  std::string text;
  std::size_t taken = columns + 5;
  if (!is_narrow) {
    text += style.paint(style.dim, to_local_clock(line.at).substr(0, k_clock_columns)) + "  ";
    taken += k_clock_columns + 2;
  }
  text += pad(style.fit(line.what, columns), columns) + "  ";
  text += style.paint(line.color, line.status);
  if (!is_narrow) {
    const std::string figures =
        fmt::format("  {:>7}  {:>7}", line.latency.count() == 0 ? "" : latency_text(line.latency),
                    line.bytes == 0 ? "" : to_human_size(line.bytes));
    text += figures;
    taken += figures.size();
  }
  if (!line.remark.empty() && width > taken + 4) {
    text += "  " + style.paint(style.dim, style.fit(line.remark, width - taken - 2));
  }
  const std::size_t end = text.find_last_not_of(' ');
  return text.substr(0, end + 1) + "\n";
}

std::string_view answer_color(int status, const Style& style) {
  if (status == 0 || status >= 500) return style.bad;
  return status >= 400 ? style.warn : style.good;
}

/// The first lines of an answer's body, indented.
std::string answer_preview(const std::string& body, std::size_t width, const Style& style) {
  std::string text;
  std::string_view rest = std::string_view(body).substr(0, k_longest_answer_preview);
  for (std::size_t i = 0; i < k_shown_answer_lines && !rest.empty(); ++i) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    text += "    " +
            style.paint(style.dim,
                        style.fit(rest.substr(0, end), std::max<std::size_t>(width, 20) - 6)) +
            "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text;
}

std::string event_name(const WebhookAttempt& attempt, const Style& style) {
  std::string name = std::string(style.unicode ? "→ " : "> ") + attempt.event_type;
  if (attempt.is_ping) name += " as ping";
  if (attempt.chunk > 0) name += fmt::format(" {}/{}", attempt.chunk, attempt.chunks);
  return name;
}

std::string attempt_remark(const WebhookAttempt& attempt) {
  std::string remark;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) remark += (remark.empty() ? "" : ", ") + text;
  };
  if (attempt.outcome == DeliveryOutcome::duplicate) add("a duplicate");
  if (attempt.number > 1 || attempt.outcome == DeliveryOutcome::retrying) {
    add(fmt::format("try {} of {}", attempt.number, attempt.tries));
  }
  if (attempt.retry_in) add("next in " + to_human_duration(*attempt.retry_in));
  if (attempt.outcome == DeliveryOutcome::given_up) add("given up");
  return remark;
}

std::string fact_line(std::string_view name, const std::string& value, const Style& style) {
  return "  " + style.paint(style.dim, pad(name, 10)) + "  " + value + "\n";
}

std::string names_text(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string users_text(const EmulatorReady& ready, const Style& style) {
  std::string text = fact_line("users",
                               fmt::format("{}, {} days up to {}, seed {}", ready.users.size(),
                                           ready.days, ready.today, ready.seed),
                               style);
  const std::size_t listed = std::min(ready.users.size(), k_listed_users);
  for (std::size_t i = 0; i < listed; ++i) {
    const Connection& user = ready.users[i];
    std::string line = fmt::format("{}  {}", user.user_id, user.provider);
    if (user.reference_id) line = pad(line, k_user_columns) + "  " + *user.reference_id;
    text += fact_line("", style.clean(line), style);
  }
  if (listed < ready.users.size()) {
    text += fact_line("", fmt::format("and {} more", ready.users.size() - listed), style);
  }
  return text;
}

/// `200 x 3, 404 x 1`
std::string counts_by_status(const std::map<int, std::uint64_t>& statuses) {
  std::string text;
  for (const auto& [status, count] : statuses) {
    text += fmt::format("{}{} x {}", text.empty() ? "" : ", ",
                        status == 0 ? std::string("no answer") : std::to_string(status), count);
  }
  return text;
}

}  // namespace

std::string ready_text(const EmulatorReady& ready, const Style& style) {
  std::string text = fmt::format("{} {}\n", style.paint(style.good, "Emulating Terra on"),
                                 style.paint(style.bold, ready.url));
  text += "This is not Terra: its people and their data are made up.\n";
  text += fact_line("API",
                    ready.url + "/v2, " +
                        (ready.checks_credentials ? "with your dev-id and x-api-key"
                                                  : "any dev-id and x-api-key will do"),
                    style);
  if (ready.webhook.empty()) {
    text += fact_line("webhook", "none: events go nowhere; --webhook says where to", style);
  } else {
    text += fact_line(
        "webhook",
        fmt::format("{}, {}, retries {}{}", ready.webhook,
                    ready.secrets.empty() ? "not signed (no secret)"
                                          : "signed with " + names_text(ready.secrets),
                    ready.retries, ready.speed == 1 ? "" : fmt::format(" at {}x", ready.speed)),
        style);
  }
  text += users_text(ready, style);
  text += fact_line("control", "POST " + ready.url + "/control/sync?user=1 and others", style);
  if (!ready.is_loopback) {
    text += fact_line("exposed", "others on the network can reach this, the control too", style);
  }
  return text;
}

std::string exchange_text(const ApiExchangeDone& exchange, bool is_verbose, std::size_t width,
                          const Style& style) {
  EmulatorLine line;
  line.at = exchange.at;
  const std::string target =
      is_verbose ? exchange.target : exchange.target.substr(0, exchange.target.find('?'));
  line.what = exchange.method + " " + target;
  line.status = exchange.status == 0 ? "---" : std::to_string(exchange.status);
  line.color = answer_color(exchange.status, style);
  line.latency = exchange.latency;
  line.bytes = exchange.answer_size;
  line.remark = exchange.remark;
  return to_line(line, width, style);
}

std::string attempt_text(const WebhookAttempt& attempt, bool is_verbose, std::size_t width,
                         const Style& style) {
  EmulatorLine line;
  line.at = attempt.started_at;
  line.what = event_name(attempt, style);
  line.status = attempt.status ? std::to_string(*attempt.status) : "---";
  line.color = answer_color(attempt.status.value_or(0), style);
  line.latency = attempt.latency;
  line.bytes = attempt.body_size;
  line.remark = attempt_remark(attempt);
  std::string text = to_line(line, width, style);
  const bool is_good = attempt.status && *attempt.status < 300;
  if (!attempt.error.empty()) text += answer_preview(attempt.error, width, style);
  if (is_verbose || (!is_good && attempt.number == 1)) {
    text += answer_preview(attempt.answer, width, style);
  }
  return text;
}

std::string step_text(const StepTaken& step, std::size_t width, const Style& style) {
  const std::string name =
      step.line == 0 ? step.action : fmt::format("{}: {}", step.line, step.action);
  const std::string what = style.fit(name, what_columns(width));
  const std::size_t taken = k_clock_columns + 4 + display_width(what);
  const std::string said =
      style.fit(step.error.empty() ? step.text : step.error, width - std::min(width, taken));
  return fmt::format(
      "{}  {}  {}\n", style.paint(style.dim, to_local_clock(step.at).substr(0, k_clock_columns)),
      style.paint(style.id, what), step.error.empty() ? said : style.paint(style.bad, said));
}

std::string summary_text(const EmulatorSummary& summary, const Style& style) {
  std::string text =
      fmt::format("{} request{}, {} deliver{} in {}\n", summary.requests,
                  summary.requests == 1 ? "" : "s", summary.deliveries,
                  summary.deliveries == 1 ? "y" : "ies", to_human_duration(summary.duration));
  if (summary.requests > 0) text += fact_line("answers", counts_by_status(summary.answers), style);
  if (summary.deliveries == 0) return text;
  std::string fates = fmt::format("{} delivered", summary.delivered);
  if (summary.given_up > 0) fates += fmt::format(", {} given up", summary.given_up);
  if (summary.unsent > 0) fates += fmt::format(", {} not sent", summary.unsent);
  text += fact_line("deliveries", fates + ", " + to_human_size(summary.bytes) + " in all", style);
  if (summary.attempts > 0) {
    text += fact_line("statuses", counts_by_status(summary.statuses), style);
  }
  if (summary.retries > 0) text += fact_line("retries", std::to_string(summary.retries), style);
  if (summary.duplicates > 0) {
    text += fact_line("duplicates", std::to_string(summary.duplicates), style);
  }
  if (summary.latency.count() > 0) {
    text += fact_line(
        "latency",
        fmt::format("p50 {}, p95 {}, max {}", latency_text(summary.latency.percentile(50)),
                    latency_text(summary.latency.percentile(95)),
                    latency_text(summary.latency.max())),
        style);
  }
  return text;
}

}  // namespace terra_hook
