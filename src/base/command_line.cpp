// SPDX-License-Identifier: MIT
#include "base/command_line.hpp"

#include <fmt/format.h>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_blanks = " \t\r\n";

Error needs_shell(char character) {
  return {ErrorKind::usage, fmt::format("'{}' needs a shell, and the command gets none", character),
          "quote it, or write sh -c '…'"};
}

class Splitter {
 public:
  Splitter(std::string_view text, std::string_view home) : text_(text), home_(home) {}

  Result<std::vector<std::string>> split() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (k_blanks.find(c) != std::string_view::npos) {
        end_word();
        ++at_;
      } else if (c == '\'') {
        TRY(read_literal());
      } else if (c == '"') {
        TRY(read_quoted());
      } else {
        TRY(read_plain(c));
      }
    }
    end_word();
    if (words_.empty() || words_.front().empty()) {
      return Error{ErrorKind::usage, "the command is empty",
                   "a program and its arguments, such as 'node check.js'"};
    }
    return std::move(words_);
  }

 private:
  void end_word() {
    if (has_word_) words_.push_back(std::move(word_));
    word_.clear();
    has_word_ = false;
  }

  void add(std::string_view part) {
    word_ += part;
    has_word_ = true;
  }

  Result<void> read_plain(char c) {
    if (std::string_view("|&;<>()$`").find(c) != std::string_view::npos) return needs_shell(c);
    const bool is_home = c == '~' && !has_word_ && !home_.empty() &&
                         (at_ + 1 == text_.size() || text_[at_ + 1] == '/' ||
                          k_blanks.find(text_[at_ + 1]) != std::string_view::npos);
    if (c == '\\' && at_ + 1 < text_.size()) ++at_;
    add(is_home ? home_ : text_.substr(at_, 1));
    ++at_;
    return {};
  }

  Result<void> read_literal() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return unterminated('\'');
    add(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return {};
  }

  Result<void> read_quoted() {
    add("");
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      const char c = text_[at_];
      if (c == '$' || c == '`') return needs_shell(c);
      const bool escapes =
          c == '\\' && at_ + 1 < text_.size() &&
          std::string_view("\"\\$`").find(text_[at_ + 1]) != std::string_view::npos;
      if (escapes) ++at_;
      add(text_.substr(at_, 1));
    }
    if (at_ == text_.size()) return unterminated('"');
    ++at_;
    return {};
  }

  Error unterminated(char quote) const {
    return {ErrorKind::usage, fmt::format("the command has a {} without its end", quote),
            fmt::format("it was read as far as {}", sanitize(text_.substr(0, 60)))};
  }

  std::string_view text_;
  std::string_view home_;
  std::size_t at_ = 0;
  std::string word_;
  bool has_word_ = false;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> split_command_line(std::string_view text, std::string_view home) {
  return Splitter(text, home).split();
}

}  // namespace terra_hook
