// SPDX-License-Identifier: MIT
// What the grammar of HTTP allows in the parts of a message.
#pragma once

#include <string_view>

namespace terra_hook {

/// True for a field's name or a method (RFC 9110 §5.6.2).
bool is_token(std::string_view text);

/// True for what can stand as a target in a request line: printable ASCII and what is beyond it.
bool is_request_target(std::string_view text);

/// True for a control character other than a tab, which no field's value has (RFC 9110 §5.5).
bool is_control_in_value(char c);

}  // namespace terra_hook
