// SPDX-License-Identifier: MIT
// A request as a command line for curl, to be pasted into a shell.
#pragma once

#include <string>
#include <string_view>

#include "base/header_field.hpp"

namespace terra_hook {

/// Several lines joined by backslashes, with a newline at the end. The body goes out to the byte:
/// as a quoted word where it is printable and short, else as base64. Values of fields that carry
/// credentials (Authorization, Cookie, API keys) are not shown: a shell variable named after the
/// field stands for each.
std::string curl_command(std::string_view method, std::string_view url, const HeaderFields& headers,
                         std::string_view body);

}  // namespace terra_hook
