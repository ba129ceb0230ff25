// SPDX-License-Identifier: MIT
// A JSON body with its personal values masked, token by token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terra/mask.hpp"

namespace terra_hook {

/// The text of `body` with masks for its personal values, everything else as sent; nothing when it
/// is not JSON.
std::optional<std::string> mask_body(std::string_view body, const Mask& mask);

}  // namespace terra_hook
