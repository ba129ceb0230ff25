// SPDX-License-Identifier: MIT
#include "webhook/delivery_ids.hpp"

#include <charconv>
#include <string_view>

namespace terra_hook {

namespace {

constexpr std::size_t k_max_value_length = 512;
constexpr std::string_view k_chunk_mark = ":chunk:";

// Digits only: no sign, no white space, nothing that does not fit.
std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<std::string> read_value(const HeaderFields& fields, std::string_view name) {
  const auto value = find_field(fields, name);
  if (!value || value->empty() || value->size() > k_max_value_length) {
    return std::nullopt;
  }
  return std::string(*value);
}

struct ChunkedId {
  std::string_view id;
  std::optional<std::int64_t> chunk;
};

ChunkedId split_chunk(std::string_view text) {
  const std::size_t mark = text.rfind(k_chunk_mark);
  if (mark != std::string_view::npos) {
    if (const auto chunk = parse_number(text.substr(mark + k_chunk_mark.size()))) {
      return {text.substr(0, mark), chunk};
    }
  }
  return {text, std::nullopt};
}

}  // namespace

DeliveryIds read_delivery_ids(const HeaderFields& fields) {
  DeliveryIds ids;
  ids.trace_id = read_value(fields, "X-Terra-Trace-Id");
  if (ids.trace_id) {
    ids.chunk = split_chunk(*ids.trace_id).chunk;
  }
  auto reference = read_value(fields, "terra-reference");
  if (!reference) {
    reference = read_value(fields, "X-Terra-Reference");
  }
  if (reference) {
    const ChunkedId split = split_chunk(*reference);
    if (!split.id.empty()) {
      ids.terra_reference = std::string(split.id);
    }
    if (!ids.chunk) {
      ids.chunk = split.chunk;
    }
  }
  if (const auto value = find_field(fields, "X-Terra-Ordering-Timestamp")) {
    ids.ordering_timestamp = parse_number(*value);
  }
  return ids;
}

bool is_large_request(const std::optional<std::string>& event_type) {
  return event_type &&
         (event_type->starts_with("large_request_") || event_type->starts_with("large-request-"));
}

DeliveryIds read_delivery_ids(const HeaderFields& fields, const Summary& summary) {
  DeliveryIds ids = read_delivery_ids(fields);
  if (!ids.terra_reference && summary.reference && is_large_request(summary.event_type)) {
    const std::string_view reference = split_chunk(*summary.reference).id;
    if (!reference.empty()) {
      ids.terra_reference = std::string(reference);
    }
  }
  return ids;
}

}  // namespace terra_hook
