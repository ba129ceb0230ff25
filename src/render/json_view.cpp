// SPDX-License-Identifier: MIT
#include "render/json_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/count.hpp"
#include "base/json_scanner.hpp"
#include "base/signed_url.hpp"
#include "base/terminal.hpp"
#include "render/plain_view.hpp"
#include "render/sample_fold.hpp"
#include "render/shown_text.hpp"

namespace terra_hook {

namespace {

using json::Token;

bool is_scalar(Token token) {
  return token == Token::string || token == Token::number || token == Token::true_literal ||
         token == Token::false_literal || token == Token::null_literal;
}

// Whether every byte is printable ASCII, and so shown as it is.
bool is_plain(std::string_view text) {
  bool is_odd = false;
  for (const char c : text) is_odd |= c < ' ' || c > '~';
  return !is_odd;
}

class JsonPrinter {
 public:
  JsonPrinter(std::string_view body, const JsonViewOptions& options, const Style& style,
              const TextSink& sink)
      : body_(body),
        options_(options),
        style_(style),
        scanner_(body),
        buffer_(sink, options.max_lines != 0) {}

  // False when the body turns out not to be JSON; problem() says why. With a bound on lines nothing
  // was handed on then.
  bool print();

  json::Problem problem() const { return scanner_.problem(); }
  bool flush() { return buffer_.flush(); }

 private:
  std::string& out() { return buffer_.text(); }
  void print_key();
  void print_value(Token token);
  void print_long_scalar(Token token, std::string_view raw);
  void print_container(Token token, bool is_element);
  bool print_on_one_line();
  bool print_samples();
  void print_rest_of_array();
  void end_container();
  void begin_item();
  bool begin_line();
  std::string_view color_of(Token token) const;
  std::size_t append_token(std::string& text, Token token, std::string_view raw) const;
  std::size_t append_shown(std::string& text, Token token, std::string_view raw) const;

