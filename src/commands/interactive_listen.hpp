// SPDX-License-Identifier: MIT
// The full-screen view of `listen` at the terminal: one more renderer, with keys.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/env.hpp"
#include "base/secret.hpp"
#include "commands/forwarder.hpp"
#include "commands/options.hpp"
#include "render/renderer.hpp"
#include "terra/redactor.hpp"

namespace terra_hook {

/// True when somebody sits at a terminal that can show a full screen: standard input and output are
/// one, we are in its foreground, and TERM names more than a dumb one.
bool has_full_screen(const Env& env);

struct InteractiveOptions {
  std::filesystem::path store;  ///< empty: nothing is kept
  std::string store_flag;       ///< of commands to type
  ForwardOptions forward;
  std::vector<NamedSecret> secrets;  ///< to sign with what is replayed
  OutputOptions output;
  std::optional<Redactor> redactor;
};

/// Takes the terminal over with `Ready` and gives it back with `Stopped`; before and after that,
/// and when the terminal's type is not known, which is said, `plain` renders. It also says what is
/// no delivery. Nothing of `env.out` and `env.err` must be written by others in between.
std::unique_ptr<Renderer> make_interactive_renderer(InteractiveOptions options,
                                                    std::unique_ptr<Renderer> plain, Env& env);

}  // namespace terra_hook
