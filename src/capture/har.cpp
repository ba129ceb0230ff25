// SPDX-License-Identifier: MIT
#include "capture/har.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "capture/json_members.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  // What a terminal acts on becomes JSON's own escapes: the value stays the same.
  return sanitize(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json har_fields(const HeaderFields& headers) {
  Json fields = Json::array();
  for (const HeaderField& field : headers) {
    Json& object = fields.emplace_back(Json{{"name", field.name}, {"value", field.value}});
    if (!is_utf8(field.value)) object["_value_base64"] = to_base64(field.value);
  }
  return fields;
}

// An absolute URL is obligatory; a target that is no path (RFC 9112 §3.2.2) stays as it is.
std::string url_of(const Capture& capture) {
  if (!capture.target.starts_with('/')) return capture.target;
  const auto host = find_field(capture.headers, "Host");
  const bool has_host = host && !host->empty();
  return fmt::format("http://{}{}", has_host ? *host : "localhost", capture.target);
}

Json request_json(const Capture& capture) {
  Json request{{"method", capture.method},
               {"url", url_of(capture)},
               {"httpVersion", "HTTP/1.1"},
               {"cookies", Json::array()},
               {"headers", har_fields(capture.headers)},
               {"queryString", Json::array()}};
  const auto media_type = find_field(capture.headers, "Content-Type");
  Json& post = request["postData"] = Json{{"mimeType", media_type.value_or("")}};
  post["params"] = Json::array();
  const bool is_text = is_plain_text(capture.body);
  post["text"] = is_text ? capture.body : to_base64(capture.body);
  if (!is_text) post["encoding"] = "base64";
  request["headersSize"] = -1;
  request["bodySize"] = capture.body_size;
  return request;
}

// All that is kept of the answer is its status; the members are obligatory.
Json response_json(const Capture& capture) {
  return Json{{"status", answered_status(capture).value_or(0)},
              {"statusText", ""},
              {"httpVersion", ""},
              {"cookies", Json::array()},
              {"headers", Json::array()},
              {"content", Json{{"size", 0}, {"mimeType", "x-unknown"}}},
              {"redirectURL", ""},
              {"headersSize", -1},
              {"bodySize", -1}};
}

Json facts_json(const Capture& capture) {
  Json facts{{"target", capture.target}};
  if (!is_utf8(capture.target)) facts["target_base64"] = to_base64(capture.target);
  if (!capture.remote_address.empty()) facts["remote_address"] = capture.remote_address;
  facts["verdict"] = to_string(capture.verdict);
  if (!capture.secret_name.empty()) facts["secret"] = capture.secret_name;
  if (!capture.verdict_reason.empty()) facts["reason"] = capture.verdict_reason;
  return facts;
}

// The request target of a URL. Spaces and controls, which browsers show decoded, are escaped again.
std::string target_of(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    url.remove_prefix(std::min(url.find_first_of("/?#"), url.size()));
  }
  url = url.substr(0, url.find('#'));
  std::string target = url.starts_with('/') ? "" : "/";
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) {
      target += fmt::format("%{:02X}", byte);
    } else {
      target += c;
    }
  }
  return target;
}

bool has_elements(std::string_view array) {
  bool has_any = false;
  for_each_element(array, [&](std::string_view) { return !(has_any = true); });
  return has_any;
}

bool is_positive(std::string_view number) {
  return number.find_first_of("123456789") == 0;
}

// Whether there was a body although `request` holds none. Browsers leave out what they sent as
// multipart altogether and count it as 0, but not so in the header.
bool has_lost_body(const JsonObject& request, const HeaderFields& headers) {
  return is_positive(request.member("bodySize").value_or("0")) ||
         (!request.member("postData") &&
          is_positive(find_field(headers, "Content-Length").value_or("0")));
}

// The body in `postData`; an empty one when the request has none.
Result<std::string> har_body(const JsonObject& request, const HeaderFields& headers) {
  const JsonObject post = request.object_of("postData");
  auto text = post.text_of("text");
  if (!text || text->empty()) {
    if (has_elements(post.member("params").value_or(""))) {
      return Error{ErrorKind::input, "its body is only given as form fields"};
    }
    if (has_lost_body(request, headers)) {
      return Error{ErrorKind::input, "the file leaves its body out"};
    }
    return std::string();
  }
  const auto encoding = post.text_of("encoding");
  if (!encoding || encoding->empty()) return *std::move(text);
  if (!equals_ignoring_case(*encoding, "base64")) {
    return Error{ErrorKind::input,
                 fmt::format("its body has the unknown encoding '{}'", sanitize(*encoding))};
  }
  auto body = from_base64(*text);
  if (!body) return Error{ErrorKind::input, "its body is not base64, as it says"};
  return *std::move(body);
}

