// SPDX-License-Identifier: MIT
#include "capture/http_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "capture/http_message.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_prefix = "X-Terra-Hook-";
constexpr std::string_view k_received_at = "X-Terra-Hook-Received-At";
constexpr std::string_view k_remote_address = "X-Terra-Hook-Remote-Address";
constexpr std::string_view k_verdict = "X-Terra-Hook-Verdict";
constexpr std::string_view k_secret = "X-Terra-Hook-Secret";
constexpr std::string_view k_reason = "X-Terra-Hook-Reason";
constexpr std::string_view k_answered = "X-Terra-Hook-Answered";
constexpr std::string_view k_field = "X-Terra-Hook-Field";
constexpr std::string_view k_added = "X-Terra-Hook-Added";
constexpr std::string_view k_length = "Content-Length";

bool is_ours(std::string_view name) {
  return equals_ignoring_case(name.substr(0, k_prefix.size()), k_prefix);
}

// A fact that would not survive being a field's value is left out.
void add_fact(HeaderFields& fields, std::string_view name, std::string_view value) {
  const bool is_clean = std::none_of(value.begin(), value.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (!value.empty() && is_clean && trim(value) == value) {
    fields.push_back({std::string(name), std::string(value)});
  }
}

void add_facts(HeaderFields& fields, const Capture& capture) {
  add_fact(fields, k_received_at, to_rfc3339(capture.received_at));
  add_fact(fields, k_remote_address, capture.remote_address);
  add_fact(fields, k_verdict, to_string(capture.verdict));
  add_fact(fields, k_secret, capture.secret_name);
  add_fact(fields, k_reason, capture.verdict_reason);
  if (const auto status = answered_status(capture)) {
    add_fact(fields, k_answered, std::to_string(*status));
  }
}

// Takes our fields out of those that were read.
class FieldReader {
 public:
  explicit FieldReader(FileDelivery& delivery) : delivery_(delivery) {}

  Result<void> read(HeaderField field) {
    if (!is_ours(field.name)) {
      delivery_.headers.push_back(std::move(field));
      return {};
    }
    if (equals_ignoring_case(field.name, k_field)) return read_field(field.value);
    if (equals_ignoring_case(field.name, k_added)) return drop_added(field.value);
    return read_fact(field);
  }

 private:
  Result<void> read_field(std::string_view line) {
    HeaderFields own = parse_header_section(line);
    if (own.size() != 1 || !is_token(own[0].name)) {
      return Error{ErrorKind::input, fmt::format("{} holds no header field", k_field),
                   fmt::format("write it as `{}: Name: value`", k_field)};
    }
    delivery_.headers.push_back(std::move(own[0]));
    return {};
  }

  Result<void> drop_added(std::string_view name) {
    HeaderFields& headers = delivery_.headers;
    if (headers.empty() || !equals_ignoring_case(headers.back().name, name)) {
      return Error{ErrorKind::input, fmt::format("{} does not follow the field it names", k_added),
                   fmt::format("it belongs just below {}", k_length)};
    }
    headers.pop_back();
    return {};
  }

  Result<void> read_fact(const HeaderField& field) {
    const auto unreadable = [&](std::string_view what) {
      return Error{ErrorKind::input,
                   fmt::format("{}: '{}' is no {}", field.name, sanitize(field.value), what),
                   "write it as export does, or leave the line out"};
    };
    if (equals_ignoring_case(field.name, k_received_at)) {
      delivery_.received_at = parse_iso8601(field.value);
      if (!delivery_.received_at) return unreadable("time");
    } else if (equals_ignoring_case(field.name, k_verdict)) {
      delivery_.verdict = parse_verdict(field.value);
      if (!delivery_.verdict) return unreadable("verdict");
    } else if (equals_ignoring_case(field.name, k_answered)) {
      delivery_.answered = parse_answered(field.value);
      if (!delivery_.answered) return unreadable("status");
    } else if (equals_ignoring_case(field.name, k_remote_address)) {
      delivery_.remote_address = field.value;
    } else if (equals_ignoring_case(field.name, k_secret)) {
      delivery_.secret_name = field.value;
    } else if (equals_ignoring_case(field.name, k_reason)) {
      delivery_.verdict_reason = field.value;
    } else {
      delivery_.notes.push_back(fmt::format("{} means nothing here", field.name));
    }
    return {};
  }

  FileDelivery& delivery_;
};

}  // namespace

std::string http_file_head(const Capture& capture, bool with_facts) {
  HeaderFields fields;
  if (with_facts) add_facts(fields, capture);
  const std::string length = std::to_string(capture.body_size);
  bool has_length = false;
  for (const HeaderField& field : capture.headers) {
    const bool is_length = equals_ignoring_case(field.name, k_length);
    const bool is_framing = is_length || equals_ignoring_case(field.name, "Transfer-Encoding");
    if (is_length && !has_length && field.value == length) {
      has_length = true;
      fields.push_back(field);
    } else if (is_framing || is_ours(field.name)) {
      fields.push_back({std::string(k_field), field.name + ": " + field.value});
    } else {
      fields.push_back(field);
    }
  }
  if (!has_length && capture.body_size > 0) {
    fields.push_back({std::string(k_length), length});
    fields.push_back({std::string(k_added), std::string(k_length)});
  }
  return http_message_head(capture.method, capture.target, fields);
}

Result<FileDelivery> read_http_file(std::string_view text) {
  TRY_ASSIGN(HttpMessage message, parse_http_message(text));
  FileDelivery delivery;
  delivery.method = std::move(message.method);
  delivery.target = std::move(message.target);
  delivery.body = std::move(message.body);
  FieldReader reader(delivery);
  const auto length = find_field(message.headers, k_length);
  if (length && *length != std::to_string(delivery.body.size())) {
    delivery.notes.push_back(fmt::format("its Content-Length is {}, its body has {} bytes",
                                         sanitize(*length), delivery.body.size()));
  }
  for (HeaderField& field : message.headers) TRY(reader.read(std::move(field)));
  keep_sendable_fields(delivery);
  return delivery;
}

}  // namespace terra_hook
