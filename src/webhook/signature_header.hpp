// SPDX-License-Identifier: MIT
// Takes the value of a signature header apart, and says in words what is wrong with one that can't
// be checked. Judges no signature.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace terra_hook {

/// What a signature header says. It can be checked when `problem` is empty. Nothing of a stranger's
/// text gets into `problem` and `notes` but short pieces of printable ASCII.
struct SignatureHeader {
  std::string timestamp;                 ///< `t` as sent, when it is well-formed
  std::vector<Sha256Digest> signatures;  ///< the well-formed `v1` items
  std::string problem;
  std::vector<std::string> notes;  ///< oddities that do no harm
};

/// Reads `t=<Unix seconds>,v1=<64 hex digits>`: blanks around items and `=`, empty items and
/// unknown keys are ignored, the last `t` counts, at most 16 `v1` are looked at.
SignatureHeader parse_signature_header(std::string_view raw_value);

}  // namespace terra_hook
