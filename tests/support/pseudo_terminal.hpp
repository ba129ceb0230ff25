// SPDX-License-Identifier: MIT
// A program that believes it runs at a terminal. Whatever is waited for has a deadline; missing it
// throws, with what the program had printed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/unique_fd.hpp"

namespace terra_hook::test {

class PseudoTerminal {
 public:
  /// TERM is xterm-256color unless `setup` says otherwise. All three streams are the terminal.
  PseudoTerminal(const std::string& program, const std::vector<std::string>& arguments,
                 const ChildSetup& setup, unsigned short columns = 80);
  /// Kills the program if it still runs.
  ~PseudoTerminal();
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  /// Sends keys.
  void type(std::string_view keys);
  /// Reads until `text` was printed after what an earlier await() found.
  void await(std::string_view text);
  /// Reads to the program's end; its exit code, or 128 + the signal that killed it.
  int wait();

  /// All that was read so far, with the terminal's CRLF.
  const std::string& screen() const { return screen_; }

 private:
  bool read_more(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  UniqueFd master_;
  std::string screen_;
  std::size_t found_ = 0;
};

}  // namespace terra_hook::test
