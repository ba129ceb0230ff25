// SPDX-License-Identifier: MIT
// JSON numbers compared as the decimal numbers they spell, not as the doubles
// that parsers make of them: 20 digits count.
#pragma once

#include <string_view>

namespace terra_hook::json {

/// True when two number tokens spell the same value (`1.0`, `1` and `10e-1`
/// do), or values that differ by at most `tolerance`. Values too far from zero
/// for a long double are only compared as spelled.
bool same_number(std::string_view a, std::string_view b, double tolerance = 0);

}  // namespace terra_hook::json
