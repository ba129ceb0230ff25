// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"
#include "render/emulate_report.hpp"

namespace terra_hook {
namespace {

using EmulatorJson = nlohmann::ordered_json;

constexpr std::size_t k_longest_kept_answer = 4096;

std::string emulator_line(const EmulatorJson& json) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(json.dump(-1, ' ', false, EmulatorJson::error_handler_t::replace)) + "\n";
}

EmulatorJson or_null(const std::string& text) {
  return text.empty() ? EmulatorJson(nullptr) : EmulatorJson(text);
}

double emulator_ms(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

EmulatorJson by_status(const std::map<int, std::uint64_t>& statuses) {
  EmulatorJson object = EmulatorJson::object();
  for (const auto& [status, count] : statuses) {
    object[status == 0 ? "none" : std::to_string(status)] = count;
  }
  return object;
}

}  // namespace

std::string_view to_string(DeliveryOutcome outcome) {
  switch (outcome) {
    case DeliveryOutcome::delivered: return "delivered";
    case DeliveryOutcome::retrying: return "retrying";
    case DeliveryOutcome::given_up: return "given_up";
    case DeliveryOutcome::unsent: return "unsent";
    case DeliveryOutcome::duplicate: return "duplicate";
  }
  return "";
}

std::string ready_json(const EmulatorReady& ready) {
  EmulatorJson users = EmulatorJson::array();
  for (const Connection& user : ready.users) {
    users.push_back({{"user_id", user.user_id},
                     {"provider", user.provider},
                     {"reference_id", or_null(user.reference_id.value_or(""))}});
  }
  return emulator_line({{"type", "ready"},
                        {"at", to_rfc3339(ready.at)},
                        {"emulated", true},
                        {"url", ready.url},
                        {"api_url", ready.url + "/v2"},
                        {"webhook", or_null(ready.webhook)},
                        {"seed", ready.seed},
                        {"today", ready.today},
                        {"days", ready.days},
                        {"secrets", ready.secrets},
                        {"retries", ready.retries},
                        {"speed", ready.speed},
                        {"users", std::move(users)}});
}

std::string exchange_json(const ApiExchangeDone& exchange) {
  return emulator_line({{"type", "request"},
                        {"at", to_rfc3339(exchange.at)},
                        {"method", exchange.method},
                        {"target", exchange.target},
                        {"remote_address", exchange.remote_address},
                        {"status", exchange.status == 0 ? EmulatorJson() : exchange.status},
                        {"latency_ms", emulator_ms(exchange.latency)},
                        {"response_size", exchange.answer_size},
                        {"user_id", or_null(exchange.user_id)},
                        {"terra_reference", or_null(exchange.reference)},
                        {"remark", or_null(exchange.remark)}});
}

std::string attempt_json(const WebhookAttempt& attempt) {
  EmulatorJson object{{"type", "attempt"},
                      {"at", to_rfc3339(attempt.started_at)},
                      {"delivery", attempt.delivery},
                      {"event_type", attempt.event_type},
                      {"user_id", or_null(attempt.user_id)},
                      {"trace_id", attempt.trace_id},
                      {"terra_reference", attempt.reference},
                      {"ordering_timestamp", attempt.ordering_timestamp},
                      {"chunk", attempt.chunk == 0 ? EmulatorJson() : attempt.chunk},
                      {"expected_payloads", attempt.chunk == 0 ? EmulatorJson() : attempt.chunks},
                      {"ping", attempt.is_ping},
                      {"url", or_null(attempt.url)},
                      {"body_size", attempt.body_size},
                      {"body_sha256", or_null(attempt.body_sha256)},
                      {"signed_with", or_null(attempt.signed_with)},
                      {"duplicate", attempt.outcome == DeliveryOutcome::duplicate},
                      {"try", attempt.number},
                      {"tries", attempt.tries},
                      {"status", attempt.status ? EmulatorJson(*attempt.status) : EmulatorJson()},
                      {"error", or_null(attempt.error)},
                      {"failure", or_null(attempt.failure)},
                      {"latency_ms", emulator_ms(attempt.latency)},
                      {"outcome", to_string(attempt.outcome)}};
  object["retry_in_ms"] =
      attempt.retry_in ? EmulatorJson(emulator_ms(*attempt.retry_in)) : EmulatorJson();
  if (attempt.outcome != DeliveryOutcome::delivered) {
    object["response_text"] = or_null(attempt.answer.substr(0, k_longest_kept_answer));
  }
  return emulator_line(object);
}

std::string step_json(const StepTaken& step) {
  return emulator_line({{"type", "step"},
                        {"at", to_rfc3339(step.at)},
                        {"line", step.line == 0 ? EmulatorJson() : step.line},
                        {"action", step.action},
                        {"text", or_null(step.text)},
                        {"error", or_null(step.error)}});
}

std::string emulator_note_json(std::string_view text) {
  return emulator_line({{"type", "note"}, {"message", text}});
}

std::string summary_json(const EmulatorSummary& summary) {
  EmulatorJson latency;
  if (summary.latency.count() > 0) {
    latency = {{"min", emulator_ms(summary.latency.min())},
               {"p50", emulator_ms(summary.latency.percentile(50))},
               {"p95", emulator_ms(summary.latency.percentile(95))},
               {"p99", emulator_ms(summary.latency.percentile(99))},
               {"max", emulator_ms(summary.latency.max())}};
  }
  return emulator_line({{"type", "summary"},
                        {"requests", summary.requests},
                        {"requests_by_status", by_status(summary.answers)},
                        {"deliveries", summary.deliveries},
                        {"delivered", summary.delivered},
                        {"given_up", summary.given_up},
                        {"not_sent", summary.unsent},
                        {"attempts", summary.attempts},
                        {"retries", summary.retries},
                        {"duplicates", summary.duplicates},
                        {"bytes", summary.bytes},
                        {"by_status", by_status(summary.statuses)},
                        {"latency_ms", std::move(latency)},
                        {"duration_ms", emulator_ms(summary.duration)}});
}

}  // namespace terra_hook
