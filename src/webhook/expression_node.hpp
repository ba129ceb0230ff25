// SPDX-License-Identifier: MIT
// An expression after parsing. Only for webhook/expression*.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_pointer.hpp"
#include "base/pattern.hpp"
#include "webhook/expression.hpp"

namespace terra_hook {

enum class Comparison { exists, equal, unequal, less, at_most, greater, at_least, match, mismatch };

/// What a test looks at.
struct Operand {
  enum class Kind { pointer, name, header };
  Kind kind = Kind::name;
  std::string text;       ///< as written; of a header the field's name
  json::Pointer pointer;  ///< of Kind::pointer
};

/// What it is compared with: a string as it reads, or a literal's token.
struct Literal {
  json::Token kind = json::Token::string;
  std::string text;
};

struct Test {
  Operand operand;
  Comparison comparison = Comparison::exists;
  Literal literal;
  std::optional<Pattern> pattern;  ///< of match and mismatch
};

struct Expression::Node {
  enum class Kind { test, all, any, none };
  Kind kind = Kind::test;
  std::vector<Node> children;  ///< one for `none`; two or more for `all` and `any`
  Test test;
};

/// The tree of `text`; errors as Expression::parse().
Result<Expression::Node> parse_expression(std::string_view text);

}  // namespace terra_hook
