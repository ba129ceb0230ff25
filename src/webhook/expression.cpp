// SPDX-License-Identifier: MIT
#include "webhook/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/json_number.hpp"
#include "base/signed_url.hpp"
#include "base/terminal.hpp"
#include "webhook/expression_node.hpp"

namespace terra_hook {
namespace {

using Node = Expression::Node;
using json::Token;

constexpr std::size_t k_most_reasons = 4;
constexpr std::size_t k_shown_value_columns = 60;
/// Of a string that is shown, more than its columns can show.
constexpr std::size_t k_shown_value_bytes = 1024;

/// What an operand stands for in one delivery.
struct Found {
  Token kind = Token::string;
  std::string_view raw;   ///< a value of the body, as sent
  std::string text;       ///< of a name or a header
  bool is_loose = false;  ///< text that is compared with a literal's spelling whatever its kind

  bool is_string() const { return kind == Token::string; }
  bool is_container() const { return kind == Token::object_begin || kind == Token::array_begin; }

  /// The string as it reads, or the token.
  std::string reading() const {
    if (raw.empty()) return text;
    return is_string() ? json::unescape(raw) : std::string(raw);
  }
};

Found at_span(std::string_view body, json::Span span) {
  json::Scanner scanner(span.of(body));
  Found found;
  found.kind = scanner.next();
  found.raw = scanner.raw();
  return found;
}

/// Nothing, with `why`, when the delivery has no such thing.
std::optional<Found> find_operand(const Operand& operand, const DeliveryFacts& facts,
                                  std::string* why) {
  switch (operand.kind) {
    case Operand::Kind::pointer: {
      const auto span = json::locate(facts.body, operand.pointer);
      if (span) return at_span(facts.body, *span);
      if (why != nullptr) *why = span.error().message;
      return std::nullopt;
    }
    case Operand::Kind::header:
      if (facts.headers != nullptr) {
        if (const auto value = find_field(*facts.headers, operand.text)) {
          return Found{Token::string, {}, std::string(*value), true};
        }
      }
      if (why != nullptr) *why = fmt::format("there is no header field {}", operand.text);
      return std::nullopt;
    case Operand::Kind::name: break;
  }
  for (const auto& [name, fact] : facts.names) {
    if (name == operand.text) {
      return Found{fact.kind, {}, fact.text, fact.kind == Token::string};
    }
  }
  if (why != nullptr) *why = fmt::format("there is no {}", operand.text);
  return std::nullopt;
}

std::optional<long double> number_value(std::string_view token) {
  long double value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return value;
}

/// Below, equal to or above zero as `found` stands to `literal`; nothing when they are of different
/// kinds, or of one without an order.
std::optional<int> order(const Found& found, const Literal& literal) {
  if (found.is_string() && (found.is_loose || literal.kind == Token::string)) {
    const int order = found.reading().compare(literal.text);
    return order < 0 ? -1 : (order > 0 ? 1 : 0);
  }
  if (found.kind != Token::number || literal.kind != Token::number) return std::nullopt;
  const std::string token = found.reading();
  if (json::same_number(token, literal.text)) return 0;
  const auto left = number_value(token);
  const auto right = number_value(literal.text);
  if (!left || !right) return std::nullopt;
  return *left < *right ? -1 : 1;
}

bool is_equal(const Found& found, const Literal& literal) {
  if (found.is_string() && (found.is_loose || literal.kind == Token::string)) {
    return found.reading() == literal.text;
  }
  if (found.kind == Token::number && literal.kind == Token::number) {
    return json::same_number(found.reading(), literal.text);
  }
  return !found.is_container() && found.kind == literal.kind;
}

bool is_met(const Test& test, const Found& found) {
  const auto ordered = [&](auto fits) {
    const std::optional<int> result = order(found, test.literal);
    return result && fits(*result);
  };
  switch (test.comparison) {
    case Comparison::exists: return true;
    case Comparison::equal: return is_equal(found, test.literal);
    case Comparison::unequal: return !is_equal(found, test.literal);
    case Comparison::less: return ordered([](int order) { return order < 0; });
    case Comparison::at_most: return ordered([](int order) { return order <= 0; });
    case Comparison::greater: return ordered([](int order) { return order > 0; });
    case Comparison::at_least: return ordered([](int order) { return order >= 0; });
    case Comparison::match:
    case Comparison::mismatch: break;
  }
  if (found.is_container()) return false;
  // A string's spelling is at most six times as long as what it reads: \u0041.
  if (found.raw.size() > 6 * Pattern::k_longest_subject + 2) return false;
  const std::string reading = found.reading();
  if (reading.size() > Pattern::k_longest_subject) return false;
  return test.pattern->is_in(reading) == (test.comparison == Comparison::match);
}

bool holds(const Node& node, const DeliveryFacts& facts) {
  const auto child_holds = [&](const Node& child) { return holds(child, facts); };
  switch (node.kind) {
    case Node::Kind::all: return std::ranges::all_of(node.children, child_holds);
    case Node::Kind::any: return std::ranges::any_of(node.children, child_holds);
    case Node::Kind::none: return !child_holds(node.children.front());
    case Node::Kind::test: break;
  }
  const std::optional<Found> found = find_operand(node.test.operand, facts, nullptr);
  return found && is_met(node.test, *found);
}

/// `"daily"`, `12`, `an object`; `a string` when values are not to be shown.
std::string shown_value(const Found& found, bool shows_values) {
  if (found.kind == Token::object_begin) return "an object";
  if (found.kind == Token::array_begin) return "an array";
  if (!shows_values) {
    if (found.is_string()) return "a string";
    return found.kind == Token::number ? "a number" : found.reading();
  }
  std::string raw(found.raw);
  if (found.raw.empty()) raw = found.is_string() ? "\"" + found.text + "\"" : found.text;
  if (const auto hidden = hide_signed_query(raw)) raw = *hidden;
  const bool is_long = raw.size() > k_shown_value_bytes;
  const std::string shown =
      truncate(sanitize(raw.substr(0, k_shown_value_bytes)), k_shown_value_columns);
  const bool is_too_long = found.raw.size() > Pattern::k_longest_subject;
  return is_long && is_too_long ? fmt::format("{} ({} bytes)", shown, found.raw.size()) : shown;
}

std::string shown_operand(const Operand& operand) {
  if (operand.kind == Operand::Kind::pointer) return operand.pointer.describe();
  return operand.kind == Operand::Kind::header ? "header." + operand.text : operand.text;
}

void add_reasons(const Node& node, const DeliveryFacts& facts, bool wanted, bool shows_values,
                 std::vector<std::string>& reasons) {
  if (reasons.size() >= k_most_reasons || holds(node, facts) == wanted) return;
  if (node.kind == Node::Kind::test) {
    std::string reason;
    const auto found = find_operand(node.test.operand, facts, &reason);
    if (found) {
      reason = fmt::format("{} is {}", shown_operand(node.test.operand),
                           shown_value(*found, shows_values));
    }
    if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(std::move(reason));
    return;
  }
  const bool child_wanted = node.kind == Node::Kind::none ? !wanted : wanted;
  for (const Node& child : node.children) {
    add_reasons(child, facts, child_wanted, shows_values, reasons);
  }
}

}  // namespace

Expression::Expression(std::shared_ptr<const Node> root, std::string text)
    : root_(std::move(root)), text_(std::make_shared<const std::string>(std::move(text))) {}

Result<Expression> Expression::parse(std::string_view text) {
  TRY_ASSIGN(Node root, parse_expression(text));
  return Expression(std::make_shared<const Node>(std::move(root)), std::string(text));
}

const std::string& Expression::text() const {
  return *text_;
}

bool Expression::holds_for(const DeliveryFacts& facts) const {
  return holds(*root_, facts);
}

std::vector<std::string> Expression::reasons(const DeliveryFacts& facts, bool shows_values) const {
  std::vector<std::string> reasons;
  add_reasons(*root_, facts, true, shows_values, reasons);
  return reasons;
}

}  // namespace terra_hook
