// SPDX-License-Identifier: MIT
// Byte counts as people write and read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// `1048576`, `64MiB`, `10MB`, `512KiB`, `2k`: KB/MB/GB are powers of 1000, KiB/MiB/GiB and the
/// bare letters k/M/G powers of 1024. Negative, empty and overflowing sizes are refused.
Result<std::uint64_t> parse_size(std::string_view text);

/// `412 KB`, `1.3 MB`: three significant digits at most, powers of 1000.
std::string to_human_size(std::uint64_t bytes);

}  // namespace terra_hook
