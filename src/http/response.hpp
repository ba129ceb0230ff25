// SPDX-License-Identifier: MIT
// Responses of our own making, as bytes on the wire (RFC 9112 §4).
#pragma once

#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/time.hpp"

namespace terra_hook {

/// The status of an HttpResponse that is none: the connection is closed without an answer.
inline constexpr int k_no_answer = 0;

struct HttpResponse {
  int status = 200;
  HeaderFields headers;  ///< Content-Length, Connection and Date are the server's own
  std::string body;
};

/// True for 2xx, the only answers that Terra takes for success (docs.tryterra.co, Webhooks).
constexpr bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// The reason phrase of RFC 9110 §15 for `status`, or "".
std::string_view reason_phrase(int status);

/// A JSON response with one member: `{"error":"<message>"}`. `message` is ours and needs no
/// escaping.
HttpResponse json_error(int status, std::string_view message);

/// How the connection goes on after a response.
enum class Persistence {
  keep_alive,       ///< HTTP/1.1's default: nothing is said
  keep_alive_said,  ///< for HTTP/1.0 clients that asked for it
  close,
};

/// The whole response. `with_body` is false for an answer to HEAD.
std::string to_wire(const HttpResponse& response, Persistence persistence, bool with_body,
                    UtcTime now);

}  // namespace terra_hook
