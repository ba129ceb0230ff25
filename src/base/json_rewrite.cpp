// SPDX-License-Identifier: MIT
#include "base/json_rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"

namespace terra_hook::json {
namespace {

constexpr std::size_t k_max_depth = 200;

struct DecimalText {
  std::string digits;  // without point, no zeros at either end
  int exponent = 0;    // the value is 0.digits times ten to this
  bool is_negative = false;
};

/// The shortest digits that read back as `value`, which is finite.
DecimalText shortest(double value) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  DecimalText decimal;
  if (text.front() == '-') {
    decimal.is_negative = true;
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  std::string_view exponent = text.substr(e + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.exponent);
  ++decimal.exponent;
  return decimal;
}

std::string in_scientific(const DecimalText& number, bool pads_exponent) {
  std::string text = number.digits.substr(0, 1);
  if (number.digits.size() > 1) text += "." + number.digits.substr(1);
  const int exponent = number.exponent - 1;
  const int size = exponent < 0 ? -exponent : exponent;
  return text + (exponent < 0 ? "e-" : "e+") + (pads_exponent && size < 10 ? "0" : "") +
         std::to_string(size);
}

std::string in_fixed(const DecimalText& number) {
  const int count = static_cast<int>(number.digits.size());
  if (number.exponent <= 0) {
    return "0." + std::string(static_cast<std::size_t>(-number.exponent), '0') + number.digits;
  }
  if (number.exponent >= count) {
    return number.digits + std::string(static_cast<std::size_t>(number.exponent - count), '0');
  }
  const auto whole = static_cast<std::size_t>(number.exponent);
  return number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

/// ECMA-262, Number::toString.
std::string javascript_number(double value) {
  if (value == 0) return "0";
  const DecimalText number = shortest(value);
  const bool is_fixed = number.exponent > -6 && number.exponent <= 21;
  return (number.is_negative ? "-" : "") +
         (is_fixed ? in_fixed(number) : in_scientific(number, false));
}

/// Python's repr() of a float.
std::string python_number(double value) {
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  const DecimalText number = shortest(value);
  const bool is_fixed = number.exponent > -4 && number.exponent <= 16;
  std::string text = is_fixed ? in_fixed(number) : in_scientific(number, true);
  if (is_fixed && text.find('.') == std::string::npos) text += ".0";
  return (number.is_negative ? "-" : "") + text;
}

std::string number_text(std::string_view raw, Numbers style) {
  const bool is_integer = raw.find_first_of(".eE") == std::string_view::npos;
  if (style == Numbers::as_sent) return std::string(raw);
  if (style == Numbers::python && is_integer) return std::string(raw == "-0" ? "0" : raw);
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (error != std::errc()) return std::string(raw);
  return style == Numbers::javascript ? javascript_number(value) : python_number(value);
}

void append_unit(std::string& out, std::uint32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

/// The code point that begins at `text[position]`, well-formed UTF-8, and moves past it.
std::uint32_t read_code_point(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position);
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t code = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = (code << 6) | (byte(position + i) & 0x3fU);
  position += length;
  return code;
}

void append_ascii(std::string& out, std::string_view text, std::size_t& position) {
  const std::uint32_t code = read_code_point(text, position);
  if (code < 0x10000) return append_unit(out, code);
  append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
  append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

void append_escaped_control(std::string& out, char c) {
  switch (c) {
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: append_unit(out, static_cast<unsigned char>(c));
  }
}

/// A string token written anew.
std::string string_text(std::string_view raw, const WriteStyle& style) {
  if (style.escapes == Escapes::as_sent) return std::string(raw);
  const std::string text = unescape(raw);
  const bool is_ascii = style.escapes == Escapes::ascii && is_utf8(text);
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_ascii && static_cast<unsigned char>(c) >= 0x80) {
      append_ascii(out, text, i);
      continue;
    }
    const bool is_html = style.escapes_html && (c == '<' || c == '>' || c == '&');
    if (c == '"' || c == '\\' || (c == '/' && style.escapes_slashes)) {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      append_escaped_control(out, c);
    } else if (is_html || (is_ascii && c == 0x7f && style.escapes_html)) {
      append_unit(out, static_cast<unsigned char>(c));
    } else {
      out += c;
    }
    ++i;
  }
  return out + '"';
}

/// One open container: what is written of it so far, and its members where they are to be sorted.
struct Container {
  bool is_object = false;
  bool is_empty = true;
  std::string text;
  std::vector<std::pair<std::string, std::string>> members;  // key as spelled out, whole member
  std::string key;                                           // of the member being written
};

class Rewriter {
 public:
  Rewriter(const WriteStyle& style, std::uint64_t max_bytes)
      : style_(style), max_bytes_(max_bytes) {}

  std::optional<std::string> run(std::string_view text) {
    Scanner scanner(text);
    for (;;) {
      const Token token = scanner.next();
      if (token == Token::end) return std::move(result_);
      if (token == Token::error || written_ > max_bytes_ || scanner.depth() > k_max_depth) {
        return std::nullopt;
      }
      take(token, scanner.raw());
    }
  }

 private:
  void take(Token token, std::string_view raw) {
    switch (token) {
      case Token::object_begin:
      case Token::array_begin:
        open_.emplace_back();
        open_.back().is_object = token == Token::object_begin;
        return;
      case Token::object_end:
      case Token::array_end: return add(close());
      case Token::key: open_.back().key = std::string(raw); return;
      case Token::string: return add(string_text(raw, style_));
      case Token::number: return add(number_text(raw, style_.numbers));
      default: return add(std::string(raw));
    }
  }

  std::string line_break(std::size_t depth) const {
    if (style_.spacing != Spacing::indented) return "";
    return "\n" + (style_.indent == 0 ? std::string(depth, '\t')
                                      : std::string(depth * style_.indent, ' '));
  }

  /// A value of the innermost open container, or the whole.
  void add(std::string value) {
    written_ += value.size();
    if (open_.empty()) {
      result_ = std::move(value);
      return;
    }
    Container& container = open_.back();
    if (!container.is_object) return append(container, value);
    std::string member = string_text(container.key, style_);
    member += style_.spacing == Spacing::compact ? ":" : ": ";
    member += value;
    if (!style_.sorts_keys) return append(container, member);
    container.members.emplace_back(unescape(container.key), std::move(member));
  }

  void append(Container& container, std::string_view item) {
    if (!container.is_empty) container.text += style_.spacing == Spacing::spaced ? ", " : ",";
    container.is_empty = false;
    container.text += line_break(open_.size());
    container.text += item;
  }

  std::string close() {
    Container& container = open_.back();
    std::stable_sort(container.members.begin(), container.members.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& member : container.members) append(container, member.second);
    std::string text = (container.is_object ? "{" : "[") + container.text;
    if (!container.is_empty) text += line_break(open_.size() - 1);
    text += container.is_object ? '}' : ']';
    open_.pop_back();
    return text;
  }

  const WriteStyle& style_;
  std::uint64_t max_bytes_;
  std::uint64_t written_ = 0;  // also counts what is written again a level further out
  std::vector<Container> open_;
  std::string result_;
};

}  // namespace

std::optional<std::string> rewrite(std::string_view text, const WriteStyle& style,
                                   std::uint64_t max_bytes) {
  constexpr std::uint64_t k_usual_depth = 8;
  auto result = Rewriter(style, max_bytes * k_usual_depth).run(text);
  return result && result->size() <= max_bytes ? std::move(result) : std::nullopt;
}

}  // namespace terra_hook::json
