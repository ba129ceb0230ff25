// SPDX-License-Identifier: MIT
// The terminal as a screen of rows and a source of keys. Stands on ncurses, which is kept inside
// full_screen.cpp: it knows every terminal's sequences, sends only what has changed, and reads keys
// that arrive in pieces.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "render/listen_view.hpp"

namespace terra_hook {

struct FullScreenOptions {
  int in = 0;  ///< descriptors of the terminal
  int out = 1;
  std::string terminal_type;  ///< TERM
  bool color = false;
  bool unicode = false;
};

/// All members are for the thread that called open(), but for wake(). One at a time in a process.
class FullScreen {
 public:
  /// Takes the terminal over; null when its type is not known.
  static std::unique_ptr<FullScreen> open(const FullScreenOptions& options);
  /// Gives it back as it was, with what it showed before.
  ~FullScreen();
  FullScreen(const FullScreen&) = delete;
  FullScreen& operator=(const FullScreen&) = delete;

  ScreenSize size() const;

  /// Shows these rows. Characters of which the terminal's and our idea of their width differ are
  /// shown as question marks: they would shift the rest.
  void draw(const std::vector<ScreenLine>& rows);

  /// Waits until a key was typed, the window has changed, wake() was called or `timeout` has
  /// passed (none: for ever). A stop of the job (^Z) and its continuation happen in here.
  void wait(std::optional<std::chrono::milliseconds> timeout);

  /// Ends a wait(), or the next one. Any thread.
  void wake() noexcept;

  /// The next key that was typed and is known; nothing when there is none.
  std::optional<Key> read_key();

  /// Gives the terminal back until resume(), for another program.
  void suspend();
  void resume();

  /// Puts `text` on the clipboard of whoever sits at the terminal (OSC 52), where it allows it.
  void copy(std::string_view text);

 private:
  struct State;
  explicit FullScreen(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
