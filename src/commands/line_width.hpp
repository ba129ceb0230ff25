// SPDX-License-Identifier: MIT
// How wide the line of a capture may be.
#pragma once

#include <cstddef>

#include "base/env.hpp"

namespace terra_hook {

/// The columns of standard output; more than any line needs when it is a file or a pipe and COLUMNS
/// says nothing, so that no column is dropped for a terminal that is not there.
std::size_t line_width(const Env& env);

}  // namespace terra_hook
