// SPDX-License-Identifier: MIT
// Changes one value in a JSON text without writing the rest anew: every byte outside of what was
// named stays as it was sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_pointer.hpp"
#include "base/result.hpp"

namespace terra_hook::json {

/// What is to be done at a place.
struct Edit {
  Pointer pointer;
  std::optional<std::string> value;  ///< JSON text to stand there; nothing: remove what is there
};

/// `PTR=VALUE`, split at the first `=` (a key with one is written `#/a%3Db`). A VALUE that is JSON
/// is taken to the byte (`1.0` stays `1.0`), any other becomes a string. The Error is of usage.
Result<Edit> parse_set(std::string_view argument);

/// `PTR`: removes the member or element there.
Result<Edit> parse_unset(std::string_view argument);

/// `text` with the edit done. Setting replaces a value, adds an object's missing member after its
/// last (spaced as that one is), or appends to an array where the pointer ends in `/-`; parents are
/// not made. Removing takes one comma along. Of a repeated key the last member is set, since that
/// is the one parsers read, and all are removed, so that none is left to be read. The Error (input)
/// names the pointer.
Result<std::string> apply(std::string_view text, const Edit& edit);

}  // namespace terra_hook::json
