// SPDX-License-Identifier: MIT
#include "base/json_scanner.hpp"

#include <algorithm>
#include <cstring>

#include "base/ascii.hpp"

namespace terra_hook::json {

namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr char32_t k_replacement_character = 0xFFFD;

bool is_high_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low_surrogate(char32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// Neither the closing quote, nor an escape, nor a control character.
bool is_plain(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

// Whether all of eight bytes are plain, by the zero-byte test of Mycroft on each of the three sets.
bool are_plain(const char* bytes) {
  constexpr std::uint64_t k_ones = 0x0101010101010101;
  constexpr std::uint64_t k_high_bits = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t quotes = word ^ (k_ones * '"');
  const std::uint64_t backslashes = word ^ (k_ones * '\\');
  return ((((quotes - k_ones) & ~quotes) | ((backslashes - k_ones) & ~backslashes) |
           ((word - k_ones * 0x20) & ~word)) &
          k_high_bits) == 0;
}

// The first position at or after `position` whose byte is not plain, or the size.
std::size_t find_end_of_plain(std::string_view text, std::size_t position) {
  while (text.size() - position >= 8 && are_plain(text.data() + position)) {
    position += 8;
  }
  while (position < text.size() && is_plain(text[position])) {
    ++position;
  }
  return position;
}

std::size_t find_end_of_digits(std::string_view text, std::size_t position) {
  while (position < text.size() && is_digit(text[position])) {
    ++position;
  }
  return position;
}

int hex_value(char c) {
  if (is_digit(c)) {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

// The UTF-16 unit of a `\uXXXX` escape at the start of `text`, if there is one.
std::optional<char32_t> unicode_escape(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') {
    return std::nullopt;
  }
  char32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = hex_value(c);
    if (digit < 0) {
      return std::nullopt;
    }
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  return unit;
}

void append_utf8(std::string& out, char32_t c) {
  const auto append = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    append(c);
  } else if (c < 0x800) {
    append(0xC0 | (c >> 6));
    append(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    append(0xE0 | (c >> 12));
    append(0x80 | ((c >> 6) & 0x3F));
    append(0x80 | (c & 0x3F));
  } else {
    append(0xF0 | (c >> 18));
    append(0x80 | ((c >> 12) & 0x3F));
    append(0x80 | ((c >> 6) & 0x3F));
    append(0x80 | (c & 0x3F));
  }
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

// Appends what the escape at the start of `text` spells and returns how many bytes it took.
std::size_t append_unescaped(std::string& out, std::string_view text) {
  const std::optional<char32_t> unit = unicode_escape(text);
  if (!unit) {
    if (text.size() > 1) {
      out += simple_escape(text[1]);
    }
    return std::min<std::size_t>(text.size(), 2);
  }
  if (is_high_surrogate(*unit)) {
    const std::optional<char32_t> low = unicode_escape(text.substr(6));
    if (low && is_low_surrogate(*low)) {
      append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00));
      return 12;
    }
  }
  const bool is_lone = is_high_surrogate(*unit) || is_low_surrogate(*unit);
  append_utf8(out, is_lone ? k_replacement_character : *unit);
  return 6;
}

std::string_view without_quotes(std::string_view raw_string) {
  return raw_string.size() < 2 ? std::string_view{} : raw_string.substr(1, raw_string.size() - 2);
}

}  // namespace

Scanner::Scanner(std::string_view text) : text_(text) {
  if (text.starts_with(k_byte_order_mark)) {
    position_ = k_byte_order_mark.size();
  }
}

Token Scanner::next() {
  if (state_ == State::failed) {
    return Token::error;
  }
  skip_white_space();
  switch (state_) {
    case State::first_key: return at('}') ? close() : read_key("expected a key or '}'");
    case State::first_element: return at(']') ? close() : read_value("expected a value or ']'");
    case State::colon:
      if (!at(':')) {
        return fail(position_, "expected ':' after a key");
      }
      ++position_;
      skip_white_space();
      return read_value("expected a value after ':'");
    case State::after_value: break;
    default: return read_value("expected a value");
  }
  if (depth_ == 0) {
    return position_ == text_.size() ? take(Token::end, position_)
                                     : fail(position_, "unexpected text after the value");
  }
  if (at(',')) {
    ++position_;
    skip_white_space();
    return in_object() ? read_key("expected a key after ','")
                       : read_value("expected a value after ','");
  }
  if (at(in_object() ? '}' : ']')) {
    return close();
  }
  return fail(position_, in_object() ? "expected ',' or '}' after a value"
                                     : "expected ',' or ']' after a value");
}

bool Scanner::skip() {
  if (state_ == State::colon && next() == Token::error) {
    return false;
  }
  if (state_ == State::first_key || state_ == State::first_element) {
    const std::size_t outside = depth_ - 1;
    while (depth_ > outside) {
      if (next() == Token::error) {
        return false;
      }
    }
  }
  return state_ != State::failed;
}

Problem Scanner::problem() const {
  const std::string_view before = text_.substr(0, offset_);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  return {.message = std::string(error_message_),
          .offset = offset_,
          .line = static_cast<std::size_t>(newlines) + 1,
          .column = offset_ - line_start + 1};
}

void Scanner::skip_white_space() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
      return;
    }
    ++position_;
  }
}

Token Scanner::read_key(std::string_view expectation) {
  return at('"') ? read_string(Token::key) : fail(position_, expectation);
}

Token Scanner::read_value(std::string_view expectation) {
  if (position_ == text_.size()) {
    return fail(position_, expectation);
  }
  switch (text_[position_]) {
    case '"': return read_string(Token::string);
    case '{': return open(Token::object_begin);
    case '[': return open(Token::array_begin);
    case 't': return read_literal("true", Token::true_literal);
    case 'f': return read_literal("false", Token::false_literal);
    case 'n': return read_literal("null", Token::null_literal);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return read_number();
    case '\'': return fail(position_, "a string needs double quotes");
    default: return fail(position_, expectation);
  }
}

