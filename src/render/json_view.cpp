// SPDX-License-Identifier: MIT
#include "render/json_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/json_scanner.hpp"
#include "base/signed_url.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"

namespace terra_hook {

namespace {

using json::Token;

// `1,204`.
std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string bytes_note(std::size_t size) {
  return fmt::format(" ({} {})", grouped(size), size == 1 ? "byte" : "bytes");
}

// What stands for all that `max_lines` leaves out. It does not count lines: that would mean reading
// the rest.
std::string rest_note(std::string_view body, const Style& style) {
  return style.paint(style.dim,
                     fmt::format("{} ({} in all)", style.ellipsis(), to_human_size(body.size()))) +
         '\n';
}

struct Fitted {
  std::string text;
  bool is_cut = false;
};

// `text` sanitized and, where it takes more than `max_columns` (0: no bound), cut to fewer. Looks
// at no more than it takes to fill them.
Fitted fit(std::string_view text, std::size_t max_columns, const Style& style) {
  // One column may hold a base and four marks of four bytes each.
  constexpr std::size_t k_max_bytes_per_column = 20;
  if (max_columns == 0) {
    return {sanitize(text, style.unicode)};
  }
  const std::size_t max_bytes = (std::min(max_columns, text.size()) + 2) * k_max_bytes_per_column;
  std::string shown = sanitize(text.substr(0, max_bytes), style.unicode);
  if (display_width(shown) <= max_columns) {
    return {std::move(shown)};
  }
  constexpr std::string_view k_cut_mark = "…";
  shown = truncate(shown, max_columns);
  shown.resize(shown.size() - k_cut_mark.size());
  return {std::move(shown), true};
}

bool is_scalar(Token token) {
  return token == Token::string || token == Token::number || token == Token::true_literal ||
         token == Token::false_literal || token == Token::null_literal;
}

class JsonPrinter {
 public:
  JsonPrinter(std::string_view body, const JsonViewOptions& options, const Style& style)
      : body_(body), options_(options), style_(style), scanner_(body) {}

  // False when the body turns out not to be JSON; problem() says why.
  bool print();

  json::Problem problem() const { return scanner_.problem(); }
  std::string take_output() { return std::move(out_); }

 private:
  void print_key();
  void print_value(Token token);
  void print_container(Token token, bool is_element);
  bool print_on_one_line(bool is_object);
  void print_rest_of_array();
  void end_container();
  void begin_item();
  bool begin_line();
  std::string_view color_of(Token token) const;
  std::string shown(Token token, std::string_view raw) const;

