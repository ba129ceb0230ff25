// SPDX-License-Identifier: MIT
#include "capture/capture_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "capture/json_members.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json fields_json(const HeaderFields& headers) {
  Json fields = Json::array();
  for (const HeaderField& field : headers) {
    Json& object = fields.emplace_back(Json{{"name", field.name}, {"value", field.value}});
    if (!is_utf8(field.value)) object["value_base64"] = to_base64(field.value);
  }
  return fields;
}

void read_verdict(const JsonObject& line, FileDelivery& delivery) {
  if (const auto verdict = line.text_of("verdict")) delivery.verdict = parse_verdict(*verdict);
  delivery.secret_name = line.text_of("secret").value_or("");
  delivery.verdict_reason = line.text_of("reason").value_or("");
}

Result<std::string> read_body(const JsonObject& line) {
  if (const auto base64 = line.text_of("body_base64")) {
    auto body = from_base64(*base64);
    if (!body) return Error{ErrorKind::input, "body_base64 is not base64"};
    return *std::move(body);
  }
  if (auto text = line.text_of("body_text")) return *std::move(text);
  if (const auto body = line.member("body")) return std::string(*body);
  return Error{ErrorKind::input, "it has no body", "export writes captures with their bodies"};
}

// `show` and `listen` embed JSON without its white space and decode a coded body; a body that was
// edited by hand differs too.
void compare_digest(const JsonObject& line, FileDelivery& delivery) {
  const auto digest = line.text_of("body_sha256");
  if (digest && *digest != to_hex(sha256(delivery.body))) {
    delivery.notes.emplace_back("its body is not byte for byte the one that was received");
  }
}

}  // namespace

std::string capture_line_json(const Capture& capture) {
  Json object{{"type", "capture"}};
  object["received_at"] = to_rfc3339(capture.received_at);
  object["remote_address"] = or_null(capture.remote_address);
  object["method"] = capture.method;
  object["target"] = capture.target;
  if (!is_utf8(capture.target)) object["target_base64"] = to_base64(capture.target);
  object["event_type"] = or_null(capture.summary.event_type);
  object["user_id"] = or_null(capture.summary.user_id);
  object["provider"] = or_null(capture.summary.provider);
  object["reference_id"] = or_null(capture.summary.reference_id);
  object["terra_reference"] = or_null(capture.ids.terra_reference);
  object["trace_id"] = or_null(capture.ids.trace_id);
  object["verdict"] = to_string(capture.verdict);
  object["secret"] = or_null(capture.secret_name);
  object["reason"] = or_null(capture.verdict_reason);
  object["answered"] = or_null(answered_status(capture));
  object["body_size"] = capture.body_size;
  object["body_sha256"] = to_hex(capture.body_sha256);
  object["headers"] = fields_json(capture.headers);
  const bool is_text = is_plain_text(capture.body);
  object[is_text ? "body_text" : "body_base64"] = is_text ? capture.body : to_base64(capture.body);
  return sanitize(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

LineKind line_kind(std::string_view text) {
  const JsonObject line(text);
  const std::string type = line.text_of("type").value_or("");
  if ((type == "capture" || type == "delivery") && line.member("method") && line.member("target")) {
    return LineKind::capture;
  }
  return type == "ready" && line.member("url") ? LineKind::ours : LineKind::other;
}

Result<FileDelivery> read_capture_line(std::string_view text) {
  const JsonObject line(text);
  FileDelivery delivery;
  delivery.method = line.text_of("method").value_or("");
  delivery.target = line.bytes_of("target", "target_base64").value_or("");
  if (!is_token(delivery.method) || !is_request_target(delivery.target)) {
    return Error{ErrorKind::input, "its method or target is none"};
  }
  if (const auto received_at = line.text_of("received_at")) {
    delivery.received_at = parse_iso8601(*received_at);
    if (!delivery.received_at) {
      return Error{ErrorKind::input,
                   fmt::format("received_at: '{}' is no time", sanitize(*received_at))};
    }
  }
  delivery.remote_address = line.text_of("remote_address").value_or("");
  read_verdict(line, delivery);
  delivery.answered = parse_answered(line.member("answered").value_or(""));
  if (const auto headers = line.member("headers")) {
    delivery.headers = read_json_fields(*headers, "value_base64");
  }
  keep_sendable_fields(delivery);
  TRY_ASSIGN(delivery.body, read_body(line));
  compare_digest(line, delivery);
  return delivery;
}

}  // namespace terra_hook
