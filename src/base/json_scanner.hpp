// SPDX-License-Identifier: MIT
// Reads JSON (RFC 8259) token by token, in one pass, without building a document. Tokens are views
// of the text exactly as it was sent (`1.0` stays `1.0`, duplicate keys and their order stay),
// which is why this is not nlohmann's parser. Memory is one bit a level of nesting; nothing
// recurses, so no depth of input can overflow the stack. Strings are checked for escapes and raw
// control characters, not for UTF-8 (is_utf8() does that).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook::json {

enum class Token {
  object_begin,
  object_end,
  array_begin,
  array_end,
  key,
  string,
  number,
  true_literal,
  false_literal,
  null_literal,
  end,    ///< the one top-level value is complete and only white space followed
  error,  ///< not JSON; error_message() and offset() say why and where
};

/// Where the text stops being JSON. Line and column are 1-based; the column counts bytes.
struct Problem {
  std::string message;
  std::size_t offset = 0;
  std::size_t line = 0;
  std::size_t column = 0;

  bool operator==(const Problem&) const = default;
};

/// A pull parser over a text that must outlive it. Copying one is cheap and gives look-ahead.
class Scanner {
 public:
  /// A UTF-8 byte order mark at the start is skipped.
  explicit Scanner(std::string_view text);

  /// The next token. After `end` or `error` it keeps answering the same.
  Token next();

  /// The bytes of the last token as sent; strings and keys with their quotes.
  std::string_view raw() const { return raw_; }

  /// The offset of the last token's first byte (of the offending byte after `error`).
  std::size_t offset() const { return offset_; }

  /// How many containers are open after the last token.
  std::size_t depth() const { return depth_; }

  /// Reads on until the container that the last token opened is closed, or does nothing when the
  /// last token was a scalar; after a key it skips the key's value. False on error.
  bool skip();

  /// What is wrong, after `error`.
  std::string_view error_message() const { return error_message_; }

  /// The problem with line and column, after `error`.
  Problem problem() const;

 private:
  enum class State : std::uint8_t {
    start,          // nothing read yet
    first_key,      // after '{'
    first_element,  // after '['
    colon,          // after a key
    after_value,
    failed,
  };

  bool in_object() const { return (containers_ & 1) != 0; }
  bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }
  void skip_white_space();
  Token read_key(std::string_view expectation);
  Token read_value(std::string_view expectation);
  Token read_string(Token token);
  Token read_number();
  Token read_literal(std::string_view spelling, Token token);
  Token read_escape(std::size_t& position);
  Token open(Token token);
  Token close();
  Token take(Token token, std::size_t end);
  Token fail(std::size_t offset, std::string_view message);

  std::string_view text_;
  std::string_view raw_;
  std::size_t position_ = 0;
  std::size_t offset_ = 0;
  std::size_t depth_ = 0;
  std::string_view error_message_;
  // One bit a level, 1 for an object, the innermost lowest. The levels beyond 64 wait in
  // outer_containers_, so a copy at usual depths allocates nothing.
  std::uint64_t containers_ = 0;
  std::vector<std::uint64_t> outer_containers_;
  State state_ = State::start;
};

/// Nothing when `text` is JSON, else the first problem.
std::optional<Problem> find_problem(std::string_view text);

/// The characters that a string token spells (quotes and escapes resolved, UTF-8). A lone surrogate
/// escape becomes U+FFFD; bytes that are not UTF-8 are kept.
std::string unescape(std::string_view raw_string);

/// True when the string token spells exactly `text`; no allocation when it has no escapes.
bool spells(std::string_view raw_string, std::string_view text);

/// What stands for a string token instead of itself; nothing for one that is to stay.
using Replace = std::optional<std::string> (*)(std::string_view raw_string);

/// Appends `text`'s value without insignificant white space, every token spelled as sent, unless
/// `replace` has another for it. False (and `out` as it was) when `text` is not JSON.
bool append_compact(std::string& out, std::string_view text, Replace replace = nullptr);

}  // namespace terra_hook::json
