// SPDX-License-Identifier: MIT
// A real terminal with a shell in it, whose screen can be read: a tmux of the test's own. Whatever
// is waited for has a deadline; missing it throws, with what the screen shows.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {

class Tmux {
 public:
  /// Starts bash in a window of this size; `setup` is its environment, TERRA_HOOK the program.
  explicit Tmux(const ChildSetup& setup, std::size_t columns = 80, std::size_t rows = 24);
  ~Tmux();
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  /// Types keys by tmux's names (`Enter`, `C-c`, `Escape`) or, when they have none, by themselves.
  void press(const std::vector<std::string>& keys);
  /// Types a text as it is.
  void type(const std::string& text);
  /// Types a command line and Enter.
  void run(const std::string& command) {
    type(command);
    press({"Enter"});
  }

  /// The rows as they are shown now, without trailing spaces.
  std::vector<std::string> rows() const;
  std::string screen() const;
  /// Waits until the screen shows `text`.
  void await(std::string_view text);
  /// Waits until the screen satisfies `is_so`.
  void await(const std::function<bool(const std::vector<std::string>&)>& is_so,
             std::string_view what);

  void resize(std::size_t columns, std::size_t rows);
  /// A tmux format such as `#{alternate_on}`, filled in.
  std::string value(const std::string& format) const;
  /// What was last put on the clipboard.
  std::string clipboard() const;
  /// All bytes that programs have written to the terminal since the start.
  std::string written() const;

 private:
  std::string tmux(const std::vector<std::string>& arguments) const;

  TempDir directory_;
  ChildSetup setup_;
};

}  // namespace terra_hook::test
