// SPDX-License-Identifier: MIT
// Reads a signature header with good will: what a header that was quoted, folded, percent-encoded
// or otherwise mistreated on its way would have said. For diagnosis only, never for a verdict.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "webhook/hmac.hpp"

namespace terra_hook {

/// One reading of a header.
struct SignatureClaim {
  std::string timestamp;  ///< as sent; empty when the header has none
  std::string digest;     ///< decoded bytes
  HashFunction hash = HashFunction::sha256;
  bool is_prefix = false;  ///< the digest was cut: its first bytes are all there is
  /// What had to be mended to read it so: names of k_header_causes; empty for a header as Terra
  /// sends it.
  std::vector<std::string_view> mended;
};

/// A way in which a header goes wrong.
struct HeaderCause {
  std::string_view name;
  std::string_view what;
  std::string_view advice;
};

/// The cause called `name`, which is one of those in `SignatureClaim::mended`.
const HeaderCause& header_cause(std::string_view name);

/// All readings of `value` that have a digest of at least 8 bytes; at most 32, and of a value
/// longer than 4 KiB none.
std::vector<SignatureClaim> read_signature_claims(std::string_view value);

}  // namespace terra_hook
