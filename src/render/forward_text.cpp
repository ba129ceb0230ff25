// SPDX-License-Identifier: MIT
#include "render/forward_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/size.hpp"
#include "base/terminal.hpp"
#include "base/time.hpp"
#include "http/content_coding.hpp"
#include "http/response.hpp"
#include "render/capture_text.hpp"
#include "render/forward_hint.hpp"
#include "render/json_view.hpp"
#include "render/shown_text.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_preview_lines = 10;
constexpr std::size_t k_preview_string = 200;
constexpr std::size_t k_max_decoded = 256 << 10;

std::string_view status_color(int status, const Style& style) {
  if (status < 200 || status >= 400) return style.bad;
  return status < 300 ? style.good : style.warn;
}

/// `[200]`, or in words why there is no status.
std::string bracketed(const Attempt& attempt, std::string_view failure, const Style& style) {
  if (attempt.status) {
    return style.paint(status_color(*attempt.status, style), fmt::format("[{}]", *attempt.status));
  }
  std::string word(failure.empty() ? "no answer" : failure);
  std::replace(word.begin(), word.end(), '_', ' ');
  return style.paint(style.bad, fmt::format("[{}]", word));
}

std::string preview(const Attempt& attempt, bool shows_headers, const Style& style) {
  std::string text;
  if (shows_headers) text += header_text(attempt.headers, style);
  std::string decoded;
  std::string_view body = attempt.body;
  if (has_content_coding(attempt.headers)) {
    auto result = decode_content(attempt.headers, attempt.body, k_max_decoded);
    if (!result) return text + style.paint(style.dim, "(a coded body)") + "\n";
    decoded = *std::move(result);
    body = decoded;
  }
  if (body.empty()) return text;
  JsonViewOptions view;
  view.width = style.width > 12 ? style.width - 4 : 10;
  view.max_lines = k_preview_lines;
  view.may_be_text = true;
  view.max_string_columns = k_preview_string;
  text += json_view(body, view, style);
  if (attempt.body_size > attempt.body.size()) {
    text += style.paint(style.dim, fmt::format("({} in all)", to_human_size(attempt.body_size)));
    text += "\n";
  }
  return text;
}

bool has_succeeded(const Attempt& attempt) {
  return attempt.status && is_success(*attempt.status);
}

/// Advice in lines that fit the terminal, between words.
std::string hint_text(const std::string& hint, const Style& style) {
  constexpr std::string_view k_margin = "      ";
  std::string text;
  std::string line;
  const std::string words = sanitize(hint, style.unicode);
  for (std::string_view rest = words; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t columns = display_width(line) + 1 + display_width(word);
    if (!line.empty() && k_margin.size() + columns > style.width) {
      text.append(k_margin).append(style.paint(style.warn, line)).append("\n");
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) text.append(k_margin).append(style.paint(style.warn, line)).append("\n");
  return text;
}

/// `10 x 200, 1 x 500, 1 timed out`, most first.
std::string outcome_counts(const ForwardSummary& summary, const Style& style) {
  std::vector<std::pair<std::uint64_t, std::string>> counts;
  const char* times = style.unicode ? "×" : "x";
  for (const auto& [status, count] : summary.by_status) {
    counts.emplace_back(count, fmt::format("{} {} {}", count, times, status));
  }
  for (const auto& [failure, count] : summary.by_failure) {
    std::string word = failure;
    std::replace(word.begin(), word.end(), '_', ' ');
    counts.emplace_back(count, fmt::format("{} {}", count, word));
  }
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (const auto& [count, words] : counts) text += (text.empty() ? "" : ", ") + words;
  return text;
}

std::string not_sent_counts(const std::map<Forwarding, std::uint64_t>& by_forwarding) {
  std::string text;
  const auto add = [&](Forwarding forwarding, std::string_view words) {
    const auto found = by_forwarding.find(forwarding);
    if (found == by_forwarding.end()) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", found->second, words);
  };
  add(Forwarding::no_route, "without a route");
  add(Forwarding::unauthentic, "not authentic");
  add(Forwarding::no_room, "with no room in the queue");
  add(Forwarding::on_purpose, "made to fail");
  return text;
}

}  // namespace

std::string_view to_string(Forwarding forwarding) {
  switch (forwarding) {
    case Forwarding::off: return "";
    case Forwarding::sent: return "sent";
    case Forwarding::no_route: return "no_route";
    case Forwarding::unauthentic: return "unauthentic";
    case Forwarding::no_room: return "no_room";
    case Forwarding::on_purpose: return "on_purpose";
  }
  return "";
}

