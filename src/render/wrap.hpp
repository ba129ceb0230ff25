// SPDX-License-Identifier: MIT
// Prose in lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace terra_hook {

/// `text` in lines of at most `width` columns, each after `margin` spaces; the first one's margin
/// is the caller's.
std::string wrap(std::string_view text, std::size_t width, std::size_t margin);

}  // namespace terra_hook
