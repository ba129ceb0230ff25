// SPDX-License-Identifier: MIT
// Writes JSON the way another program would after parsing it: the bytes that a signature was made
// over, when somebody hashed what their framework wrote instead of what they received.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook::json {

enum class Spacing {
  compact,   ///< `{"a":1,"b":2}`
  spaced,    ///< `{"a": 1, "b": 2}`, Python's default
  indented,  ///< a member a line, `indent` spaces deep (0: a tab)
};

enum class Escapes {
  as_sent,
  ascii,    ///< all that is not ASCII as `\u00e9`
  minimal,  ///< only what must be: quote, backslash, controls
};

enum class Numbers {
  as_sent,
  javascript,  ///< `1.0` becomes `1`, `1e3` becomes `1000`
  python,      ///< `1e3` becomes `1000.0`
};

struct WriteStyle {
  Spacing spacing = Spacing::compact;
  unsigned indent = 2;
  Escapes escapes = Escapes::as_sent;
  bool escapes_slashes = false;  ///< `\/`, as PHP does; only with other than Escapes::as_sent
  bool escapes_html = false;     ///< `<`, `>` and `&` as `\u003c`, as Go does; likewise
  Numbers numbers = Numbers::as_sent;
  bool sorts_keys = false;
};

/// `text` in that style. Nothing when it is not JSON, is deeper than 200 levels, or the result is
/// larger than `max_bytes`.
std::optional<std::string> rewrite(std::string_view text, const WriteStyle& style,
                                   std::uint64_t max_bytes);

}  // namespace terra_hook::json
