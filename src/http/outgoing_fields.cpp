// SPDX-License-Identifier: MIT
#include "http/outgoing_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

/// The fields of RFC 9110 §7.6.1 and the two that describe one hop's message.
constexpr std::string_view k_hop_fields[] = {
    "host", "content-length",    "connection", "proxy-connection", "keep-alive",
    "te",   "transfer-encoding", "upgrade"};

}  // namespace

HeaderFields without_hop_fields(const HeaderFields& headers) {
  std::string nominated;
  if (const auto connection = joined_field(headers, "Connection")) nominated = *connection;
  const auto is_nominated = [&](std::string_view name) {
    for (std::string_view rest = nominated; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      if (equals_ignoring_case(trim(rest.substr(0, end)), name)) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  };
  HeaderFields kept;
  for (const HeaderField& field : headers) {
    const bool is_hop =
        std::any_of(std::begin(k_hop_fields), std::end(k_hop_fields),
                    [&](std::string_view name) { return equals_ignoring_case(field.name, name); });
    if (!is_hop && !is_nominated(field.name)) kept.push_back(field);
  }
  return kept;
}

std::string field_problem(const HeaderField& field) {
  const std::string shown = truncate(sanitize(field.name), 40);
  if (!is_token(field.name)) return fmt::format("'{}' is not the name of a header field", shown);
  if (std::any_of(field.value.begin(), field.value.end(), is_control_in_value)) {
    return fmt::format("the value of {} has a line break or another control character", shown);
  }
  return "";
}

}  // namespace terra_hook
