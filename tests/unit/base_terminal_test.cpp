// SPDX-License-Identifier: MIT
#include "base/terminal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <map>
#include <string>

#include "base/bytes.hpp"

using namespace terra_hook;

namespace {

using Variables = std::map<std::string, std::string>;

EnvironmentLookup lookup(const Variables& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { REQUIRE(fd_ >= 0); }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class PseudoTerminal {
 public:
  PseudoTerminal(unsigned short columns, unsigned short rows)
      : master_(posix_openpt(O_RDWR | O_NOCTTY)), slave_(open_slave()) {
    winsize window{};
    window.ws_col = columns;
    window.ws_row = rows;
    REQUIRE(ioctl(slave_.get(), TIOCSWINSZ, &window) == 0);
  }

  int fd() const { return slave_.get(); }

 private:
  int open_slave() const {
    REQUIRE(grantpt(master_.get()) == 0);
    REQUIRE(unlockpt(master_.get()) == 0);
    return ::open(ptsname(master_.get()), O_RDWR | O_NOCTTY);
  }

  Descriptor master_;
  Descriptor slave_;
};

struct ColorCase {
  Variables variables;
  ColorChoice choice;
  bool on_terminal;
  bool in_file;
};

}  // namespace

TEST_CASE("base terminal - colour follows the choice then the environment then the stream") {
  const PseudoTerminal terminal(100, 30);
  const Descriptor file(::open("/dev/null", O_WRONLY));
  const std::string term = "xterm-256color";
  const ColorCase cases[] = {
      {{{"TERM", term}}, ColorChoice::automatic, true, false},
      {{{"TERM", "dumb"}}, ColorChoice::automatic, false, false},
      {{}, ColorChoice::automatic, false, false},
      {{{"TERM", ""}}, ColorChoice::automatic, false, false},
      {{{"TERM", term}, {"NO_COLOR", "1"}}, ColorChoice::automatic, false, false},
      {{{"TERM", term}, {"NO_COLOR", ""}}, ColorChoice::automatic, true, false},
      {{{"TERM", term}, {"CLICOLOR", "0"}}, ColorChoice::automatic, false, false},
      {{{"TERM", term}, {"CLICOLOR", "1"}}, ColorChoice::automatic, true, false},
      {{{"CLICOLOR_FORCE", "1"}}, ColorChoice::automatic, true, true},
      {{{"CLICOLOR_FORCE", "0"}}, ColorChoice::automatic, false, false},
      {{{"FORCE_COLOR", "1"}, {"TERM", "dumb"}}, ColorChoice::automatic, true, true},
      {{{"FORCE_COLOR", ""}}, ColorChoice::automatic, false, false},
      {{{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}, ColorChoice::automatic, false, false},
      {{{"FORCE_COLOR", "1"}, {"CLICOLOR", "0"}}, ColorChoice::automatic, true, true},
      {{{"TERM", "dumb"}, {"NO_COLOR", "1"}}, ColorChoice::always, true, true},
      {{{"TERM", term}, {"FORCE_COLOR", "1"}}, ColorChoice::never, false, false},
  };
  for (const ColorCase& test : cases) {
    CAPTURE(&test - cases);
    CHECK(detect_terminal(terminal.fd(), lookup(test.variables), test.choice).color ==
          test.on_terminal);
    CHECK(detect_terminal(file.get(), lookup(test.variables), test.choice).color == test.in_file);
  }
}

TEST_CASE("base terminal - size is COLUMNS and LINES else the size of the window else 80 by 24") {
  const PseudoTerminal terminal(123, 45);
  const PseudoTerminal unknown_size(0, 0);
  const Descriptor file(::open("/dev/null", O_WRONLY));
  const auto size = [](int fd, const Variables& variables) {
    const Terminal detected = detect_terminal(fd, lookup(variables), ColorChoice::automatic);
    return std::to_string(detected.width) + "x" + std::to_string(detected.height);
  };
  CHECK(size(terminal.fd(), {}) == "123x45");
  CHECK(size(terminal.fd(), {{"COLUMNS", "40"}}) == "40x45");
  CHECK(size(terminal.fd(), {{"COLUMNS", "40"}, {"LINES", "10"}}) == "40x10");
  CHECK(size(unknown_size.fd(), {}) == "80x24");
  CHECK(size(file.get(), {}) == "80x24");
  CHECK(size(file.get(), {{"COLUMNS", "200"}}) == "200x24");
  for (const char* nonsense : {"", "0", "-5", "12x", "99999999999999999999", "wide"}) {
    CAPTURE(nonsense);
    CHECK(size(terminal.fd(), {{"COLUMNS", nonsense}, {"LINES", nonsense}}) == "123x45");
  }
}

TEST_CASE("base terminal - Unicode follows the locale on a terminal only") {
  const PseudoTerminal terminal(80, 24);
  const Descriptor file(::open("/dev/null", O_WRONLY));
  struct Case {
    Variables variables;
    bool on_terminal;
  };
  const Case cases[] = {
      {{}, false},
      {{{"LANG", "C"}}, false},
      {{{"LANG", "POSIX"}}, false},
      {{{"LANG", "de_DE.ISO-8859-1"}}, false},
      {{{"LANG", "en_GB.UTF-8"}}, true},
      {{{"LANG", "C.utf8"}}, true},
      {{{"LC_CTYPE", "C"}, {"LANG", "en_GB.UTF-8"}}, false},
      {{{"LC_ALL", "en_GB.utf-8"}, {"LC_CTYPE", "C"}}, true},
      {{{"LC_ALL", ""}, {"LC_CTYPE", "en_GB.UTF-8"}, {"LANG", "C"}}, true},
  };
  for (const Case& test : cases) {
    CAPTURE(&test - cases);
    const auto choice = ColorChoice::automatic;
    CHECK(detect_terminal(terminal.fd(), lookup(test.variables), choice).unicode ==
          test.on_terminal);
    CHECK(detect_terminal(file.get(), lookup(test.variables), choice).unicode);
  }
}

TEST_CASE("base terminal - sanitize makes what acts or hides visible") {
  struct Case {
    std::string text;
    std::string shown;
  };
  const Case cases[] = {
      {"", ""},
      {"plain text, \\ and \"", "plain text, \\ and \""},
      {"\x1b[2J\x07", "\\u001b[2J\\u0007"},
      {std::string("a\0b", 3), "a\\u0000b"},
      {"a\nb\tc\r", "a\\u000ab\\u0009c\\u000d"},
      {"\x7f", "\\u007f"},
      {"\u009b31m", "\\u009b31m"},
      {"\u00a0\u00a1", "\u00a0\u00a1"},
      {"ab\u202etxt.exe", "ab\\u202etxt.exe"},
      {"\u2066\u2069\u061c\u200b\u200d\u200f", "\\u2066\\u2069\\u061c\\u200b\\u200d\\u200f"},
      {"\u2027\u2028\u2029\u202f", "\u2027\\u2028\\u2029\u202f"},
      {"\ufeff\ufff9\ufffb\ufffd", "\\ufeff\\ufff9\\ufffb\ufffd"},
      {"\u00ad\u3164\u115f", "\\u00ad\\u3164\\u115f"},
      {"\U000e0041\U000e007f", "\\udb40\\udc41\\udb40\\udc7f"},
      {"\ufdd0\ufffe\uffff\U0001ffff\U0010fffe",
       "\\ufdd0\\ufffe\\uffff\\ud83f\\udfff\\udbff\\udffe"},
      {"grüße, 日本, 😀, ❤\ufe0f", "grüße, 日本, 😀, ❤\ufe0f"},
      {"\xff", "\\xff"},
      {"a\x80z", "a\\x80z"},
      {"\xc3", "\\xc3"},
      {"\xc3(", "\\xc3("},
      {"\xe2\x82", "\\xe2\\x82"},
      {"\xc0\xaf", "\\xc0\\xaf"},
      {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
      {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
      {"e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\u0304"},
      {"e\u0301\u0302\u0303\u0304\u0305\u0306x\u0307",
       "e\u0301\u0302\u0303\u0304\\u0305\\u0306x\u0307"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.shown);
    CHECK(sanitize(test.text) == test.shown);
  }
}

TEST_CASE("base terminal - sanitize leaves only ASCII to a terminal without Unicode") {
  CHECK(sanitize("é ẞ 😀 plain \xff", false) == "\\u00e9 \\u1e9e \\ud83d\\ude00 plain \\xff");
}

TEST_CASE("base terminal - sanitize of any two bytes is printable UTF-8") {
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    const std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)};
    const std::string shown = sanitize(text);
    bool has_control = false;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const auto byte = static_cast<unsigned char>(shown[i]);
      const bool is_c1 = i > 0 && shown[i - 1] == '\xc2' && byte < 0xA0;
      has_control |= byte < 0x20 || byte == 0x7F || is_c1;
    }
    if (has_control || !is_utf8(shown)) {
      CAPTURE(pair);
      FAIL_CHECK("raw control or broken UTF-8");
    }
  }
}

