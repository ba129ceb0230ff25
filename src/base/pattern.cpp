// SPDX-License-Identifier: MIT
#include "base/pattern.hpp"

#include <fmt/format.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_longest_pattern = 1024;

Error not_a_pattern(std::string_view text, std::string_view why, std::string hint = {}) {
  return {ErrorKind::usage,
          fmt::format("'{}' is no regular expression: {}", sanitize(text), sanitize(why)),
          std::move(hint)};
}

/// The end of the bracket expression that begins at `begin`: `[]a]`, `[^]a]` and `[[:digit:]]` hold
/// brackets of their own.
std::size_t bracket_end(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  while (at < text.size() && text[at] != ']') {
    const bool is_class = text[at] == '[' && at + 1 < text.size() &&
                          std::string_view(":.=").find(text[at + 1]) != std::string_view::npos;
    if (!is_class) {
      ++at;
      continue;
    }
    const std::size_t end = text.find(std::string{text[at + 1], ']'}, at + 2);
    if (end == std::string_view::npos) return text.size();
    at = end + 2;
  }
  return at;
}

/// How many copies of its parts a pattern is compiled to: glibc copies what is repeated, so that
/// each + of ((a+)+)+ doubles it.
class Copies {
 public:
  void add_atom(std::size_t copies = 1) {
    levels_.back().last = copies;
    levels_.back().all += copies;
  }
  void open() { levels_.emplace_back(); }
  void close() {
    if (levels_.size() == 1) return add_atom();  // it stands for itself
    const std::size_t copies = levels_.back().all + 1;
    levels_.pop_back();
    add_atom(copies);
  }
  void repeat(std::size_t times) {
    Level& level = levels_.back();
    level.all += level.last * (times - 1);
    level.last *= times;
  }
  bool are_too_many() const { return levels_.back().all > k_most_copies; }

 private:
  static constexpr std::size_t k_most_copies = 10'000;
  struct Level {
    std::size_t all = 1;
    std::size_t last = 1;  ///< of the atom that a repetition would be about
  };
  std::vector<Level> levels_{1};
};

/// The times of the `{2,5}` that begins at `begin`; 1 for one that says nothing of the kind.
std::size_t times_of(std::string_view text, std::size_t begin) {
  std::size_t most = 1;
  std::size_t number = 0;
  for (std::size_t i = begin + 1; i < text.size() && text[i] != '}'; ++i) {
    number = is_digit(text[i]) ? std::min<std::size_t>(
                                     number * 10 + static_cast<std::size_t>(text[i] - '0'), 100'000)
                               : 0;
    most = std::max(most, number);
  }
  return most + 1;  // {2,} is one more
}

bool repeats_too_much(std::string_view text) {
  Copies copies;
  for (std::size_t i = 0; i < text.size() && !copies.are_too_many(); ++i) {
    switch (text[i]) {
      case '(': copies.open(); break;
      case ')': copies.close(); break;
      case '*':
      case '+': copies.repeat(2); break;
      case '?': break;
      case '{': copies.repeat(times_of(text, i)); break;
      case '[':
        i = bracket_end(text, i);
        copies.add_atom();
        break;
      case '\\':
        ++i;
        copies.add_atom();
        break;
      default: copies.add_atom();
    }
  }
  return copies.are_too_many();
}

/// `text` as POSIX writes it.
Result<std::string> to_posix(std::string_view text) {
  std::string posix;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') {
      const std::size_t end = bracket_end(text, i);
      const std::string_view bracket = text.substr(i, end - i + 1);
      if (bracket.find('\\') != std::string_view::npos) {
        return not_a_pattern(text, "a backslash between brackets", "write [0-9_] for [\\d_]");
      }
      posix += bracket;
      i = end;
      continue;
    }
    if (text[i] != '\\' || i + 1 == text.size()) {
      posix += text[i];
      continue;
    }
    const char next = text[++i];
    if (is_digit(next)) {
      return not_a_pattern(text, fmt::format("back references (\\{}) are not known", next));
    }
    if (next == 'd' || next == 'D') {
      posix += next == 'd' ? "[0-9]" : "[^0-9]";
    } else {
      posix += {'\\', next};
    }
  }
  return posix;
}

}  // namespace

struct Pattern::Compiled {
  Compiled() = default;
  ~Compiled() {
    if (is_compiled) regfree(&regex);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  regex_t regex{};
  bool is_compiled = false;
};

Result<Pattern> Pattern::parse(std::string_view text) {
  if (text.size() > k_longest_pattern) {
    return Error{ErrorKind::usage, fmt::format("a regular expression of {} bytes", text.size()),
                 fmt::format("at most {}", k_longest_pattern)};
  }
  if (text.find('\0') != std::string_view::npos) return not_a_pattern(text, "it holds a NUL byte");
  if (repeats_too_much(text)) return not_a_pattern(text, "it repeats repetitions too often");
  TRY_ASSIGN(const std::string posix, to_posix(text));
  auto compiled = std::make_shared<Compiled>();
  const int status = regcomp(&compiled->regex, posix.c_str(), REG_EXTENDED | REG_NOSUB);
  if (status != 0) {
    std::array<char, 200> reason{};
    regerror(status, &compiled->regex, reason.data(), reason.size());
    return not_a_pattern(text, reason.data(), R"(POSIX extended ones are known, with \d \w \s)");
  }
  compiled->is_compiled = true;
  return Pattern(std::move(compiled));
}

bool Pattern::is_in(std::string_view subject) const {
  if (subject.size() > k_longest_subject) return false;
  // REG_STARTEND, which BSD, glibc and macOS know, lets the subject hold NUL bytes.
  regmatch_t span{};
  span.rm_so = 0;
  span.rm_eo = static_cast<regoff_t>(subject.size());
  const char* const data = subject.empty() ? "" : subject.data();
  return regexec(&compiled_->regex, data, 1, &span, REG_STARTEND) == 0;
}

}  // namespace terra_hook
