// SPDX-License-Identifier: MIT
// Brings the terminal back when the process ends by a signal while it shows a full screen: a shell
// without echo, in the wrong screen and without a cursor is of no use to anybody.
#pragma once

#include <string_view>

namespace terra_hook {

/// One at a time in a process. While it lives, a signal that ends the process by default (SIGQUIT,
/// SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) and that nobody else has caught first restores the
/// terminal, then ends the process as it would have.
class TerminalRestorer {
 public:
  /// Remembers the modes of the terminal `fd` as they are now, and what has to be written to it to
  /// undo what will be (at most 256 bytes).
  TerminalRestorer(int fd, std::string_view reset);
  ~TerminalRestorer();
  TerminalRestorer(const TerminalRestorer&) = delete;
  TerminalRestorer& operator=(const TerminalRestorer&) = delete;
};

/// Restores it if a TerminalRestorer lives. Async-signal-safe; for who ends the process from a
/// signal handler.
void restore_terminal() noexcept;

}  // namespace terra_hook