  std::string_view body_;
  const JsonViewOptions& options_;
  const Style& style_;
  json::Scanner scanner_;
  std::string out_;
  std::vector<std::size_t> items_;  // how many each open container has shown
  std::size_t lines_ = 0;           // complete ones
  std::size_t column_ = 0;          // where the next value begins
  bool is_after_key_ = false;
  bool is_full_ = false;
};

bool JsonPrinter::print() {
  while (!is_full_) {
    const Token token = scanner_.next();
    switch (token) {
      case Token::end: out_ += '\n'; return true;
      case Token::error: return false;
      case Token::object_end:
      case Token::array_end: end_container(); break;
      case Token::key: print_key(); break;
      default: print_value(token); break;
    }
  }
  return true;
}

void JsonPrinter::print_key() {
  begin_item();
  if (is_full_) {
    return;
  }
  const std::string key = shown(Token::key, scanner_.raw());
  out_ += style_.paint(style_.key, key) + ": ";
  column_ += display_width(key) + 2;
  is_after_key_ = true;
}

void JsonPrinter::print_value(Token token) {
  const bool is_element = !is_after_key_ && !items_.empty();
  is_after_key_ = false;
  if (is_element) {
    if (options_.max_array_items != 0 && items_.back() == options_.max_array_items) {
      return print_rest_of_array();
    }
    begin_item();
    if (is_full_) {
      return;
    }
  }
  if (is_scalar(token)) {
    out_ += style_.paint(color_of(token), shown(token, scanner_.raw()));
  } else {
    print_container(token, is_element);
  }
}

void JsonPrinter::print_container(Token token, bool is_element) {
  const bool is_object = token == Token::object_begin;
  if (scanner_.depth() > options_.max_depth) {
    json::Scanner ahead = scanner_;
    const Token first = ahead.next();
    const bool is_empty = first == Token::object_end || first == Token::array_end;
    out_ += is_object ? '{' : '[';
    out_ += is_empty ? std::string_view{} : style_.ellipsis();
    out_ += is_object ? '}' : ']';
    scanner_.skip();
  } else if ((is_object && !is_element) || !print_on_one_line(is_object)) {
    out_ += scanner_.raw();
    items_.push_back(0);
  }
}

// Prints the container that was just opened and moves behind it, if it has only scalars and fits.
// Objects are tried as elements of arrays: a sample reads best as one line.
bool JsonPrinter::print_on_one_line(bool is_object) {
  json::Scanner ahead = scanner_;
  std::string line(scanner_.raw());
  std::size_t end = column_ + std::string_view("[],").size();
  bool is_first = true;
  for (;;) {
    Token token = ahead.next();
    if (token == Token::array_end || token == Token::object_end) {
      out_ += line.append(ahead.raw());
      scanner_ = std::move(ahead);
      return true;
    }
    std::string key;
    if (is_object && token == Token::key) {
      key = shown(Token::key, ahead.raw());
      token = ahead.next();
    }
    if (!is_scalar(token)) return false;
    const std::string text = shown(token, ahead.raw());
    const std::size_t separators = (is_first ? 0 : 2) + (is_object ? 2 : 0);
    end += separators + display_width(key) + display_width(text);
    if (end > options_.width) return false;
    if (!is_first) line += ", ";
    is_first = false;
    if (is_object) line += style_.paint(style_.key, key) + ": ";
    line += style_.paint(color_of(token), text);
  }
}

// The element that was just begun and all after it, as a count.
void JsonPrinter::print_rest_of_array() {
  std::size_t rest = 0;
  do {
    ++rest;
    if (!scanner_.skip()) {
      return;
    }
  } while (scanner_.next() != Token::array_end);
  out_ += ',';
  if (begin_line()) {
    out_ += style_.paint(style_.dim, fmt::format("{} {} more", style_.ellipsis(), grouped(rest)));
    end_container();
  }
}

void JsonPrinter::end_container() {
  const bool is_empty = items_.back() == 0;
  items_.pop_back();
  if (is_empty || begin_line()) {
    out_ += scanner_.raw();
  }
}

void JsonPrinter::begin_item() {
  if (items_.back()++ > 0) {
    out_ += ',';
  }
  begin_line();
}

// False when no further line may be shown; the note that says so is the last one then.
bool JsonPrinter::begin_line() {
  out_ += '\n';
  ++lines_;
  if (options_.max_lines != 0 && lines_ == options_.max_lines) {
    out_ += rest_note(body_, style_);
    is_full_ = true;
    return false;
  }
  column_ = 2 * items_.size();
  out_.append(column_, ' ');
  return true;
}

std::string_view JsonPrinter::color_of(Token token) const {
  switch (token) {
    case Token::string: return style_.string;
    case Token::number: return style_.number;
    default: return style_.literal;
  }
}

std::string JsonPrinter::shown(Token token, std::string_view raw) const {
  std::optional<std::string> other;
  if (token == Token::string) other = hide_signed_query(raw);
  if (other) raw = *other;
  Fitted fitted = fit(raw, options_.max_string_columns, style_);
  if (!fitted.is_cut) {
    return std::move(fitted.text);
  }
  const std::size_t quotes = token == Token::number ? 0 : 2;
  return fmt::format("{} {}{}", fitted.text, style_.ellipsis(), bytes_note(raw.size() - quotes));
}

// More than a few bytes in a hundred that no text has.
bool is_binary(std::string_view body) {
  const std::string_view sample = body.substr(0, 4096);
  std::size_t odd_bytes = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto byte = static_cast<unsigned char>(sample[i]);
    if (byte == 0) {
      return true;
    }
    if (byte < 0x80) {
      const bool is_text = byte >= 0x20 && byte != 0x7F;
      odd_bytes += is_text || byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
      continue;
    }
    std::size_t length = 2;
    while (length <= 4 && !is_utf8(sample.substr(i, length))) {
      ++length;
    }
    odd_bytes += length > 4 ? 1 : 0;
    i += length > 4 ? 0 : length - 1;
  }
  return odd_bytes * 20 > sample.size();
}

std::string hex_dump(std::string_view body, const JsonViewOptions& options, const Style& style) {
  constexpr std::size_t k_max_bytes = 256;
  const std::size_t per_line = options.width < 72 ? 8 : 16;  // 70 columns for 16
  const std::size_t allowed =
      options.max_lines == 0 ? k_max_bytes : std::min(k_max_bytes, options.max_lines * per_line);
  std::string out = style.paint(style.dim, "not JSON, not text:" + bytes_note(body.size())) + '\n';
  const std::string_view start = body.substr(0, allowed);
  for (std::size_t offset = 0; offset < start.size(); offset += per_line) {
    const std::string_view row = start.substr(offset, per_line);
    std::string hex;
    std::string ascii;
    for (const char c : row) {
      fmt::format_to(std::back_inserter(hex), " {:02x}", static_cast<unsigned char>(c));
      ascii += c >= 0x20 && c < 0x7F ? c : '.';
    }
    out += style.paint(style.dim, fmt::format("{:04x} ", offset)) +
           fmt::format("{:<{}}  {}\n", hex, 3 * per_line, ascii);
  }
  if (body.size() > start.size()) {
    const std::string rest = grouped(body.size() - start.size());
    out += style.paint(style.dim, fmt::format("{} {} more bytes", style.ellipsis(), rest)) + '\n';
  }
  return out;
}

std::string shown_line(std::string_view line, const JsonViewOptions& options, const Style& style) {
  std::string spaced;
  for (const char c : line) {
    if (c == '\t') {
      spaced += "    ";
    } else {
      spaced += c;
    }
  }
  Fitted fitted = fit(spaced, options.max_string_columns, style);
  if (fitted.is_cut) {
    fitted.text +=
        style.paint(style.dim, fmt::format(" {}{}", style.ellipsis(), bytes_note(line.size())));
  }
  return std::move(fitted.text);
}

std::string text_lines(std::string_view body, const JsonViewOptions& options, const Style& style) {
  std::string out;
  std::string_view rest = body;
  for (std::size_t lines = 0; !rest.empty(); ++lines) {
    if (options.max_lines != 0 && lines == options.max_lines) {
      return out + rest_note(body, style);
    }
    const std::size_t newline = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, newline);
    rest.remove_prefix(std::min(newline + 1, rest.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    out += shown_line(line, options, style) + '\n';
  }
  return out;
}

}  // namespace

std::string json_view(std::string_view body, const JsonViewOptions& options, const Style& style) {
  if (body.empty()) {
    return {};
  }
  JsonPrinter printer(body, options, style);
  if (printer.print()) {
    return printer.take_output();
  }
  if (is_binary(body)) {
    return hex_dump(body, options, style);
  }
  const json::Problem problem = printer.problem();
  const std::string verdict = fmt::format("not JSON: line {}, column {}: {}", problem.line,
                                          problem.column, problem.message);
  return style.paint(style.dim, verdict) + '\n' + text_lines(body, options, style);
}

}  // namespace terra_hook
