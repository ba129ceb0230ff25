// SPDX-License-Identifier: MIT
#include "base/terminal_restorer.hpp"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace terra_hook {
namespace {

constexpr std::array k_fatal_signals{SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// A signal handler gets nothing but a number, so what it works with has to be static. Written
// before `is_armed` is set, and not while it is.
struct SavedTerminal {
  int fd = -1;
  termios modes{};
  bool has_modes = false;
  std::array<char, 256> reset{};
  std::size_t reset_size = 0;
};
SavedTerminal saved_terminal;
std::atomic<bool> is_armed = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_fatal_signal(int number) {
  restore_terminal();
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void set_handler(int number, void (*handler)(int), void (*only_if)(int)) {
  struct sigaction settings {};
  if (sigaction(number, nullptr, &settings) != 0 || settings.sa_handler != only_if) return;
  settings = {};
  settings.sa_handler = handler;
  settings.sa_flags = SA_NODEFER;
  sigaction(number, &settings, nullptr);
}

}  // namespace

TerminalRestorer::TerminalRestorer(int fd, std::string_view reset) {
  saved_terminal.fd = fd;
  saved_terminal.has_modes = tcgetattr(fd, &saved_terminal.modes) == 0;
  saved_terminal.reset_size = std::min(reset.size(), saved_terminal.reset.size());
  std::copy_n(reset.begin(), saved_terminal.reset_size, saved_terminal.reset.begin());
  is_armed = true;
  for (const int number : k_fatal_signals) set_handler(number, on_fatal_signal, SIG_DFL);
}

TerminalRestorer::~TerminalRestorer() {
  for (const int number : k_fatal_signals) set_handler(number, SIG_DFL, on_fatal_signal);
  is_armed = false;
}

void restore_terminal() noexcept {
  if (!is_armed.exchange(false)) return;
  const SavedTerminal& saved = saved_terminal;
  [[maybe_unused]] const ssize_t written = ::write(saved.fd, saved.reset.data(), saved.reset_size);
  if (saved.has_modes) tcsetattr(saved.fd, TCSANOW, &saved.modes);
}

}  // namespace terra_hook
