// SPDX-License-Identifier: MIT
// Header fields as a user changes them in what is sent (`-H 'Name: value'`). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/header_field.hpp"
#include "base/result.hpp"

namespace terra_hook {

/// A header field to send in place of all those of its name; without a value they are left out.
struct HeaderChange {
  std::string name;
  std::optional<std::string> value;
};

/// `Name: value`, `Name;` for an empty value, `Name:` to leave the field out (curl's forms). The
/// Error is of usage; Host and what frames the message can't be set.
Result<HeaderChange> parse_header_change(std::string_view text);

/// Each name's first change drops what `headers` has of it, so that a name given twice is sent
/// twice.
void change_headers(HeaderFields& headers, const std::vector<HeaderChange>& changes);

}  // namespace terra_hook
