// SPDX-License-Identifier: MIT
// A body made readable: pretty-printed JSON with every token spelled as sent (nothing goes through
// a document that would change numbers, order or duplicate keys), else text, else a hex dump.
#pragma once

#include <cstddef>
#include <functional>
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
  std::size_t max_samples =
      0;  ///< 0: no bound; else longer arrays of samples become one line (sample_fold.hpp)
  bool may_be_text = false;  ///< text that is not JSON is shown without a word about that
};

/// Takes a piece of text; false when no more is wanted.
using TextSink = std::function<bool(std::string_view)>;

/// `body` as lines that each end in '\n' and never contain a raw control character. Empty for an
/// empty body. Text that is not JSON is shown line by line, binary as a hex dump (first 256 bytes),
/// both under a line that says where they stop being JSON, unless text is as good.
std::string json_view(std::string_view body, const JsonViewOptions& options, const Style& style);

/// The same, handed on in pieces: memory stays bounded however long `body` and its strings are.
/// False when the sink did not want more. Linear time.
bool json_view(std::string_view body, const JsonViewOptions& options, const Style& style,
               const TextSink& sink);

}  // namespace terra_hook
