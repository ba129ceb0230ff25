// SPDX-License-Identifier: MIT
#include "commands/delivery_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "capture/capture_match.hpp"
#include "http/content_coding.hpp"

namespace terra_hook {
namespace {

using json::Token;

/// What is told of the deliveries that do not meet an expectation: the last few.
constexpr std::size_t k_most_seen = 3;

Fact number_fact(std::int64_t number) {
  return {Token::number, std::to_string(number)};
}

/// The names of an expression for `capture`; pointers are resolved in `body`.
DeliveryFacts facts_of(const Capture& capture, std::string_view body) {
  DeliveryFacts facts;
  facts.body = body;
  facts.headers = &capture.headers;
  const auto add_text = [&](std::string_view name, const std::optional<std::string>& text) {
    if (text) facts.names.emplace_back(name, Fact{Token::string, *text});
  };
  const auto add_number = [&](std::string_view name, const std::optional<std::int64_t>& number) {
    if (number) facts.names.emplace_back(name, number_fact(*number));
  };
  const Summary& summary = capture.summary;
  add_text("type", summary.event_type);
  add_text("user_id", summary.user_id);
  add_text("reference_id", summary.reference_id);
  add_text("provider", summary.provider);
  add_text("terra_reference", capture.ids.terra_reference);
  add_text("trace_id", capture.ids.trace_id);
  add_number("chunk", capture.ids.chunk);
  add_number("records", summary.record_count);
  add_text("verdict", std::string(to_string(capture.verdict)));
  if (!capture.secret_name.empty()) add_text("secret", capture.secret_name);
  add_number("number", capture.number);
  add_text("method", capture.method);
  add_text("target", capture.target);
  add_number("size", static_cast<std::int64_t>(capture.body_size));
  const bool is_duplicate = capture.duplicate_of.has_value();
  facts.names.emplace_back("duplicate", is_duplicate ? Fact{Token::true_literal, "true"}
                                                     : Fact{Token::false_literal, "false"});
  return facts;
}

/// A body that can't be decoded is looked at as it is, which is not JSON.
std::string watched_body(const Capture& capture, std::uint64_t max_decoded) {
  auto decoded = decode_content(capture.headers, capture.body, max_decoded);
  return decoded ? *std::move(decoded) : capture.body;
}

}  // namespace

DeliveryWatch::DeliveryWatch(WatchOptions options, Display& display, std::function<void()> on_end)
    : options_(std::move(options)), display_(display), on_end_(std::move(on_end)) {
  for (const bool is_for_every : {false, true}) {
    for (const Expression& expression : is_for_every ? options_.every : options_.some) {
      ExpectationReport report;
      report.expression = expression.text();
      report.is_for_every = is_for_every;
      awaited_.push_back({expression, std::move(report)});
    }
  }
}

bool DeliveryWatch::note(const Capture& capture) {
  std::unique_lock lock(mutex_);
  if (end_) return false;
  if (!matches(options_.filter, capture)) {
    ++others_;
    return false;
  }
  ++counted_;
  if (!awaited_.empty()) {
    std::string decoded;
    const bool is_coded = has_content_coding(capture.headers);
    if (is_coded) decoded = watched_body(capture, options_.max_decoded);
    const DeliveryFacts facts = facts_of(capture, is_coded ? decoded : capture.body);
    for (Awaited& awaited : awaited_) hold_against(awaited, facts, capture);
  }
  end_ = reached_end();
  const bool has_ended = end_.has_value();
  lock.unlock();
  if (has_ended) on_end_();
  return true;
}

void DeliveryWatch::hold_against(Awaited& awaited, const DeliveryFacts& facts,
                                 const Capture& capture) {
  ExpectationReport& report = awaited.report;
  const bool is_settled = report.is_for_every ? report.unmet_count > 0 : report.is_met;
  if (is_settled) return;
  if (awaited.expression.holds_for(facts)) {
    report.is_met = true;
    if (report.is_for_every) return;
    report.met_by = capture.number;
    report.seen.clear();
    return settle(awaited, capture, {});
  }
  ++report.unmet_count;
  report.is_met = false;
  std::vector<std::string> reasons = awaited.expression.reasons(facts, options_.shows_values);
  if (report.is_for_every) settle(awaited, capture, reasons);
  if (report.seen.size() == k_most_seen) report.seen.erase(report.seen.begin());
  report.seen.push_back(
      {capture.number, capture.summary.event_type.value_or(""), std::move(reasons)});
}

void DeliveryWatch::settle(const Awaited& awaited, const Capture& capture,
                           std::vector<std::string> reasons) {
  const ExpectationReport& report = awaited.report;
  display_.push(ExpectationSettled{report.expression, report.is_for_every, report.is_met,
                                   capture.number, std::move(reasons)});
}

std::optional<WaitEnd> DeliveryWatch::reached_end() const {
  const auto is_violated = [](const Awaited& awaited) {
    return awaited.report.is_for_every && !awaited.report.is_met;
  };
  if (std::ranges::any_of(awaited_, is_violated)) return WaitEnd::violated;
  if (options_.count) {
    return counted_ >= *options_.count ? std::optional(WaitEnd::reached) : std::nullopt;
  }
  const auto is_met = [](const Awaited& awaited) { return awaited.report.is_met; };
  if (options_.some.empty() || !std::ranges::all_of(awaited_, is_met)) return std::nullopt;
  return WaitEnd::reached;
}

WaitReport DeliveryWatch::report(WaitEnd end) const {
  const std::lock_guard lock(mutex_);
  WaitReport report;
  report.end = end_.value_or(end);
  report.counted = counted_;
  report.others = others_;
  report.wanted = options_.count;
  report.timeout = options_.timeout;
  for (const Awaited& awaited : awaited_) report.expectations.push_back(awaited.report);
  return report;
}

ExitCode exit_code_of(const WaitReport& report) {
  const bool is_unmet =
      std::ranges::any_of(report.expectations, [](const auto& awaited) { return !awaited.is_met; });
  if (is_unmet && (report.counted > 0 || report.end == WaitEnd::stopped)) {
    return ExitCode::expectation;
  }
  if (report.has_waited_in_vain()) return ExitCode::timed_out;
  const bool has_failed = report.commands && report.commands->failed + report.commands->not_run > 0;
  return has_failed ? ExitCode::failure : ExitCode::ok;
}

}  // namespace terra_hook
