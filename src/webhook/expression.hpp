// SPDX-License-Identifier: MIT
// What a delivery is expected to be, in a small language: `type==sleep && /data/0/x exists`.
//
//   expression  alternative || alternative …        binds loosest
//   alternative term && term …
//   term        ! term | ( expression ) | test
//   test        operand exists | operand == value   (also != < <= > >= ~ !~)
//   operand     a JSON Pointer into the body (RFC 6901), bare or between quotes
//               a name (k_fact_names), or header.NAME
//   value       a number, true, false, null, a word, or text between ' or "
//
// `exists`: the value is there, be it null. Each comparison with what is not there is false, `!=`
// and `!~` too, so that /x != null means: there, and not null. Values of different kinds are
// unequal and have no order. Numbers are compared as the decimals they spell, texts byte by byte; a
// name that stands for text, or a header field (the first of its name), is compared with the
// value's spelling. Objects and arrays equal nothing and match nothing; no more does a text of more
// than 2 KiB match.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/header_field.hpp"
#include "base/json_scanner.hpp"
#include "base/result.hpp"

namespace terra_hook {

/// The names that an expression may use besides pointers and header.NAME.
inline constexpr std::string_view k_fact_names[] = {
    "type",     "user_id",   "reference_id", "provider", "terra_reference",
    "trace_id", "chunk",     "records",      "verdict",  "secret",
    "number",   "duplicate", "method",       "target",   "size"};

/// A string (as it reads, without quotes) or the token of a number, true or false.
struct Fact {
  json::Token kind = json::Token::string;
  std::string text;
};

/// A delivery as an expression sees it. The views must outlive the call.
struct DeliveryFacts {
  std::string_view body;  ///< content coding undone
  const HeaderFields* headers = nullptr;
  std::vector<std::pair<std::string_view, Fact>> names;  ///< of those in k_fact_names that it has
};

/// Immutable, cheap to copy; may be used by several threads.
class Expression {
 public:
  /// The Error (usage) begins with the column, in characters from 1. At most 4 KiB, 64 tests and 32
  /// levels of parentheses.
  static Result<Expression> parse(std::string_view text);

  /// As it was written.
  const std::string& text() const;

  bool holds_for(const DeliveryFacts& facts) const;

  /// When it does not hold: what the tests that decided found instead, such as `type is "daily"`,
  /// at most four. Values are cut and made fit for a terminal, signed URLs' queries left out; with
  /// `shows_values` false only their kinds are told.
  std::vector<std::string> reasons(const DeliveryFacts& facts, bool shows_values) const;

  struct Node;  ///< of the parsed expression; for its own .cpp files

 private:
  explicit Expression(std::shared_ptr<const Node> root, std::string text);

  std::shared_ptr<const Node> root_;
  std::shared_ptr<const std::string> text_;
};

}  // namespace terra_hook
