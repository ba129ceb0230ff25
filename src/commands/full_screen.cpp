// SPDX-License-Identifier: MIT
#include "commands/full_screen.hpp"

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <fcntl.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/bytes.hpp"
#include "base/terminal.hpp"
#include "base/terminal_restorer.hpp"

namespace terra_hook {
namespace {

constexpr int k_escape_delay_ms = 25;
constexpr std::array k_screen_signals{SIGWINCH, SIGTSTP, SIGCONT};

// A signal handler gets nothing but a number, so what it works with has to be static.
std::atomic<int> wake_descriptor = -1;
std::atomic<bool> is_resized = false;
std::atomic<bool> is_stop_wanted = false;
std::atomic<bool> is_continued = false;

void write_wake_byte() noexcept {
  const int saved_errno = errno;
  // A full pipe refuses the byte, which is fine: it wakes the reader as it is.
  [[maybe_unused]] const ssize_t written = ::write(wake_descriptor.load(), "", 1);
  errno = saved_errno;
}

extern "C" void on_screen_signal(int number) {
  if (number == SIGWINCH) is_resized = true;
  if (number == SIGTSTP) is_stop_wanted = true;
  if (number == SIGCONT) is_continued = true;
  write_wake_byte();
}

void set_screen_action(int number, void (*action)(int)) {
  struct sigaction settings {};
  settings.sa_handler = action;
  settings.sa_flags = SA_RESTART;
  sigaction(number, &settings, nullptr);
}

/// UTF-8 for the calling thread alone: the rest of the program keeps to the C locale.
locale_t utf8_locale() {
  for (const char* name : {"C.UTF-8", "", "en_US.UTF-8"}) {
    if (const locale_t locale = newlocale(LC_CTYPE_MASK, name, nullptr)) return locale;
  }
  return nullptr;
}

/// The sequence that terminfo has for `name`; empty when it has none.
std::string capability(const char* name) {
  const char* value = tigetstr(name);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): terminfo's own sign of a name that is no string
  const bool is_there = value != nullptr && value != reinterpret_cast<const char*>(-1);
  return is_there ? value : "";
}

std::string utf8_of(wint_t c) {
  std::string text;
  const auto add = [&text](wint_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  }
  return text;
}

/// The code point of the first character of valid UTF-8.
wchar_t wide_of(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return static_cast<wchar_t>(byte(0));
  unsigned c = byte(0) & (0x7FU >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) c = (c << 6) | (byte(i) & 0x3FU);
  return static_cast<wchar_t>(c);
}

std::optional<Key::Kind> special_key(wint_t code) {
  switch (code) {
    case KEY_UP: return Key::Kind::up;
    case KEY_DOWN: return Key::Kind::down;
    case KEY_LEFT: return Key::Kind::left;
    case KEY_RIGHT: return Key::Kind::right;
    case KEY_PPAGE: return Key::Kind::page_up;
    case KEY_NPAGE: return Key::Kind::page_down;
    case KEY_HOME: return Key::Kind::home;
    case KEY_END: return Key::Kind::end;
    case KEY_ENTER: return Key::Kind::enter;
    case KEY_BTAB: return Key::Kind::back_tab;
    case KEY_BACKSPACE: return Key::Kind::backspace;
    default: return std::nullopt;
  }
}

std::optional<Key> character_key(wint_t c) {
  switch (c) {
    case '\r':
    case '\n': return Key{Key::Kind::enter, ""};
    case '\t': return Key{Key::Kind::tab, ""};
    case 0x1B: return Key{Key::Kind::escape, ""};
    case 0x7F:
    case '\b': return Key{Key::Kind::backspace, ""};
    default: break;
  }
  if (c < 0x20 || (c >= 0x80 && c < 0xA0) || c > 0x10FFFF) return std::nullopt;
  return Key{Key::Kind::text, utf8_of(c)};
}

}  // namespace

struct FullScreen::State {
  FullScreenOptions options;
  std::FILE* in = nullptr;
  std::FILE* out = nullptr;
  SCREEN* screen = nullptr;
  locale_t locale = nullptr;
  locale_t outer_locale = nullptr;
  std::array<int, 2> wake{-1, -1};
  bool has_keys = true;  ///< false once the terminal has gone
  std::optional<TerminalRestorer> restorer;

  ~State() {
    if (screen != nullptr) {
      endwin();
      delscreen(screen);
    }
    for (const int number : k_screen_signals) set_screen_action(number, SIG_DFL);
    wake_descriptor = -1;
    for (const int fd : wake) {
      if (fd >= 0) ::close(fd);
    }
    if (in != nullptr) std::fclose(in);
    if (out != nullptr) std::fclose(out);
    if (locale != nullptr) {
      uselocale(outer_locale);
      freelocale(locale);
    }
  }

  bool begin();
  void fit_to_window();
  void stop_job();
  void paint_span(const StyledSpan& span, bool is_reversed, std::size_t& room);
  wchar_t shown(std::string_view character) const;
};

