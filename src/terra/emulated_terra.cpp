// SPDX-License-Identifier: MIT
#include "terra/emulated_terra.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "terra/api_problem.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_session_prefix = "/connect/";

/// What a call gets that fails on purpose.
ApiAnswer faulty_answer(const ApiCall& call, const ApiFault& fault) {
  ApiAnswer answer;
  answer.fault = fault;
  answer.remark = to_text(fault) + " on purpose";
  if (fault.kind == ApiFault::Kind::status) {
    answer.response = problem_response(fault.status, call.target, "answered so on purpose");
    if (fault.status == 429) {
      answer.response.headers.push_back({"X-Terra-RateLimit-Rule", "r2"});
      answer.response.headers.push_back({"Retry-After", "1"});
    }
  } else if (fault.kind == ApiFault::Kind::processing) {
    answer.response = json_response(
        200, R"({"type":"processing","status":"success","message":"request is processing",)"
             R"("retry_after":1,"retry_after_seconds":1})");
  }
  return answer;
}

}  // namespace

ApiAnswer refused_call(const ApiCall& call, int status, std::string detail) {
  ApiAnswer answer;
  answer.response = problem_response(status, call.target, detail);
  answer.remark = std::move(detail);
  return answer;
}

EmulatedTerra::EmulatedTerra(EmulatedTerraOptions options, const RecordSource& source)
    : options_(std::move(options)),
      source_(source),
      ids_(options_.id_seed),
      budget_(options_.limits) {
  for (ApiFaultRule& rule : options_.faults) faults_.add(std::move(rule));
  for (; next_person_ < options_.users; ++next_person_) {
    connections_.add(source_.connection({next_person_, ""}));
  }
}

const std::vector<EmulatedTerra::ApiRoute>& EmulatedTerra::routes() {
  using T = EmulatedTerra;
  static const std::vector<ApiRoute> list = {
      {"GET", "/activity", &T::answer_data},
      {"GET", "/body", &T::answer_data},
      {"GET", "/daily", &T::answer_data},
      {"GET", "/menstruation", &T::answer_data},
      {"GET", "/nutrition", &T::answer_data},
      {"GET", "/sleep", &T::answer_data},
      {"GET", "/athlete", &T::answer_athlete},
      {"GET", "/plannedWorkout", &T::answer_data},
      {"GET", "/plannedWorkouts", &T::answer_planned_workouts},
      {"GET", "/userInfo", &T::answer_user_info},
      {"GET", "/subscriptions", &T::answer_subscriptions},
      {"POST", "/bulkUserInfo", &T::answer_bulk_user_info},
      {"GET", "/integrations", &T::answer_integrations, false},
      {"GET", "/integrations/detailed", &T::answer_integrations_detailed, false},
      {"POST", "/auth/authenticateUser", &T::answer_authenticate},
      {"POST", "/auth/generateWidgetSession", &T::answer_widget},
      {"POST", "/auth/generateAuthToken", &T::answer_auth_token},
      {"DELETE", "/auth/deauthenticateUser", &T::answer_deauthenticate},
  };
  return list;
}

std::vector<std::string> EmulatedTerra::paths() {
  std::vector<std::string> paths;
  for (const ApiRoute& route : routes()) paths.emplace_back(route.path);
  return paths;
}

std::optional<std::string> EmulatedTerra::credentials_problem(const ApiCall& call) const {
  const auto dev_id = find_field(call.headers, "dev-id");
  const auto api_key = find_field(call.headers, "x-api-key");
  if (!dev_id || dev_id->empty() || !api_key || api_key->empty()) {
    return "dev-id or x-api-key headers are missing";
  }
  const bool is_known =
      (options_.dev_id.empty() || *dev_id == options_.dev_id) &&
      (options_.api_key.empty() || options_.api_key.equals(Secret(std::string(*api_key))));
  if (!is_known) return "dev-id and x-api-key do not belong together";
  return std::nullopt;
}

ApiAnswer EmulatedTerra::answer(const ApiCall& call, UtcTime now) {
  ApiAnswer answer = route(call, now);
  // An acknowledgement names its reference itself.
  if (!find_field(answer.response.headers, "terra-reference")) {
    const std::string id = ids_.next();
    answer.response.headers.push_back({"X-Terra-Trace-Id", id});
    answer.response.headers.push_back({"terra-reference", id});
  }
  return answer;
}

ApiAnswer EmulatedTerra::route(const ApiCall& call, UtcTime now) {
  if (call.method == "GET" && call.path.starts_with(k_session_prefix)) return answer_session(call);
  const ApiRoute* found = nullptr;
  std::string allowed;
  for (const ApiRoute& candidate : routes()) {
    if (candidate.path != call.path) continue;
    if (candidate.method == call.method) found = &candidate;
    allowed += (allowed.empty() ? "" : ", ") + std::string(candidate.method);
  }
  if (allowed.empty()) return refused_call(call, 404, "there is no such endpoint");
  if (const auto fault = faults_.take(call.method, call.path)) return faulty_answer(call, *fault);
  if (found == nullptr) {
    ApiAnswer answer = refused_call(call, 405, "this endpoint takes " + allowed);
    answer.response.headers.push_back({"Allow", allowed});
    return answer;
  }
  if (found->needs_credentials) {
    if (auto problem = credentials_problem(call)) {
      return refused_call(call, 401, *std::move(problem));
    }
  }
  return (this->*found->answer)(call, now);
}

std::string EmulatedTerra::emulated_now() const {
  return to_text(options_.today) + "T12:00:00.000000+00:00";
}

}  // namespace terra_hook
