// SPDX-License-Identifier: MIT
// HTTP header fields as they were sent: order, spelling and repetition kept (RFC 9110 §5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook {

/// One header line. The value has no surrounding white space and no line break.
struct HeaderField {
  std::string name;
  std::string value;

  bool operator==(const HeaderField&) const = default;
};

using HeaderFields = std::vector<HeaderField>;

/// The first value of the field called `name` in any case, or nothing.
std::optional<std::string_view> find_field(const HeaderFields& fields, std::string_view name);

/// All values of `name` as one list value, joined with ", " (RFC 9110 §5.3), or nothing.
std::optional<std::string> joined_field(const HeaderFields& fields, std::string_view name);

/// `Name: value CR LF` for each field, in order: how a header section is stored.
std::string to_header_section(const HeaderFields& fields);

/// The fields of what to_header_section() wrote. Lines without a colon are dropped.
HeaderFields parse_header_section(std::string_view section);

}  // namespace terra_hook