TEST_CASE("base terminal - width counts columns and not bytes") {
  struct Case {
    const char* text;
    std::size_t width;
  };
  const Case cases[] = {
      {"", 0},
      {"abc", 3},
      {"grüße", 5},
      {"e\u0301", 1},
      {"日本語", 6},
      {"한글", 4},
      {"\u1112\u1161\u11ab", 2},
      {"ｆｕｌｌ", 8},
      {"ﾊﾝ", 2},
      {"😀", 2},
      {"🇩🇪", 2},
      {"❤", 1},
      {"…→─", 3},
      {"नि", 2},
      {"\u0e01\u0e34", 1},
      {"\U00020000", 2},
      {"\U0003fffd", 2},
      {"\U0010fffd", 1},
  };
  for (const Case& test : cases) {
    CAPTURE(test.text);
    CHECK(display_width(test.text) == test.width);
  }
}

TEST_CASE("base terminal - truncate keeps characters and marks whole") {
  struct Case {
    std::string_view text;  // an object of a class: POSIX has a truncate(const char*, off_t)
    std::size_t columns;
    std::string_view cut;
  };
  const Case cases[] = {
      {"", 0, ""},
      {"abc", 3, "abc"},
      {"abcd", 3, "ab…"},
      {"abc", 1, "…"},
      {"abc", 0, ""},
      {"日本語", 6, "日本語"},
      {"日本語", 5, "日本…"},
      {"日本語", 4, "日…"},
      {"日本語", 2, "…"},
      {"ae\u0301\u0302bc", 3, "ae\u0301\u0302…"},
      {"ae\u0301", 2, "ae\u0301"},
      {"ae\u0301b", 2, "a…"},
  };
  for (const Case& test : cases) {
    CAPTURE(test.text);
    CAPTURE(test.columns);
    CHECK(truncate(test.text, test.columns) == test.cut);
    CHECK(display_width(truncate(test.text, test.columns)) <= test.columns);
  }
}

TEST_CASE("base terminal - pad fills by columns") {
  CHECK(pad("ab", 4) == "ab  ");
  CHECK(pad("日", 4) == "日  ");
  CHECK(pad("e\u0301", 2) == "e\u0301 ");
  CHECK(pad("abcd", 2) == "abcd");
}
