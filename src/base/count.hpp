// SPDX-License-Identifier: MIT
// Numbers of things, as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace terra_hook {

/// `1,204`.
std::string grouped_digits(std::uint64_t number);

/// `1 capture`, `1,204 captures`; `many` is the plural where an s does not make it.
std::string counted(std::uint64_t number, std::string_view one, std::string_view many = "");

}  // namespace terra_hook
