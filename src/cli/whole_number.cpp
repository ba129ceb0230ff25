// SPDX-License-Identifier: MIT
#include "cli/whole_number.hpp"

#include <fmt/format.h>

#include "base/terminal.hpp"

namespace terra_hook {

Error not_a_number(std::string_view text, std::string_view what, const std::string& low,
                   const std::string& high) {
  return {ErrorKind::usage, fmt::format("'{}' is not {}", sanitize(text), what),
          fmt::format("{} to {}", low, high)};
}

}  // namespace terra_hook