void read_facts(const JsonObject& facts, FileDelivery& delivery) {
  if (auto target = facts.bytes_of("target", "target_base64")) delivery.target = *std::move(target);
  if (const auto verdict = facts.text_of("verdict")) delivery.verdict = parse_verdict(*verdict);
  delivery.remote_address = facts.text_of("remote_address").value_or("");
  delivery.secret_name = facts.text_of("secret").value_or("");
  delivery.verdict_reason = facts.text_of("reason").value_or("");
}

// Says which entry's delivery it is, or why it is none.
class EntryReader {
 public:
  EntryReader(const DeliveryReadOptions& options, const DeliveryVisitor& visitor)
      : options_(options), visitor_(visitor) {}

  Result<bool> read(const JsonObject& entry) {
    ++number_;
    if (!is_json_object(entry.member("request").value_or(""))) {
      return skip("it has no request", true);
    }
    const JsonObject request = entry.object_of("request");
    const std::string method = request.text_of("method").value_or("");
    if (!is_token(method)) return skip("its method is none", true);
    if (method != "POST") return skip(method + ", not POST", false);
    FileDelivery delivery;
    delivery.target = target_of(request.text_of("url").value_or("/"));
    if (const auto time = entry.text_of("startedDateTime")) {
      delivery.received_at = parse_iso8601(*time);
    }
    read_facts(entry.object_of("_terra_hook"), delivery);
    delivery.answered = parse_answered(entry.object_of("response").member("status").value_or(""));
    if (!is_request_target(delivery.target)) return skip("its URL is none", true);
    if (const auto headers = request.member("headers")) {
      delivery.headers = read_json_fields(*headers, "_value_base64");
    }
    keep_sendable_fields(delivery);
    auto body = har_body(request, delivery.headers);
    if (!body) return skip(body.error().message, true);
    if (body->size() > options_.max_body) {
      return skip("its body is larger than " + to_human_size(options_.max_body), true);
    }
    delivery.body = *std::move(body);
    delivery.place = place();
    return visitor_.on_delivery(std::move(delivery));
  }

 private:
  std::string place() const { return fmt::format("entry {}", number_); }

  Result<bool> skip(std::string reason, bool is_damaged) {
    if (visitor_.on_skipped) visitor_.on_skipped({place(), std::move(reason), is_damaged});
    return true;
  }

  const DeliveryReadOptions& options_;
  const DeliveryVisitor& visitor_;
  std::size_t number_ = 0;
};

}  // namespace

std::string har_begin(std::string_view version) {
  const Json creator{{"name", "terra-hook"}, {"version", version}};
  return fmt::format("{{\"log\":{{\"version\":\"1.2\",\"creator\":{},\"entries\":[\n",
                     dump(creator));
}

std::string har_end() {
  return "\n]}}\n";
}

std::string har_entry(const Capture& capture) {
  Json entry{{"startedDateTime", to_rfc3339(capture.received_at)}, {"time", 0}};
  entry["request"] = request_json(capture);
  entry["response"] = response_json(capture);
  entry["cache"] = Json::object();
  entry["timings"] = Json{{"send", 0}, {"wait", 0}, {"receive", 0}};
  entry["_terra_hook"] = facts_json(capture);
  return dump(entry);
}

bool is_har(std::string_view text) {
  return is_json_object(JsonObject(text).member("log").value_or(""));
}

Result<void> read_har(std::string_view text, const DeliveryReadOptions& options,
                      const DeliveryVisitor& visitor) {
  const std::string_view entries = JsonObject(text).object_of("log").member("entries").value_or("");
  if (!is_json_array(entries)) {
    return Error{ErrorKind::input, "the HAR file has no entries",
                 "save it again once the requests are in it"};
  }
  EntryReader reader(options, visitor);
  std::optional<Error> error;
  for_each_element(entries, [&](std::string_view entry) {
    auto goes_on = reader.read(JsonObject(entry));
    if (!goes_on) error = goes_on.error();
    return goes_on && *goes_on;
  });
  if (error) return *std::move(error);
  return {};
}

}  // namespace terra_hook
