// SPDX-License-Identifier: MIT
// A body made readable: pretty-printed JSON with every token spelled as sent (nothing goes through
// a document that would change numbers, order or duplicate keys), else text, else a hex dump.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "render/style.hpp"

namespace terra_hook {

struct JsonViewOptions {
  std::size_t width = 80;     ///< arrays of scalars that fit stay on one line
  std::size_t max_lines = 0;  ///< 0: no bound; else the rest is replaced by one line that says so
  std::size_t max_array_items = 0;  ///< 0: no bound; else longer arrays show so many and a count
  std::size_t max_string_columns =
      0;                       ///< 0: no bound; else longer strings are cut and say how long
  std::size_t max_depth = 64;  ///< deeper containers are shown as `{…}` or `[…]`
};

/// `body` as lines that each end in '\n' and never contain a raw control character. Empty for an
/// empty body. Text that is not JSON is shown line by line, binary as a hex dump (first 256 bytes).
std::string json_view(std::string_view body, const JsonViewOptions& options, const Style& style);

}  // namespace terra_hook
