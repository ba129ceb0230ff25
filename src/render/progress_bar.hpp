// SPDX-License-Identifier: MIT
// What moves while something takes its time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "render/style.hpp"

namespace terra_hook {

/// `share` (0 to 1) of `columns` filled.
std::string progress_bar(double share, std::size_t columns, const Style& style);

/// The bar that fits before `facts` on a line, of at most 30 columns; "" where there is no room.
std::string bar_before(std::string_view facts, double share, const Style& style);

/// `text` cut to less than the width, so that the cursor stays on the line.
std::string moving_line(std::string_view text, const Style& style);

/// The figure of a spinner after `elapsed`; one column wide.
std::string_view spinner_figure(std::chrono::milliseconds elapsed, const Style& style);

}  // namespace terra_hook