  std::string_view body_;
  const JsonViewOptions& options_;
  const Style& style_;
  json::Scanner scanner_;
  TextBuffer buffer_;
  std::string line_;                // a container that may fit on one line
  std::vector<std::size_t> items_;  // how many each open container has shown
  std::size_t lines_ = 0;           // complete ones
  std::size_t column_ = 0;          // where the next value begins
  bool is_after_key_ = false;
  bool is_full_ = false;
};

bool JsonPrinter::print() {
  while (!is_full_ && buffer_.is_wanted()) {
    const Token token = scanner_.next();
    switch (token) {
      case Token::end: out() += '\n'; return true;
      case Token::error: return false;
      case Token::object_end:
      case Token::array_end: end_container(); break;
      case Token::key: print_key(); break;
      default: print_value(token); break;
    }
    buffer_.flush_if_large();
  }
  return true;
}

void JsonPrinter::print_key() {
  begin_item();
  if (is_full_) {
    return;
  }
  column_ += append_token(out(), Token::key, scanner_.raw()) + 2;
  out() += ": ";
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
  constexpr std::size_t k_long = 64 << 10;
  if (!is_scalar(token)) {
    print_container(token, is_element);
  } else if (options_.max_string_columns == 0 && scanner_.raw().size() > k_long) {
    print_long_scalar(token, scanner_.raw());
  } else {
    append_token(out(), token, scanner_.raw());
  }
}

// In pieces, so that no second copy of it is made.
void JsonPrinter::print_long_scalar(Token token, std::string_view raw) {
  if (token == Token::string && hide_signed_query(raw)) {
    append_token(out(), token, raw);
    return;
  }
  out() += color_of(token);
  while (!raw.empty() && buffer_.is_wanted()) {
    out() += style_.clean(take_piece(raw));
    buffer_.flush_if_large();
  }
  if (!color_of(token).empty()) out() += style_.reset;
}

void JsonPrinter::print_container(Token token, bool is_element) {
  const bool is_object = token == Token::object_begin;
  if (scanner_.depth() > options_.max_depth) {
    json::Scanner ahead = scanner_;
    const Token first = ahead.next();
    const bool is_empty = first == Token::object_end || first == Token::array_end;
    out() += is_object ? '{' : '[';
    out() += is_empty ? std::string_view{} : style_.ellipsis();
    out() += is_object ? '}' : ']';
    scanner_.skip();
    return;
  }
  if ((!is_object || is_element) && print_on_one_line()) return;
  if (!is_object && options_.max_samples != 0 && print_samples()) return;
  out() += scanner_.raw();
  items_.push_back(0);
}

// Prints the container that was just opened and moves behind it, if it has only scalars and fits.
// Objects are tried as elements of arrays: a sample reads best as one line.
bool JsonPrinter::print_on_one_line() {
  json::Scanner ahead = scanner_;
  line_ = scanner_.raw();
  std::size_t end = column_ + std::string_view("[],").size();
  bool is_first = true;
  for (;;) {
    Token token = ahead.next();
    if (token == Token::array_end || token == Token::object_end) {
      out().append(line_).append(ahead.raw());
      scanner_ = std::move(ahead);
      return true;
    }
    if (!is_first) {
      line_ += ", ";
      end += 2;
    }
    is_first = false;
    const auto is_too_long = [&](std::string_view raw) {
      return options_.max_string_columns == 0 && raw.size() > max_bytes_of(options_.width);
    };
    if (token == Token::key) {
      if (is_too_long(ahead.raw())) return false;
      end += append_token(line_, token, ahead.raw()) + 2;
      line_ += ": ";
      token = ahead.next();
    }
    if (!is_scalar(token) || is_too_long(ahead.raw())) return false;
    end += append_token(line_, token, ahead.raw());
    if (end > options_.width) return false;
  }
}

// One line for the array that was just opened, if it is one of more samples than are to be shown.
bool JsonPrinter::print_samples() {
  json::Scanner ahead = scanner_;
  const std::optional<SampleFold> fold = read_samples(ahead);
  if (!fold || fold->items <= options_.max_samples) {
    return false;
  }
  constexpr std::size_t k_fewest_columns = 20;
  const std::size_t end = column_ + 1;  // a comma may follow
  const std::size_t room = options_.width > end ? options_.width - end : 0;
  out() += fold_text(*fold, std::max(room, k_fewest_columns), style_);
  scanner_ = std::move(ahead);
  return true;
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
  out() += ',';
  if (begin_line()) {
    out() += style_.paint(style_.dim,
                          fmt::format("{} {} more", style_.ellipsis(), grouped_digits(rest)));
    end_container();
  }
}

void JsonPrinter::end_container() {
  const bool is_empty = items_.back() == 0;
  items_.pop_back();
  if (is_empty || begin_line()) {
    out() += scanner_.raw();
  }
}

void JsonPrinter::begin_item() {
  if (items_.back()++ > 0) {
    out() += ',';
  }
  begin_line();
}

// False when no further line may be shown; the note that says so is the last one then.
bool JsonPrinter::begin_line() {
  out() += '\n';
  ++lines_;
  if (options_.max_lines != 0 && lines_ == options_.max_lines) {
    out() += rest_note(body_, style_);
    is_full_ = true;
    return false;
  }
  column_ = 2 * items_.size();
  out().append(column_, ' ');
  return true;
}

std::string_view JsonPrinter::color_of(Token token) const {
  switch (token) {
    case Token::key: return style_.key;
    case Token::string: return style_.string;
    case Token::number: return style_.number;
    default: return style_.literal;
  }
}

// Appends a scalar or a key in its colour and answers how many columns it takes.
std::size_t JsonPrinter::append_token(std::string& text, Token token, std::string_view raw) const {
  const std::string_view color = color_of(token);
  text += color;
  const std::size_t columns = append_shown(text, token, raw);
  if (!color.empty()) text += style_.reset;
  return columns;
}

std::size_t JsonPrinter::append_shown(std::string& text, Token token, std::string_view raw) const {
  const std::optional<std::string> other =
      token == Token::string ? hide_signed_query(raw) : std::nullopt;
  if (other) raw = *other;
  const std::size_t max_columns = options_.max_string_columns;
  if ((max_columns == 0 || raw.size() <= max_columns) && is_plain(raw)) {
    text += raw;
    return raw.size();
  }
  Fitted fitted = fit_text(raw, max_columns, style_);
  if (fitted.is_cut) {
    const std::size_t quotes = token == Token::number ? 0 : 2;
    fitted.text += fmt::format(" {}{}", style_.ellipsis(), bytes_note(raw.size() - quotes));
  }
  text += fitted.text;
  return display_width(fitted.text);
}

}  // namespace

bool json_view(std::string_view body, const JsonViewOptions& options, const Style& style,
               const TextSink& sink) {
  if (body.empty()) {
    return true;
  }
  // What was handed on can't be taken back. With a bound on lines little is held back, and the rest
  // of the body need not be read.
  if (options.max_lines == 0) {
    if (const std::optional<json::Problem> problem = json::find_problem(body)) {
      return plain_view(body, *problem, options, style, sink);
    }
  }
  JsonPrinter printer(body, options, style, sink);
  return printer.print() ? printer.flush()
                         : plain_view(body, printer.problem(), options, style, sink);
}

std::string json_view(std::string_view body, const JsonViewOptions& options, const Style& style) {
  std::string text;
  json_view(body, options, style, [&text](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

}  // namespace terra_hook
