// SPDX-License-Identifier: MIT
#include "terra/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "http/address.hpp"
#include "terra/body_masker.hpp"
#include "terra/scrub.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {
namespace {

/// What says how the request was made and nothing of anybody, in lower case.
constexpr std::string_view k_impersonal[] = {"accept",
                                             "accept-encoding",
                                             "accept-language",
                                             "cache-control",
                                             "connection",
                                             "te",
                                             "content-type",
                                             "content-length",
                                             "content-encoding",
                                             "date",
                                             "expect",
                                             "keep-alive",
                                             "transfer-encoding",
                                             "x-forwarded-proto",
                                             "x-terra-ordering-timestamp",
                                             "pragma",
                                             "user-agent"};

bool is_all(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

/// `v1=46af…` as `v1=0000…`; a time stays; all else goes.
std::string masked_signature_item(std::string_view item) {
  const std::size_t equals = std::min(item.find('='), item.size());
  const std::string_view name = trim(item.substr(0, equals));
  const std::string_view value = trim(item.substr(std::min(equals + 1, item.size())));
  constexpr std::string_view k_digits = "0123456789";
  if (name == "t" && is_all(value, k_digits)) return std::string(item);
  const bool is_scheme = name.size() > 1 && name[0] == 'v' && is_all(name.substr(1), k_digits);
  if (!is_scheme) return item.empty() ? "" : "hidden";
  return fmt::format("{}={}", name, std::string(value.size(), '0'));
}

std::string masked_signature(std::string_view value) {
  std::string out;
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find(',', begin), value.size());
    if (begin > 0) out += ',';
    out += masked_signature_item(value.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

/// An id whose `:chunk:<n>` stays.
std::string masked_id(PersonalKind kind, std::string_view value, const Mask& mask) {
  const std::size_t suffix = std::min(value.find(":chunk:"), value.size());
  return mask.text(kind, value.substr(0, suffix)) + std::string(value.substr(suffix));
}

}  // namespace

std::string Redactor::body(std::string_view body) const {
  if (body.empty()) return "";
  if (auto masked = mask_body(body, mask_)) return *std::move(masked);
  return fmt::format("(hidden: {} bytes that are not JSON)", body.size());
}

HeaderFields Redactor::headers(const HeaderFields& fields, std::size_t body_size) const {
  HeaderFields masked;
  for (const HeaderField& field : fields) {
    const std::string name = to_lower(field.name);
    if (name == "content-encoding") continue;
    std::string value = field.value;
    if (name == "content-length") {
      value = std::to_string(body_size);
    } else if (equals_ignoring_case(name, k_signature_field) ||
               equals_ignoring_case(name, k_deprecated_signature_field)) {
      value = masked_signature(value);
    } else if (name == "terra-reference") {
      value = request_reference(value);
    } else if (name == "x-terra-trace-id") {
      value = masked_id(PersonalKind::event, value, mask_);
    } else if (name == "host") {
      value = address(value);
    } else if (std::ranges::find(k_impersonal, name) == std::end(k_impersonal)) {
      value = mask_.text(PersonalKind::unknown, value);
    }
    masked.push_back({field.name, std::move(value)});
  }
  return masked;
}

std::string Redactor::target(std::string_view target) const {
  return masked_target(target, mask_);
}

std::string Redactor::address(std::string_view address) const {
  const std::size_t colon = address.rfind(':');
  const bool has_port = colon != std::string_view::npos &&
                        (address.find(':') == colon || address.find(']') == colon - 1);
  const std::string_view host = has_port ? address.substr(0, colon) : address;
  return is_this_machine(host) ? std::string(address) : mask_.text(PersonalKind::address, host);
}

std::string Redactor::request_reference(std::string_view reference) const {
  return masked_id(PersonalKind::request, reference, mask_);
}

std::string Redactor::sentence(std::string_view text) const {
  return scrub(text, {}, mask_);
}

}  // namespace terra_hook
