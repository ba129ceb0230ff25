// SPDX-License-Identifier: MIT
// A capture as a file that holds an HTTP/1.1 request: readable, editable, and fit to be sent as it
// is. What the request itself can't hold is in fields that begin with X-Terra-Hook- and are no part
// of the delivery:
//
//   X-Terra-Hook-Received-At, -Remote-Address, -Verdict, -Secret, -Reason
//       what is known about the delivery
//   X-Terra-Hook-Field: NAME: VALUE
//       the delivery's own field NAME, which stood here but would be misread: Transfer-Encoding
//       (the body is stored without its chunks), a Content-Length that is not the body's, or a name
//       that begins with X-Terra-Hook- itself
//   X-Terra-Hook-Added: Content-Length
//       the Content-Length just above is not the delivery's
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "capture/capture.hpp"
#include "capture/delivery_file.hpp"

namespace terra_hook {

/// Request line and fields, with the empty line that ends them. The body follows as bytes. Without
/// facts only the fields that keep the message sendable and the delivery's own headers intact.
std::string http_file_head(const Capture& capture, bool with_facts);

/// Reads what http_file_head() wrote and the body after it, or any HTTP request as text. Errors
/// name the line or the field.
Result<FileDelivery> read_http_file(std::string_view text);

}  // namespace terra_hook
