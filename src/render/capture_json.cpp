// SPDX-License-Identifier: MIT
#include "render/capture_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json_scanner.hpp"
#include "base/signed_url.hpp"
#include "base/terminal.hpp"
#include "http/content_coding.hpp"
#include "render/attempt_json.hpp"
#include "render/link_text.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

/// Header values and ids may hold bytes that are not UTF-8; they become U+FFFD here and stay exact
/// in the store.
std::string capture_text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Outside its strings a compact JSON text has nothing to escape, and inside them sanitize() writes
/// JSON's own escapes.
std::string made_visible(std::string_view json, bool unicode) {
  return sanitize(json, unicode);
}

template <typename T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// Appends `,"body":…` in the form that loses nothing.
void append_body(std::string& line, const Capture& capture, std::uint64_t max_decoded) {
  std::string decoded;
  std::string_view body = capture.body;
  if (has_content_coding(capture.headers)) {
    auto result = decode_content(capture.headers, capture.body, max_decoded);
    if (!result) {
      line += R"(,"body_base64":")" + to_base64(body) + '"';
      return;
    }
    decoded = *std::move(result);
    body = decoded;
  }
  if (!is_utf8(body)) {
    line += R"(,"body_base64":")" + to_base64(body) + '"';
    return;
  }
  const std::size_t before = line.size();
  line += ",\"body\":";
  if (json::append_compact(line, body, hide_signed_query)) return;
  line.resize(before);
  line += ",\"body_text\":" + capture_text_of(Json(body));
}

void append_attempts(std::string& line, const std::vector<Attempt>& attempts) {
  line += ",\"attempts\":[";
  bool is_first = true;
  for (const Attempt& attempt : attempts) {
    if (!std::exchange(is_first, false)) line += ',';
    line += attempt_json(attempt);
  }
  line += ']';
}

/// Where the payload of an `s3_payload` event is, without the query that opens it.
void add_link(Json& object, const Capture& capture, std::uint64_t max_decoded) {
  const auto link = link_of(capture, max_decoded);
  if (!link) return;
  object["link_host"] = link->host.empty() ? Json(nullptr) : Json(link->host);
  object["link_expires_at"] =
      link->expires_at ? Json(to_rfc3339(*link->expires_at)) : Json(nullptr);
}

void add_verification(Json& object, const Verification& verification) {
  object["age_seconds"] = verification.age ? Json(verification.age->count()) : Json(nullptr);
  object["notes"] = verification.notes;
}

Json diagnosis_object(const Diagnosis& diagnosis) {
  Json causes = Json::array();
  for (const Cause& cause : diagnosis.causes) {
    causes.push_back(Json{{"name", cause.name}, {"what", cause.what}, {"advice", cause.advice}});
  }
  Json object{{"causes", std::move(causes)}};
  object["secret"] = diagnosis.secret_name.empty() ? Json(nullptr) : Json(diagnosis.secret_name);
  object["suspicions"] = diagnosis.suspicions;
  object["tried"] = diagnosis.tried.empty() ? Json(nullptr) : Json(diagnosis.tried);
  object["left"] = diagnosis.left.empty() ? Json(nullptr) : Json(diagnosis.left);
  object["is_complete"] = diagnosis.is_complete;
  return object;
}

}  // namespace

