// SPDX-License-Identifier: MIT
// The data endpoints.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "terra/api_problem.hpp"
#include "terra/emulated_terra.hpp"

namespace terra_hook {
namespace {

/// The one data type whose endpoint in Terra's npm package is not called as it is.
constexpr std::string_view k_planned_type = "planned_workout";
constexpr std::chrono::days k_usual_planned_days{30};

/// A switch in the query; nothing when it is neither true nor false.
std::optional<bool> switch_of(const ApiCall& call, std::string_view name, bool otherwise) {
  const auto text = call.parameter(name);
  if (!text) return otherwise;
  if (equals_ignoring_case(*text, "true")) return true;
  if (equals_ignoring_case(*text, "false")) return false;
  return std::nullopt;
}

/// What was asked for, for people.
std::string question_text(const RecordSpan& span, bool to_webhook) {
  std::string text = span.type == "athlete" ? "" : fmt::format("{} days", span.days.days());
  if (span.with_samples) text += " with samples";
  if (to_webhook) text += text.empty() ? "to the webhook" : ", to the webhook";
  return text;
}

}  // namespace

DaySpan EmulatedTerra::within_history(const RecordSpan& span) const {
  DaySpan days = span.days;
  // Neither of them is history.
  if (span.type == "athlete" || span.type == k_planned_type) return days;
  const Day oldest = options_.today - std::chrono::days(options_.days - 1);
  const Day end = options_.today + std::chrono::days(1);
  days.first = std::max(days.first, oldest);
  days.end = std::max(std::min(days.end, end), days.first);
  return days;
}

Emission EmulatedTerra::emit(EventPlan event, const std::string& reference) {
  Emission emission;
  emission.event = std::move(event);
  emission.trace_id = ids_.next();
  emission.reference = reference.empty() ? ids_.next() : reference;
  return emission;
}

Emission EmulatedTerra::emit(Connection& user, RecordSpan span, const std::string& reference) {
  Emission emission = emit(data_event(user, std::move(span)), reference);
  user.last_webhook_update = emulated_now();
  return emission;
}

LargeRequest EmulatedTerra::accept_large(Connection& user, RecordSpan span,
                                         const std::string& reference,
                                         std::vector<Emission>& emissions) {
  NoticeDetails details;
  details.reference = reference;
  emissions.push_back(emit(notice("large_request_processing", user, details), reference));
  LargeRequest large;
  large.event = data_event(user, std::move(span));
  large.reference = reference;
  large.sending_trace_id = ids_.next();
  large.chunk_trace_id = ids_.next();
  large.user = user;
  large.after = options_.processing;
  user.last_webhook_update = emulated_now();
  return large;
}

ApiAnswer EmulatedTerra::acknowledge(Connection& user, RecordSpan span) {
  using Json = nlohmann::ordered_json;
  const std::string reference = ids_.next();
  ApiAnswer answer;
  const bool is_large = span.type != "athlete" && span.days.is_large();
  Json body{{"status", "success"},
            {"type", span.type},
            {"reference", reference},
            {"trace_id", reference},
            {"user", Json::parse(user_json(user))}};
  if (is_large) {
    body["message"] = "The request is large: its data is worked on and will be sent in chunks";
  }
  answer.response = json_response(200, body.dump(-1, ' ', false, Json::error_handler_t::replace));
  answer.response.headers.push_back({"X-Terra-Trace-Id", reference});
  answer.response.headers.push_back({"terra-reference", reference});
  answer.remark = question_text(span, true) + (is_large ? " in chunks" : "");
  span.days = within_history(span);
  if (is_large) {
    answer.large.push_back(accept_large(user, std::move(span), reference, answer.emissions));
  } else {
    answer.emissions.push_back(emit(user, std::move(span), reference));
  }
  return answer;
}

ApiAnswer EmulatedTerra::answer_with_data(const ApiCall& call, Connection& user,
                                          const RecordSpan& span) {
  const auto to_webhook = switch_of(call, "to_webhook", true);
  if (!to_webhook) return refused_call(call, 400, "invalid to_webhook");
  if (*to_webhook) return acknowledge(user, span);
  ApiAnswer answer;
  answer.response = json_response(200, "");
  answer.remark = question_text(span, false);
  answer.data = DataAnswer{span, user_json(user)};
  answer.data->span.days = within_history(span);
  return answer;
}

ApiAnswer EmulatedTerra::answer_data(const ApiCall& call, UtcTime now) {
  RecordSpan span;
  span.type = call.path == "/plannedWorkout" ? k_planned_type : call.path.substr(1);
  const auto user_id = call.parameter("user_id");
  if (!user_id) return refused_call(call, 400, "missing user_id");
  const auto start = call.parameter("start_date");
  if (!start) return refused_call(call, 400, "missing start_date");
  const auto first = parse_api_day(*start);
  if (!first) return refused_call(call, 400, "invalid start_date");
  span.days = {*first, options_.today + std::chrono::days(1)};
  if (const auto end_date = call.parameter("end_date")) {
    const auto end = parse_api_end(*end_date);
    if (!end) return refused_call(call, 400, "invalid end_date");
    span.days.end = *end;
  }
  if (span.days.end < span.days.first) {
    return refused_call(call, 400, "end_date is before start_date");
  }
  const auto with_samples = switch_of(call, "with_samples", false);
  if (!with_samples) return refused_call(call, 400, "invalid with_samples");
  span.with_samples = *with_samples || options_.with_samples;
  Connection* user = connections_.find_user(*user_id);
  if (user == nullptr) return refused_call(call, 404, "user not found");
  span.person = user->person;
  if (!source_.has_type(user->person, span.type)) {
    return refused_call(call, 404, fmt::format("{} has no {} data", user->provider, span.type));
  }
  const DayVerdict verdict = budget_.take(user->user_id, span.days.days(), now);
  ApiAnswer answer = verdict.rule.empty() ? answer_with_data(call, *user, span)
                                          : refused_call(call, 429, "rate limit exceeded");
  if (!verdict.rule.empty()) answer.remark += ", rule " + verdict.rule;
  for (HeaderField& field : verdict.fields()) answer.response.headers.push_back(std::move(field));
  answer.user_id = user->user_id;
  return answer;
}

ApiAnswer EmulatedTerra::answer_athlete(const ApiCall& call, UtcTime now) {
  RecordSpan span;
  span.type = "athlete";
  span.days = {options_.today, options_.today + std::chrono::days(1)};
  const auto user_id = call.parameter("user_id");
  if (!user_id) return refused_call(call, 400, "missing user_id");
  Connection* user = connections_.find_user(*user_id);
  if (user == nullptr) return refused_call(call, 404, "user not found");
  span.person = user->person;
  ApiAnswer answer = answer_with_data(call, *user, span);
  const DayVerdict verdict = budget_.take(user->user_id, 0, now);
  for (HeaderField& field : verdict.fields()) answer.response.headers.push_back(std::move(field));
  answer.user_id = user->user_id;
  return answer;
}

// Its days include the last one, and it knows no webhook (Terra's schema, Workouts).
ApiAnswer EmulatedTerra::answer_planned_workouts(const ApiCall& call, UtcTime) {
  RecordSpan span;
  span.type = k_planned_type;
  const auto user_id = call.parameter("user_id");
  if (!user_id) return refused_call(call, 400, "missing user_id");
  span.days = {options_.today - k_usual_planned_days, options_.today + std::chrono::days(1)};
  if (const auto start = call.parameter("start_date")) {
    const auto day = parse_api_day(*start);
    if (!day) return refused_call(call, 400, "invalid start_date");
    span.days.first = *day;
  }
  if (const auto end = call.parameter("end_date")) {
    const auto day = parse_api_day(*end);
    if (!day) return refused_call(call, 400, "invalid end_date");
    span.days.end = *day + std::chrono::days(1);
  }
  if (span.days.days() > options_.limits.days_a_request) {
    return refused_call(call, 400, "too many days");
  }
  Connection* user = connections_.find_user(*user_id);
  if (user == nullptr) return refused_call(call, 404, "user not found");
  span.person = user->person;
  ApiAnswer answer;
  answer.response = json_response(200, "");
  answer.remark = question_text(span, false);
  answer.user_id = user->user_id;
  answer.data = DataAnswer{span, user_json(*user), true};
  return answer;
}

}  // namespace terra_hook
