// SPDX-License-Identifier: MIT
#include "http/header_change.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "http/outgoing_fields.hpp"

namespace terra_hook {

Result<HeaderChange> parse_header_change(std::string_view text) {
  const auto end = text.find_first_of(":;");
  const Error refused{ErrorKind::usage, fmt::format("'{}' is not a header field", sanitize(text)),
                      "write it like 'X-Name: value'; 'X-Name:' leaves the field out"};
  if (end == std::string_view::npos || end == 0) return refused;
  HeaderField field{std::string(trim(text.substr(0, end))),
                    std::string(trim(text.substr(end + 1)))};
  const bool is_empty = text[end] == ';';
  if (is_empty && !field.value.empty()) return refused;
  if (const std::string problem = field_problem(field); !problem.empty()) {
    return Error{ErrorKind::usage, problem, refused.hint};
  }
  if (without_hop_fields({field}).empty()) {
    return Error{ErrorKind::usage,
                 fmt::format("{} belongs to the connection and can't be set", field.name),
                 "leave it out"};
  }
  HeaderChange change{std::move(field.name), std::nullopt};
  if (is_empty || !field.value.empty()) change.value = std::move(field.value);
  return change;
}

void change_headers(HeaderFields& headers, const std::vector<HeaderChange>& changes) {
  for (const HeaderChange& change : changes) {
    std::erase_if(headers, [&](const HeaderField& field) {
      return equals_ignoring_case(field.name, change.name);
    });
  }
  for (const HeaderChange& change : changes) {
    if (change.value) headers.push_back({change.name, *change.value});
  }
}

}  // namespace terra_hook