std::string capture_json(const Capture& capture, const CaptureJsonOptions& options) {
  Json object{{"type", options.type}};
  object["number"] = capture.number > 0 ? Json(capture.number) : Json(nullptr);
  object["received_at"] = to_rfc3339(capture.received_at);
  object["remote_address"] = capture.remote_address;
  object["method"] = capture.method;
  object["target"] = capture.target;
  object["event_type"] = value_or_null(capture.summary.event_type);
  object["user_id"] = value_or_null(capture.summary.user_id);
  object["provider"] = value_or_null(capture.summary.provider);
  object["reference_id"] = value_or_null(capture.summary.reference_id);
  object["terra_reference"] = value_or_null(capture.ids.terra_reference);
  object["trace_id"] = value_or_null(capture.ids.trace_id);
  object["chunk"] = value_or_null(capture.ids.chunk);
  object["chunk_count"] = value_or_null(capture.chunk_count);
  object["expected_payloads"] = value_or_null(capture.summary.expected_payloads);
  object["ordering_timestamp"] = value_or_null(capture.ids.ordering_timestamp);
  object["records"] = value_or_null(capture.summary.record_count);
  object["first_record"] = value_or_null(capture.summary.first_record);
  object["last_record"] = value_or_null(capture.summary.last_record);
  object["headline"] = capture.headline.empty() ? Json(nullptr) : Json(capture.headline);
  object["is_json"] = !capture.summary.problem.has_value();
  object["body_size"] = capture.body_size;
  object["body_sha256"] = to_hex(capture.body_sha256);
  object["verdict"] = to_string(capture.verdict);
  object["secret"] = capture.secret_name.empty() ? Json(nullptr) : Json(capture.secret_name);
  object["reason"] = capture.verdict_reason.empty() ? Json(nullptr) : Json(capture.verdict_reason);
  object["duplicate_of"] = value_or_null(capture.duplicate_of);
  object["duplicate_differs"] = capture.duplicate_differs;
  object["older_than"] = value_or_null(capture.older_than);
  object["origin"] = to_string(capture.origin);
  object["ping_of"] = value_or_null(capture.ping_of);
  if (options.verification != nullptr) add_verification(object, *options.verification);
  const bool is_delivery = options.elapsed.has_value();
  if (is_delivery) object["status"] = value_or_null(options.status);
  if (options.elapsed) {
    object["elapsed_ms"] = std::round(static_cast<double>(options.elapsed->count())) / 1000.0;
  }
  if (is_delivery) {
    object["forwarding"] = options.forwarding.empty() ? Json(nullptr) : Json(options.forwarding);
    object["fault"] = options.fault.empty() ? Json(nullptr) : Json(options.fault);
  }
  if (options.tags != nullptr) object["tags"] = *options.tags;
  if (options.with_body) add_link(object, capture, options.max_decoded);
  if (options.with_headers) {
    Json& headers = object["headers"] = Json::array();
    for (const HeaderField& field : capture.headers) {
      headers.push_back(Json{{"name", field.name}, {"value", field.value}});
    }
  }
  std::string line = capture_text_of(object);
  line.pop_back();
  if (options.with_body) append_body(line, capture, options.max_decoded);
  if (options.attempts != nullptr) append_attempts(line, *options.attempts);
  line += '}';
  return made_visible(line, options.unicode);
}

std::string compact_json(std::string_view json, bool unicode) {
  std::string compact;
  json::append_compact(compact, json, hide_signed_query);
  return made_visible(compact, unicode);
}

std::string value_json(std::int64_t number, std::string_view path, std::string_view value,
                       bool unicode) {
  std::string line = capture_text_of(Json{{"type", "value"}, {"number", number}, {"path", path}});
  line.pop_back();
  return made_visible(line, unicode) + ",\"value\":" + compact_json(value, unicode) + "}";
}

std::string verification_json(const Verification& verification, const Diagnosis* diagnosis,
                              std::string_view place) {
  Json object{{"type", "verification"}};
  object["place"] = place.empty() ? Json(nullptr) : Json(place);
  object["verdict"] = to_string(verification.verdict);
  object["secret"] =
      verification.secret_name.empty() ? Json(nullptr) : Json(verification.secret_name);
  object["timestamp"] =
      verification.timestamp.empty() ? Json(nullptr) : Json(verification.timestamp);
  object["reason"] = verification.reason.empty() ? Json(nullptr) : Json(verification.reason);
  add_verification(object, verification);
  object["diagnosis"] = diagnosis == nullptr ? Json(nullptr) : diagnosis_object(*diagnosis);
  return made_visible(capture_text_of(object), true);
}

std::string diagnosis_json(std::int64_t number, Verdict verdict, const Diagnosis& diagnosis) {
  Json object{{"type", "diagnosis"}, {"number", number}, {"verdict", to_string(verdict)}};
  object.update(diagnosis_object(diagnosis));
  return made_visible(capture_text_of(object), true);
}

}  // namespace terra_hook
