// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "base/suggest.hpp"
#include "base/terminal.hpp"
#include "webhook/expression_node.hpp"

namespace terra_hook {
namespace {

using Node = Expression::Node;

constexpr std::size_t k_longest_expression = 4096;
constexpr std::size_t k_most_tests = 64;
constexpr std::size_t k_most_levels = 32;
constexpr std::string_view k_header_prefix = "header.";
constexpr std::string_view k_expression_space = " \t\r\n";
/// What ends a bare word or pointer.
constexpr std::string_view k_operator_characters = "=!<>~&|()\"'";

constexpr std::pair<std::string_view, Comparison> k_operators[] = {
    {"==", Comparison::equal},   {"!=", Comparison::unequal},  {"!~", Comparison::mismatch},
    {"<=", Comparison::at_most}, {">=", Comparison::at_least}, {"<", Comparison::less},
    {">", Comparison::greater},  {"~", Comparison::match},
};

bool is_name_character(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-' || c == '.';
}

/// A bare value as what it spells: `12`, `true`, `null` or a word.
Literal bare_literal(std::string_view text) {
  json::Scanner scanner(text);
  const json::Token token = scanner.next();
  const bool is_literal = token == json::Token::number || token == json::Token::true_literal ||
                          token == json::Token::false_literal || token == json::Token::null_literal;
  if (is_literal && scanner.raw() == text) return {token, std::string(text)};
  return {json::Token::string, std::string(text)};
}

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  Result<Node> parse() {
    TRY_ASSIGN(Node root, any(0));
    skip_space();
    if (position_ == text_.size()) return root;
    return problem(text_[position_] == ')' ? "')' closes nothing"
                                           : "expected && or || before " + here());
  }

 private:
  Error problem(const std::string& what, std::string hint = {}) const {
    return problem_at(position_, what, std::move(hint));
  }

  Error problem_at(std::size_t position, const std::string& what, std::string hint = {}) const {
    // Of a character's bytes only the first counts.
    const std::string_view before = text_.substr(0, position);
    const auto column =
        std::count_if(before.begin(), before.end(),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }) +
        1;
    return {ErrorKind::usage, fmt::format("column {}: {}", column, what), std::move(hint)};
  }

  /// What stands at the position, for an error.
  std::string here() const {
    const std::string_view rest = text_.substr(position_);
    if (rest.empty()) return "the end";
    return "'" +
           sanitize(rest.substr(0, std::min(rest.find_first_of(k_expression_space), rest.size()))) +
           "'";
  }

  void skip_space() {
    position_ = std::min(text_.find_first_not_of(k_expression_space, position_), text_.size());
  }

  bool take(std::string_view what) {
    skip_space();
    if (!text_.substr(position_).starts_with(what)) return false;
    position_ += what.size();
    return true;
  }

  Result<Node> any(std::size_t level) { return chain(level, "||", Node::Kind::any); }
  Result<Node> all(std::size_t level) { return chain(level, "&&", Node::Kind::all); }

  Result<Node> chain(std::size_t level, std::string_view joint, Node::Kind kind) {
    const auto part = [&] { return kind == Node::Kind::any ? all(level) : term(level); };
    TRY_ASSIGN(Node first, part());
    std::vector<Node> parts;
    parts.push_back(std::move(first));
    while (take(joint)) {
      TRY_ASSIGN(Node next, part());
      parts.push_back(std::move(next));
    }
    if (text_.substr(position_).starts_with(joint.substr(1))) {
      return problem(fmt::format("a single {}", joint.front()), fmt::format("write {}", joint));
    }
    if (parts.size() == 1) return std::move(parts.front());
    Node node;
    node.kind = kind;
    node.children = std::move(parts);
    return node;
  }

  Result<Node> term(std::size_t level) {
    skip_space();
    const std::size_t begin = position_;
    const bool is_negation = take("!");
    if (!is_negation && !take("(")) return test();
    if (level >= k_most_levels) {
      return problem_at(begin, fmt::format("more than {} levels", k_most_levels));
    }
    if (!is_negation) {
      TRY_ASSIGN(Node inner, any(level + 1));
      if (take(")")) return inner;
      return problem("expected ) before " + here());
    }
    TRY_ASSIGN(Node inner, term(level + 1));
    Node node;
    node.kind = Node::Kind::none;
    node.children.push_back(std::move(inner));
    return node;
  }

  Result<Node> test() {
    if (++tests_ > k_most_tests) return problem(fmt::format("more than {} tests", k_most_tests));
    Node node;
    TRY_ASSIGN(node.test.operand, operand());
    TRY(comparison(node.test));
    return node;
  }

