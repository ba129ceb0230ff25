// SPDX-License-Identifier: MIT
// A capture as one line of JSON that loses nothing: NDJSON for export and import. The members are
// those of other `capture` objects but for what holds in one store only (numbers, duplicate marks).
// A body is `body_text` when it is text, else `body_base64`; a header value or target that is not
// UTF-8 has a twin `value_base64` or `target_base64` with the exact bytes.
#pragma once

#include <string>
#include <string_view>

#include "capture/capture.hpp"
#include "capture/delivery_file.hpp"

namespace terra_hook {

/// The line, without a newline.
std::string capture_line_json(const Capture& capture);

/// What a line of JSON is.
enum class LineKind {
  capture,  ///< a `capture` or `delivery` object
  ours,     ///< another line of `listen --format ndjson`, such as `ready`
  other,    ///< any other JSON
};

/// `text` must be JSON.
LineKind line_kind(std::string_view text);

/// Reads a `capture` or `delivery` object, `text`, which must be JSON. The Error says why it is no
/// delivery that could be taken over.
Result<FileDelivery> read_capture_line(std::string_view text);

}  // namespace terra_hook
