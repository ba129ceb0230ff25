// SPDX-License-Identifier: MIT
#include "render/attempt_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "render/forward_hint.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json attempt_text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

double to_milliseconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

void add_attempt(Json& object, const Attempt& attempt) {
  object["target"] = attempt.target;
  object["changes"] = attempt_text_or_null(attempt.changes);
  object["started_at"] = to_rfc3339(attempt.started_at);
  object["latency_ms"] = to_milliseconds(attempt.latency);
  object["status"] = attempt.status ? Json(*attempt.status) : Json(nullptr);
  object["error"] = attempt_text_or_null(attempt.error);
  Json& headers = object["headers"] = Json::array();
  for (const HeaderField& field : attempt.headers) {
    headers.push_back(Json{{"name", field.name}, {"value", field.value}});
  }
  object["body_size"] = attempt.body_size;
  if (attempt.body.empty()) return;
  if (is_utf8(attempt.body)) {
    object["body_text"] = attempt.body;
  } else {
    object["body_base64"] = to_base64(attempt.body);
  }
}

}  // namespace

std::string attempt_json(const Attempt& attempt) {
  Json object{{"kind", to_string(attempt.kind)}};
  add_attempt(object, attempt);
  return dump(object);
}

std::string forward_json(const ForwardDone& done) {
  Json object{{"type", "forward"}};
  object["number"] = done.capture->number;
  const auto& event_type = done.capture->summary.event_type;
  object["event_type"] = event_type ? Json(*event_type) : Json(nullptr);
  add_attempt(object, done.attempt);
  object["failure"] = attempt_text_or_null(done.failure);
  object["answered"] = done.answered ? Json(*done.answered) : Json(nullptr);
  const double limit = to_milliseconds(done.limit);
  const double share = limit > 0 ? to_milliseconds(done.attempt.latency) / limit : 0;
  object["limit_ms"] = done.limit.count();
  object["limit_share"] = std::round(share * 10'000) / 10'000;
  object["over_limit"] = done.is_over_limit;
  object["hint"] = attempt_text_or_null(
      done.attempt.status ? status_hint(*done.capture, done.attempt) : failure_hint(done.failure));
  return dump(object);
}

}  // namespace terra_hook
