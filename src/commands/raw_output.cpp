// SPDX-License-Identifier: MIT
#include "commands/raw_output.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/terminal.hpp"
#include "render/shown_text.hpp"

namespace terra_hook {

Result<void> check_fit_for_output(std::string_view bytes, std::string_view what, std::string hint,
                                  const Env& env) {
  const Terminal terminal = detect_terminal(env.out.fd(), env.environment, ColorChoice::never);
  if (!terminal.is_terminal || is_fit_for_terminal(bytes, terminal.unicode)) return {};
  return Error{ErrorKind::input,
               fmt::format("{} holds bytes that this terminal would act on", what),
               std::move(hint)};
}

}  // namespace terra_hook
