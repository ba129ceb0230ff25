// SPDX-License-Identifier: MIT
#include "commands/request_display.hpp"

#include "base/terminal.hpp"

namespace terra_hook {

RequestDisplay::RequestDisplay(const OutputOptions& options, Env& env)
    : env_(env),
      style_(err_style(options, env)),
      is_quiet_(options.is_quiet),
      moves_(!options.is_quiet &&
             detect_terminal(env.err.fd(), env.environment, ColorChoice::automatic).is_terminal) {}

RequestDisplay::~RequestDisplay() {
  clear();
}

void RequestDisplay::move(const std::string& text) {
  if (!moves_) return;
  const std::lock_guard lock(mutex_);
  env_.err.write("\r" + text + "\x1b[K");
  is_drawn_ = true;
}

void RequestDisplay::note(const std::string& text) {
  if (is_quiet_) return;
  const std::lock_guard lock(mutex_);
  clear_line();
  env_.err.write(style_.paint(style_.warn, "note: ") + style_.clean(text) + "\n");
}

void RequestDisplay::tell(const std::string& lines) {
  if (!is_quiet_) fail(lines);
}

void RequestDisplay::fail(const std::string& lines) {
  const std::lock_guard lock(mutex_);
  clear_line();
  env_.err.write(lines);
}

void RequestDisplay::clear() {
  const std::lock_guard lock(mutex_);
  clear_line();
}

void RequestDisplay::clear_line() {
  if (is_drawn_) env_.err.write("\r\x1b[K");
  is_drawn_ = false;
}

}  // namespace terra_hook
