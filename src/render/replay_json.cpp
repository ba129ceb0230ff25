// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/terminal.hpp"
#include "render/replay_report.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t k_longest_answer = 4096;

std::string replay_line(const Json& json) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(json.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Json replay_text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json milliseconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

void add_request(Json& object, const ReplayedRequest& request) {
  object["source"] = request.name;
  object["capture"] = request.capture > 0 ? Json(request.capture) : Json(nullptr);
  object["event_type"] = replay_text_or_null(request.event_type);
  object["trace_id"] = replay_text_or_null(request.trace_id);
  object["method"] = request.method;
  object["url"] = request.url;
  object["body_size"] = request.body_size;
  object["signed_with"] = replay_text_or_null(request.signed_with);
  object["changes"] = replay_text_or_null(request.changes);
  object["duplicate"] = request.is_duplicate;
}

Json latency_json(const LatencyHistogram& latency) {
  if (latency.count() == 0) return nullptr;
  return Json{{"min", milliseconds(latency.min())},
              {"p50", milliseconds(latency.percentile(50))},
              {"p95", milliseconds(latency.percentile(95))},
              {"p99", milliseconds(latency.percentile(99))},
              {"max", milliseconds(latency.max())}};
}

Json target_json(const TargetSummary& target) {
  Json object{{"url", target.url},
              {"attempts", target.attempts},
              {"succeeded", target.succeeded},
              {"failed", target.failed}};
  Json& statuses = object["by_status"] = Json::object();
  for (const auto& [status, count] : target.statuses) {
    statuses[status == 0 ? "none" : std::to_string(status)] = count;
  }
  object["latency_ms"] = latency_json(target.latency);
  return object;
}

}  // namespace

std::string attempt_json(const ReplayAttempt& attempt) {
  Json object{{"type", "attempt"}, {"at", to_rfc3339(attempt.started_at)}};
  add_request(object, attempt.request);
  object["try"] = attempt.number;
  object["tries"] = attempt.tries;
  object["ok"] = attempt.is_ok;
  object["status"] = attempt.status ? Json(*attempt.status) : Json(nullptr);
  object["error"] = replay_text_or_null(attempt.error);
  object["failure"] = replay_text_or_null(attempt.failure);
  object["latency_ms"] = milliseconds(attempt.latency);
  object["retry_after_ms"] =
      attempt.retry_after ? Json(attempt.retry_after->count()) : Json(nullptr);
  object["retry_in_ms"] = attempt.retry_in ? milliseconds(*attempt.retry_in) : Json(nullptr);
  object["response_size"] = attempt.answer_size;
  if (!attempt.is_ok) {
    object["response_text"] = replay_text_or_null(attempt.body.substr(0, k_longest_answer));
  }
  return replay_line(object);
}

std::string planned_json(const ReplayedRequest& request) {
  Json object{{"type", "planned"}};
  add_request(object, request);
  Json& differences = object["differences"] = Json::array();
  for (const ReplayDifference& difference : request.differences) {
    const auto or_null = [](const std::optional<std::string>& value) {
      return value ? Json(*value) : Json(nullptr);
    };
    differences.push_back(Json{{difference.is_header ? "header" : "path", difference.place},
                               {"kept", or_null(difference.kept)},
                               {"sent", or_null(difference.sent)}});
  }
  return replay_line(object);
}

std::string summary_json(const ReplaySummary& summary) {
  Json object{{"type", "summary"},
              {"deliveries", summary.succeeded + summary.failed + summary.unfinished},
              {"succeeded", summary.succeeded},
              {"failed", summary.failed},
              {"unfinished", summary.unfinished},
              {"not_sent", summary.not_sent},
              {"attempts", summary.attempts},
              {"retries", summary.retries},
              {"duplicates", summary.duplicates},
              {"without_route", summary.without_route},
              {"not_recorded", summary.not_recorded},
              {"bytes", summary.bytes}};
  object["duration_ms"] = milliseconds(summary.duration);
  object["seed"] = summary.seed ? Json(*summary.seed) : Json(nullptr);
  object["expect_status"] = replay_text_or_null(summary.expected);
  object["interrupted"] = summary.is_interrupted;
  LatencyHistogram all;
  Json targets = Json::array();
  for (const TargetSummary& target : summary.targets) {
    all.add(target.latency);
    targets.push_back(target_json(target));
  }
  object["latency_ms"] = latency_json(all);
  object["targets"] = std::move(targets);
  return replay_line(object);
}

}  // namespace terra_hook