std::string forward_text(const ForwardDone& done, const ForwardTextOptions& options,
                         const Style& style) {
  const Attempt& attempt = done.attempt;
  std::string text =
      fmt::format("<-- {} {} {}", bracketed(attempt, done.failure, style),
                  sanitize(done.capture->method), sanitize(attempt.target, style.unicode));
  if (attempt.status) text += " " + to_human_duration(attempt.latency);
  text += " " + style.paint(style.id, fmt::format("#{}", done.capture->number));
  if (!attempt.status) {
    text += "  " + sanitize(attempt.error, style.unicode);
    if (done.answered) text += fmt::format(" (answered {})", *done.answered);
    text += "\n";
    return text + hint_text(done.is_over_limit ? clock_hint(attempt.latency, done.limit)
                                               : failure_hint(done.failure),
                            style);
  }
  if (const std::string share = clock_share(attempt.latency, done.limit); !share.empty()) {
    text += "  " + style.paint(done.is_over_limit ? style.bad : style.warn, share);
  }
  text += "\n";
  if (!has_succeeded(attempt) || options.shows_response) {
    text += indent(preview(attempt, options.shows_headers, style), "      ");
  }
  text += hint_text(status_hint(*done.capture, attempt), style);
  return text + hint_text(clock_hint(attempt.latency, done.limit), style);
}

std::string fate_text(const DeliveryReceived& delivery, const Style& style) {
  std::string text;
  switch (delivery.forwarding) {
    case Forwarding::no_route: text = "not forwarded: no route takes this type"; break;
    case Forwarding::unauthentic:
      text = fmt::format("not forwarded: answered {} (--on-invalid accept forwards it)",
                         delivery.status.value_or(401));
      break;
    case Forwarding::no_room:
      text = "not forwarded: too many are waiting (--queue); answered 503, so that it comes again";
      break;
    case Forwarding::off:
    case Forwarding::sent:
    case Forwarding::on_purpose: break;
  }
  if (delivery.fault == "drop") text = "closed without an answer, on purpose";
  if (delivery.fault == "timeout") text = "left without an answer, on purpose";
  if (text.empty() && !delivery.fault.empty()) {
    text = fmt::format("answered {}, on purpose", delivery.fault);
  }
  return text.empty() ? "" : "  " + style.paint(style.warn, text) + "\n";
}

std::vector<std::string> route_lines(const std::vector<Route>& routes, const Style& style) {
  const std::string_view arrow = style.unicode ? "→" : "->";
  const bool has_named = std::any_of(routes.begin(), routes.end(),
                                     [](const Route& route) { return !route.types.empty(); });
  const std::string_view rest = has_named ? "all other types" : "all types";
  std::vector<std::pair<std::string, std::string>> rows;
  bool has_rest = false;
  for (const Route& route : routes) {
    std::string types;
    for (const std::string& type : route.types) types += (types.empty() ? "" : ", ") + type;
    if (route.types.empty()) {
      types = rest;
      has_rest = true;
    }
    rows.emplace_back(types, route.target.names_target
                                 ? route.target.to_string()
                                 : route.target.origin() + " (the delivery's path)");
  }
  if (!has_rest) rows.emplace_back(rest, "kept, not forwarded");
  std::size_t widest = 0;
  for (const auto& row : rows) widest = std::max(widest, row.first.size());
  std::vector<std::string> lines;
  for (const auto& [types, target] : rows) {
    lines.push_back(fmt::format("{} {} {}", pad(types, widest), arrow, target));
  }
  return lines;
}

std::string fault_counts(const std::map<std::string, std::uint64_t>& by_fault) {
  std::string text;
  for (const auto& [fault, count] : by_fault) {
    std::string what = fault == "drop"      ? "closed without an answer"
                       : fault == "timeout" ? "left without an answer"
                                            : "answered " + fault;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> forward_sums(const Stopped& stopped,
                                                              const Style& style) {
  std::vector<std::pair<std::string, std::string>> sums;
  if (!stopped.forwards) return sums;
  const ForwardSummary& forwards = *stopped.forwards;
  if (forwards.sent > 0) {
    sums.emplace_back("forwarded",
                      fmt::format("{}: {}", forwards.sent, outcome_counts(forwards, style)));
  }
  if (forwards.max.count() > 0) {
    std::string latency =
        fmt::format("p50 {}, p95 {}, max {}", to_human_duration(forwards.p50),
                    to_human_duration(forwards.p95), to_human_duration(forwards.max));
    latency += fmt::format(
        "; {} over {}",
        forwards.over_limit == 0 ? std::string("none") : std::to_string(forwards.over_limit),
        to_human_duration(forwards.limit));
    sums.emplace_back("latency", latency);
  }
  if (std::string counts = not_sent_counts(stopped.by_forwarding); !counts.empty()) {
    sums.emplace_back("not sent", std::move(counts));
  }
  return sums;
}

std::string attempt_line(const Attempt& attempt, const Style& style) {
  std::string text = fmt::format(
      "{} {}  {}  {}", pad(to_string(attempt.kind), 8), to_local_date_time(attempt.started_at),
      bracketed(attempt, "", style), sanitize(attempt.target, style.unicode));
  text += "  " + to_human_duration(attempt.latency);
  if (!attempt.changes.empty()) text += style.paint(style.dim, "  " + attempt.changes);
  if (!attempt.error.empty()) text += "  " + sanitize(attempt.error, style.unicode);
  return text + "\n";
}

std::string attempts_text(const std::vector<Attempt>& attempts, const Style& style) {
  std::string text;
  for (const Attempt& attempt : attempts) {
    text += attempt_line(attempt, style);
    if (!has_succeeded(attempt)) text += indent(preview(attempt, false, style), "  ");
  }
  return text;
}

}  // namespace terra_hook
