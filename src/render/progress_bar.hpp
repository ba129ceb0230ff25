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

/// The figure of a spinner after `elapsed`; one column wide.
std::string_view spinner_figure(std::chrono::milliseconds elapsed, const Style& style);

}  // namespace terra_hook
