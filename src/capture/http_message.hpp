// SPDX-License-Identifier: MIT
// A capture as the text of an HTTP/1.1 request (RFC 9112): readable, editable, body exact.
#pragma once

#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/result.hpp"

namespace terra_hook {

struct HttpMessage {
  std::string method;
  std::string target;
  HeaderFields headers;
  std::string body;

  bool operator==(const HttpMessage&) const = default;
};

/// True when `text` begins with an HTTP/1.x request line.
bool looks_like_http_message(std::string_view text);

/// Reads a message whose lines end in CRLF or LF; everything after the empty line is the body,
/// whatever Content-Length says (an edited file's length is often wrong). At most 1,000 fields and
/// 1 MiB of head. Errors name the line.
Result<HttpMessage> parse_http_message(std::string_view text);

/// The request line, the fields as they are, an empty line; all with CRLF. The body follows as
/// bytes.
std::string http_message_head(std::string_view method, std::string_view target,
                              const HeaderFields& headers);

}  // namespace terra_hook