bool FullScreen::State::begin() {
  if (options.unicode) {
    locale = utf8_locale();
    if (locale != nullptr) outer_locale = uselocale(locale);
  }
  if (pipe2(wake.data(), O_CLOEXEC | O_NONBLOCK) != 0) return false;
  wake_descriptor = wake[1];
  // Before ncurses looks: it catches what nobody has, and would act in whatever thread gets it.
  for (const int number : k_screen_signals) set_screen_action(number, on_screen_signal);
  in = fdopen(fcntl(options.in, F_DUPFD_CLOEXEC, 3), "r");
  out = fdopen(fcntl(options.out, F_DUPFD_CLOEXEC, 3), "w");
  if (in == nullptr || out == nullptr) return false;
  set_escdelay(k_escape_delay_ms);
  use_env(FALSE);  // the window as it is, whatever COLUMNS and LINES say
  use_tioctl(TRUE);
  screen = newterm(options.terminal_type.c_str(), out, in);
  if (screen == nullptr) return false;
  const std::string reset =
      capability("sgr0") + capability("rmkx") + capability("cnorm") + capability("rmcup");
  reset_shell_mode();  // so that the restorer sees the modes that are to come back
  restorer.emplace(options.out, reset);
  reset_prog_mode();
  cbreak();
  noecho();
  nonl();
  curs_set(0);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  leaveok(stdscr, TRUE);
  if (options.color && has_colors()) {
    start_color();
    use_default_colors();
    for (short color = 1; color < 8; ++color) init_pair(color, color, -1);
  } else {
    options.color = false;
  }
  fit_to_window();
  return true;
}

void FullScreen::State::fit_to_window() {
  winsize window{};
  if (ioctl(options.out, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0) {
    resizeterm(window.ws_row, window.ws_col);
  }
  clearok(curscr, TRUE);
}

/// What ^Z does to a program that does not catch it.
void FullScreen::State::stop_job() {
  endwin();
  set_screen_action(SIGTSTP, SIG_DFL);
  ::raise(SIGTSTP);
  // Here the job was continued.
  set_screen_action(SIGTSTP, on_screen_signal);
  is_continued = true;
}

wchar_t FullScreen::State::shown(std::string_view character) const {
  const wchar_t c = wide_of(character);
  const int width = options.unicode ? ::wcwidth(c) : (c >= 0x20 && c < 0x7F ? 1 : -1);
  return width == static_cast<int>(display_width(character)) ? c : L'?';
}

void FullScreen::State::paint_span(const StyledSpan& span, bool is_reversed, std::size_t& room) {
  attr_t attributes = is_reversed ? A_REVERSE : A_NORMAL;
  if (span.paint.is_bold) attributes |= A_BOLD;
  if (span.paint.is_dim) attributes |= A_DIM;
  attr_set(attributes, static_cast<short>(options.color ? span.paint.color : 0), nullptr);
  std::wstring wide;
  std::string_view text = span.text;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, first_character_size(text));
    text.remove_prefix(character.size());
    const std::size_t width = display_width(character);
    if (width > room) break;
    const wchar_t c = shown(character);
    if (c == L'?') {
      wide.append(width, c);  // nothing in place of a mark
    } else {
      wide += c;
    }
    room -= width;
  }
  addnwstr(wide.c_str(), static_cast<int>(wide.size()));
}

FullScreen::FullScreen(std::unique_ptr<State> state) : state_(std::move(state)) {}
FullScreen::~FullScreen() = default;

std::unique_ptr<FullScreen> FullScreen::open(const FullScreenOptions& options) {
  auto state = std::make_unique<State>();
  state->options = options;
  if (!state->begin()) return nullptr;
  return std::unique_ptr<FullScreen>(new FullScreen(std::move(state)));
}

ScreenSize FullScreen::size() const {
  return {static_cast<std::size_t>(std::max(getmaxy(stdscr), 1)),
          static_cast<std::size_t>(std::max(getmaxx(stdscr), 1))};
}

void FullScreen::draw(const std::vector<ScreenLine>& rows) {
  const ScreenSize size = this->size();
  ::erase();
  for (std::size_t i = 0; i < std::min(rows.size(), size.rows); ++i) {
    ::move(static_cast<int>(i), 0);
    std::size_t room = size.columns;
    for (const StyledSpan& span : rows[i].spans)
      state_->paint_span(span, rows[i].is_reversed, room);
    if (rows[i].is_reversed) state_->paint_span({std::string(room, ' '), {}}, true, room);
  }
  ::refresh();
}

void FullScreen::wait(std::optional<std::chrono::milliseconds> timeout) {
  std::array<pollfd, 2> entries{pollfd{state_->wake[0], POLLIN, 0},
                                pollfd{state_->options.in, POLLIN, 0}};
  ::poll(entries.data(), state_->has_keys ? 2 : 1,
         timeout ? static_cast<int>(timeout->count()) : -1);
  if ((entries[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) state_->has_keys = false;
  std::array<char, 64> bytes{};
  while (::read(state_->wake[0], bytes.data(), bytes.size()) > 0) {
  }
  if (is_stop_wanted.exchange(false)) state_->stop_job();
  const bool was_continued = is_continued.exchange(false);
  if (was_continued) reset_prog_mode();
  if (is_resized.exchange(false) || was_continued) state_->fit_to_window();
}

void FullScreen::wake() noexcept {
  write_wake_byte();
}

std::optional<Key> FullScreen::read_key() {
  for (;;) {
    wint_t code = 0;
    const int kind = ::get_wch(&code);
    if (kind == ERR) return std::nullopt;
    std::optional<Key> key;
    if (kind == KEY_CODE_YES) {
      if (const auto special = special_key(code)) key = Key{*special, ""};
    } else {
      key = character_key(code);
    }
    if (key) return key;
  }
}

void FullScreen::suspend() {
  endwin();
}

void FullScreen::resume() {
  reset_prog_mode();
  state_->fit_to_window();
  ::refresh();
}

void FullScreen::copy(std::string_view text) {
  const std::string sequence = "\x1b]52;c;" + to_base64(text) + "\a";
  std::fwrite(sequence.data(), 1, sequence.size(), state_->out);
  std::fflush(state_->out);
}

}  // namespace terra_hook