  Result<Operand> operand() {
    skip_space();
    const std::size_t begin = position_;
    const char first = position_ < text_.size() ? text_[position_] : '\0';
    if (first == '/' || first == '#' || first == '"' || first == '\'') return pointer();
    while (position_ < text_.size() && is_name_character(text_[position_])) ++position_;
    const std::string name(text_.substr(begin, position_ - begin));
    if (name.empty()) {
      return problem("expected a pointer, a name, ! or ( before " + here(),
                     "such as /data/0/metadata/type == 0, or type==sleep");
    }
    if (name.size() > k_header_prefix.size() && name.starts_with(k_header_prefix)) {
      return Operand{Operand::Kind::header, name.substr(k_header_prefix.size()), {}};
    }
    if (std::ranges::find(k_fact_names, name) != std::end(k_fact_names)) {
      return Operand{Operand::Kind::name, name, {}};
    }
    std::string names;
    for (const std::string_view known : k_fact_names) names += std::string(known) + ", ";
    const std::string suggestion =
        did_you_mean(name, {std::begin(k_fact_names), std::end(k_fact_names)});
    return problem_at(begin, fmt::format("'{}' is not a name", name),
                      suggestion.empty()
                          ? "names: " + names + "header.NAME; in the body: /data/0/metadata/type"
                          : suggestion);
  }

  Result<Operand> pointer() {
    const std::size_t begin = position_;
    std::string text;
    if (text_[position_] == '"' || text_[position_] == '\'') {
      TRY_ASSIGN(text, quoted());
      if (!text.empty() && !text.starts_with('/') && !text.starts_with('#')) {
        return problem_at(begin, fmt::format("'{}' is no pointer into the body", sanitize(text)),
                          "a pointer begins with /; a value stands to the right of ==");
      }
    } else {
      position_ = pointer_end();
      text = text_.substr(begin, position_ - begin);
    }
    auto pointer = json::Pointer::parse(text);
    if (!pointer) return problem_at(begin, pointer.error().message, pointer.error().hint);
    return Operand{Operand::Kind::pointer, std::move(text), *std::move(pointer)};
  }

  /// Where the pointer that begins here ends. `~0` and `~1` are its own escapes.
  std::size_t pointer_end() const {
    std::size_t end = position_;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      const bool is_escape =
          c == '~' && end + 1 < text_.size() && (text_[end + 1] == '0' || text_[end + 1] == '1');
      if (!is_escape && (k_operator_characters.find(c) != std::string_view::npos ||
                         k_expression_space.find(c) != std::string_view::npos)) {
        break;
      }
    }
    return end;
  }

  Result<void> comparison(Test& test) {
    skip_space();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_name_character(text_[position_])) ++position_;
    if (text_.substr(begin, position_ - begin) == "exists") return {};
    position_ = begin;
    for (const auto& [spelling, comparison] : k_operators) {
      if (!take(spelling)) continue;
      test.comparison = comparison;
      return value(test);
    }
    if (text_.substr(position_).starts_with('=')) return problem("a single =", "write ==");
    return problem(
        fmt::format("expected exists or a comparison (== != < <= > >= ~ !~) before {}", here()));
  }

  Result<void> value(Test& test) {
    skip_space();
    const std::size_t begin = position_;
    if (begin < text_.size() && (text_[begin] == '"' || text_[begin] == '\'')) {
      TRY_ASSIGN(test.literal.text, quoted());
    } else {
      position_ = std::min(text_.find_first_of(" \t\r\n=!<>~&|()\"'", begin), text_.size());
      const std::string_view bare = text_.substr(begin, position_ - begin);
      if (bare.empty() || bare.front() == '/') {
        return problem_at(begin,
                          fmt::format("expected a value before {}",
                                      begin == text_.size() ? "the end" : here_from(begin)),
                          "a number, true, false, null, a word, or text between quotes");
      }
      test.literal = bare_literal(bare);
    }
    if (test.comparison != Comparison::match && test.comparison != Comparison::mismatch) return {};
    auto pattern = Pattern::parse(test.literal.text);
    if (!pattern) return problem_at(begin, pattern.error().message, pattern.error().hint);
    test.pattern = *std::move(pattern);
    return {};
  }

  std::string here_from(std::size_t begin) {
    position_ = begin;
    return here();
  }

  /// The text between a pair of quotes. Within "…" a backslash makes the next " or \ literal;
  /// others stay, for regular expressions. Within '…' nothing is special.
  Result<std::string> quoted() {
    const std::size_t begin = position_;
    const char quote = text_[position_++];
    std::string text;
    for (; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c == quote) {
        ++position_;
        if (is_utf8(text)) return text;
        return problem_at(begin, "the text is not UTF-8");
      }
      const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
      if (quote == '"' && c == '\\' && (next == '"' || next == '\\')) ++position_;
      text += text_[position_];
    }
    return problem_at(begin, "the quote does not end");
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t tests_ = 0;
};

}  // namespace

Result<Expression::Node> parse_expression(std::string_view text) {
  if (text.size() > k_longest_expression) {
    return Error{ErrorKind::usage, fmt::format("an expression of {} bytes", text.size()),
                 fmt::format("at most {}", k_longest_expression)};
  }
  return ExpressionParser(text).parse();
}

}  // namespace terra_hook
