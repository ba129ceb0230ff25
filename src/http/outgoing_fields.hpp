// SPDX-License-Identifier: MIT
// What is checked and left out of header fields before they are sent on.
#pragma once

#include <string>

#include "base/header_field.hpp"

namespace terra_hook {

/// `headers` without the fields that belong to one connection: Host, Content-Length, and those of
/// RFC 9110 §7.6.1 with the ones that Connection names.
HeaderFields without_hop_fields(const HeaderFields& headers);

/// What is wrong with a field that is to be sent, or "": a name that is no token (RFC 9110 §5.1), a
/// value with a control character other than a tab (§5.5). Line breaks would begin a new field.
std::string field_problem(const HeaderField& field);

}  // namespace terra_hook
