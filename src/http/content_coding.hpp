// SPDX-License-Identifier: MIT
// Undoes `Content-Encoding` (RFC 9110 §8.4) for display. What is signed, stored and sent on stays
// as received.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "base/result.hpp"

namespace terra_hook {

/// True when `fields` name a content coding other than `identity`.
bool has_content_coding(const HeaderFields& fields);

/// `body` with the codings that `fields` name undone (gzip, x-gzip, deflate, br, zstd; several in
/// order, at most four). Fails with `input` on an unknown coding, broken data, or more than
/// `max_bytes` of result, so that a decompression bomb costs no more than that.
Result<std::string> decode_content(const HeaderFields& fields, std::string_view body,
                                   std::uint64_t max_bytes);

}  // namespace terra_hook