Token Scanner::read_string(Token token) {
  std::size_t position = position_ + 1;
  for (;;) {
    position = find_end_of_plain(text_, position);
    if (position == text_.size()) {
      return fail(position, {});
    }
    if (text_[position] == '"') {
      return take(token, position + 1);
    }
    if (text_[position] != '\\') {
      return fail(position, "raw control character in a string");
    }
    if (read_escape(position) == Token::error) {
      return Token::error;
    }
  }
}

// Moves `position` from a backslash to behind its escape.
Token Scanner::read_escape(std::size_t& position) {
  ++position;
  constexpr std::string_view k_escapes = "\"\\/bfnrtu";
  if (position == text_.size() || k_escapes.find(text_[position]) == std::string_view::npos) {
    return fail(position, "unknown escape in a string");
  }
  const bool is_unicode = text_[position] == 'u';
  ++position;
  for (std::size_t end = position + (is_unicode ? 4 : 0); position < end; ++position) {
    if (position == text_.size() || hex_value(text_[position]) < 0) {
      return fail(position, "\\u without four hexadecimal digits");
    }
  }
  return Token::string;
}

Token Scanner::read_number() {
  const std::size_t first = position_ + (text_[position_] == '-' ? 1 : 0);
  std::size_t end = find_end_of_digits(text_, first);
  if (end == first) {
    return fail(end, "expected a digit after '-'");
  }
  if (text_[first] == '0' && end > first + 1) {
    return fail(first, "number with a leading zero");
  }
  if (end < text_.size() && text_[end] == '.') {
    const std::size_t fraction = end + 1;
    end = find_end_of_digits(text_, fraction);
    if (end == fraction) {
      return fail(end, "expected a digit after '.'");
    }
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    ++end;
    if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) {
      ++end;
    }
    const std::size_t exponent = end;
    end = find_end_of_digits(text_, exponent);
    if (end == exponent) {
      return fail(end, "expected a digit in the exponent");
    }
  }
  return take(Token::number, end);
}

Token Scanner::read_literal(std::string_view spelling, Token token) {
  for (std::size_t i = 0; i < spelling.size(); ++i) {
    if (position_ + i == text_.size() || text_[position_ + i] != spelling[i]) {
      return fail(position_ + i, "unknown word (only true, false and null are values)");
    }
  }
  return take(token, position_ + spelling.size());
}

Token Scanner::open(Token token) {
  if (depth_ != 0 && depth_ % 64 == 0) {
    outer_containers_.push_back(containers_);
  }
  ++depth_;
  containers_ = (containers_ << 1) | (token == Token::object_begin ? 1 : 0);
  return take(token, position_ + 1);
}

Token Scanner::close() {
  const Token token = in_object() ? Token::object_end : Token::array_end;
  --depth_;
  containers_ >>= 1;
  if (depth_ != 0 && depth_ % 64 == 0) {
    containers_ = outer_containers_.back();
    outer_containers_.pop_back();
  }
  return take(token, position_ + 1);
}

Token Scanner::take(Token token, std::size_t end) {
  raw_ = text_.substr(position_, end - position_);
  offset_ = position_;
  position_ = end;
  state_ = token == Token::key            ? State::colon
           : token == Token::object_begin ? State::first_key
           : token == Token::array_begin  ? State::first_element
                                          : State::after_value;
  return token;
}

Token Scanner::fail(std::size_t offset, std::string_view message) {
  error_message_ = offset == text_.size() ? std::string_view("unexpected end") : message;
  offset_ = offset;
  raw_ = {};
  state_ = State::failed;
  return Token::error;
}

std::optional<Problem> find_problem(std::string_view text) {
  Scanner scanner(text);
  scanner.next();
  scanner.skip();
  if (scanner.next() == Token::end) {
    return std::nullopt;
  }
  return scanner.problem();
}

std::string unescape(std::string_view raw_string) {
  const std::string_view text = without_quotes(raw_string);
  std::string out;
  out.reserve(text.size());
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t backslash = std::min(text.find('\\', position), text.size());
    out += text.substr(position, backslash - position);
    position = backslash;
    if (position < text.size()) {
      position += append_unescaped(out, text.substr(position));
    }
  }
  return out;
}

bool spells(std::string_view raw_string, std::string_view text) {
  const std::string_view content = without_quotes(raw_string);
  if (content == text) {
    return content.find('\\') == std::string_view::npos;
  }
  // An escape is longer than what it spells, six bytes for one at most.
  const bool may_match = content.size() > text.size() && content.size() / 6 <= text.size() &&
                         content.find('\\') != std::string_view::npos;
  return may_match && unescape(raw_string) == text;
}

bool append_compact(std::string& out, std::string_view text, Replace replace) {
  const std::size_t size_before = out.size();
  Scanner scanner(text);
  bool is_after_value = false;
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::end) {
      return true;
    }
    if (token == Token::error) {
      out.resize(size_before);
      return false;
    }
    const bool is_end = token == Token::object_end || token == Token::array_end;
    if (is_after_value && !is_end) {
      out += ',';
    }
    std::optional<std::string> other;
    if (replace != nullptr && token == Token::string) other = replace(scanner.raw());
    out += other ? std::string_view(*other) : scanner.raw();
    if (token == Token::key) {
      out += ':';
    }
    is_after_value =
        token != Token::key && token != Token::object_begin && token != Token::array_begin;
  }
}

}  // namespace terra_hook::json
