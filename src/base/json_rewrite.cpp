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

/// `raw` in `style` by its text alone, where that is how a double of it is written: a plain decimal
/// whose digits a double holds exactly (15 of them, IEEE 754). Nothing: it takes a conversion.
std::optional<std::string_view> plain_number(std::string_view raw, Numbers style) {
  constexpr std::size_t k_exact_digits = 15;
  const std::size_t sign = raw.starts_with('-') ? 1 : 0;
  const std::string_view digits = raw.substr(sign);
  const std::size_t point = digits.find('.');
  // Small numbers are written with an exponent from some size on.
  const bool is_small = digits.front() == '0' && (digits.size() < 3 || digits[2] == '0');
  if (digits.size() > k_exact_digits || is_small ||
      digits.find_first_of("eE") != std::string_view::npos) {
    return std::nullopt;
  }
  if (point == std::string_view::npos) return raw;
  const std::size_t end = raw.find_last_not_of('0') + 1;
  if (end > sign + point + 1) return raw.substr(0, end);
  return raw.substr(0, style == Numbers::python ? end + 1 : end - 1);
}

/// A number written anew, at the end of `out`.
void append_number(std::string& out, std::string_view raw, Numbers style) {
  const bool is_integer = raw.find_first_of(".eE") == std::string_view::npos;
  if (style == Numbers::as_sent) {
    out += raw;
  } else if (style == Numbers::python && is_integer) {
    out += raw == "-0" ? "0" : raw;
  } else if (const auto plain = plain_number(raw, style)) {
    out += *plain;
  } else {
    double value = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    out += error != std::errc()           ? std::string(raw)
           : style == Numbers::javascript ? javascript_number(value)
                                          : python_number(value);
  }
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

/// The characters that every way of writing a string spells as they are.
constexpr std::array<bool, 256> k_unchanged = [] {
  std::array<bool, 256> unchanged{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) unchanged[c] = true;
  for (const char c : {'\\', '/', '<', '>', '&'}) unchanged[static_cast<unsigned char>(c)] = false;
  return unchanged;
}();

bool needs_no_change(std::string_view raw) {
  return std::all_of(raw.begin() + 1, raw.end() - 1,
                     [](char c) { return k_unchanged[static_cast<unsigned char>(c)]; });
}

/// A string token written anew, at the end of `out`.
void append_string(std::string& out, std::string_view raw, const WriteStyle& style) {
  if (style.escapes == Escapes::as_sent || needs_no_change(raw)) {
    out += raw;
    return;
  }
  const std::string text = unescape(raw);
  const bool is_ascii = style.escapes == Escapes::ascii && is_utf8(text);
  out += '"';
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
  out += '"';
}

/// Where a member of an object stands in what is written.
struct Member {
  std::string_view raw_key;
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool key_less(const Member& a, const Member& b) {
  const auto is_plain_key = [](std::string_view raw) {
    return raw.find('\\') == std::string_view::npos;
  };
  const auto bare = [](std::string_view raw) { return raw.substr(1, raw.size() - 2); };
  if (is_plain_key(a.raw_key) && is_plain_key(b.raw_key)) return bare(a.raw_key) < bare(b.raw_key);
  return unescape(a.raw_key) < unescape(b.raw_key);
}

/// One open container.
struct Container {
  bool is_object = false;
  bool is_empty = true;
  std::vector<Member> members;  // of an object whose keys are to be sorted
};

class Rewriter {
 public:
  Rewriter(const WriteStyle& style, std::uint64_t max_bytes)
      : style_(style), max_bytes_(max_bytes) {}

  std::optional<std::string> run(std::string_view text) {
    out_.reserve(std::min<std::uint64_t>(text.size() + text.size() / 8, max_bytes_));
    Scanner scanner(text);
    for (;;) {
      const Token token = scanner.next();
      if (token == Token::end) return std::move(out_);
      if (token == Token::error || out_.size() > max_bytes_ || scanner.depth() > k_max_depth ||
          moved_ > k_max_moves * max_bytes_) {
        return std::nullopt;
      }
      take(token, scanner.raw());
    }
  }

 private:
  /// Sorting moves the members of inner objects again and again: as often as JSON is deep.
  static constexpr std::uint64_t k_max_moves = 8;

  void take(Token token, std::string_view raw) {
    switch (token) {
      case Token::object_begin:
      case Token::array_begin:
        begin_value();
        out_ += raw;
        open_.emplace_back();
        open_.back().is_object = token == Token::object_begin;
        return;
      case Token::object_end:
      case Token::array_end: close(raw); break;
      case Token::key: return begin_member(raw);
      case Token::string:
        begin_value();
        append_string(out_, raw, style_);
        break;
      case Token::number:
        begin_value();
        append_number(out_, raw, style_.numbers);
        break;
      default: begin_value(); out_ += raw;
    }
    if (!open_.empty() && !open_.back().members.empty())
      open_.back().members.back().end = out_.size();
  }

  void break_line(std::size_t depth) {
    if (style_.spacing != Spacing::indented) return;
    out_ += '\n';
    out_.append(style_.indent == 0 ? depth : depth * style_.indent,
                style_.indent == 0 ? '\t' : ' ');
  }

  void separate() {
    out_ += ',';
    if (style_.spacing == Spacing::spaced) out_ += ' ';
    break_line(open_.size());
  }

  /// What stands before an element or member of the innermost container.
  void begin_item() {
    if (open_.back().is_empty) {
      open_.back().is_empty = false;
      return break_line(open_.size());
    }
    separate();
  }

  void begin_member(std::string_view raw_key) {
    begin_item();
    if (style_.sorts_keys) open_.back().members.push_back({raw_key, out_.size(), 0});
    append_string(out_, raw_key, style_);
    out_ += ':';
    if (style_.spacing != Spacing::compact) out_ += ' ';
  }

  void begin_value() {
    if (!open_.empty() && !open_.back().is_object) begin_item();
  }

  void close(std::string_view bracket) {
    sort(open_.back().members);
    const bool is_empty = open_.back().is_empty;
    open_.pop_back();
    if (!is_empty) break_line(open_.size());
    out_ += bracket;
  }

  void sort(std::vector<Member>& members) {
    if (std::is_sorted(members.begin(), members.end(), key_less)) return;
    const std::size_t begin = members.front().begin;
    const std::string before = out_.substr(begin);
    moved_ += before.size();
    std::stable_sort(members.begin(), members.end(), key_less);
    out_.resize(begin);
    for (const Member& member : members) {
      if (out_.size() > begin) separate();
      out_.append(before, member.begin - begin, member.end - member.begin);
    }
  }

  const WriteStyle& style_;
  std::uint64_t max_bytes_;
  std::uint64_t moved_ = 0;  // bytes that sorting wrote again
  std::vector<Container> open_;
  std::string out_;
};

}  // namespace

std::optional<std::string> rewrite(std::string_view text, const WriteStyle& style,
                                   std::uint64_t max_bytes) {
  auto result = Rewriter(style, max_bytes).run(text);
  return result && result->size() <= max_bytes ? std::move(result) : std::nullopt;
}

}  // namespace terra_hook::json
