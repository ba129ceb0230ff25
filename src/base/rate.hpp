// SPDX-License-Identifier: MIT
// Rates and shares as people write them.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// The time from one to the next at a rate of `50/s`, `600/min` or `1000/h`. Rates from one a day
/// to a million a second.
Result<std::chrono::nanoseconds> parse_rate(std::string_view text);

/// A share from 0 to 1 written as `10%` or `0.1`.
Result<double> parse_share(std::string_view text);

}  // namespace terra_hook
