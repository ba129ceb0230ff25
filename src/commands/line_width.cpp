// SPDX-License-Identifier: MIT
#include "commands/line_width.hpp"

namespace terra_hook {

std::size_t line_width(const Env& env) {
  constexpr std::size_t k_unbounded = 1000;
  const Terminal terminal = detect_terminal(env.out.fd(), env.environment, ColorChoice::never);
  const bool is_known = terminal.is_terminal || !env.environment("COLUMNS").value_or("").empty();
  return is_known ? terminal.width : k_unbounded;
}

}  // namespace terra_hook
