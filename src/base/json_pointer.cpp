// SPDX-License-Identifier: MIT
#include "base/json_pointer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook::json {
namespace {

constexpr std::size_t k_max_tokens = 256;
constexpr std::size_t k_hinted_keys = 8;
constexpr std::size_t k_hinted_key_columns = 40;

Error not_a_pointer(std::string_view text, std::string_view why) {
  return {ErrorKind::usage,
          fmt::format("'{}' is not a JSON pointer: {}", sanitize(text), sanitize(why)),
          "write it like /data/0/metadata/type; / in a key is ~1, ~ is ~0"};
}

// `%41` as `A`; nothing when a percent sign stands alone.
std::optional<std::string> fragment_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = from_hex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

// RFC 6901 §4: `~1` is `/`, `~0` is `~`, and no other escape exists.
std::optional<std::string> unescape_token(std::string_view text) {
  std::string token;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') {
      token += text[i];
      continue;
    }
    ++i;
    if (i == text.size() || (text[i] != '0' && text[i] != '1')) return std::nullopt;
    token += text[i] == '0' ? '~' : '/';
  }
  return token;
}

// RFC 6901 §4: digits without a leading zero.
std::optional<std::size_t> parse_index(std::string_view token) {
  if (token.empty() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [rest, status] = std::from_chars(token.data(), end, index);
  if (status != std::errc() || rest != end) return std::nullopt;
  return index;
}

Result<Span> whole_value(std::string_view text) {
  Scanner scanner(text);
  Span span;
  if (scanner.next() != Token::error) {
    span.begin = scanner.offset();
    if (scanner.skip()) {
      span.size = scanner.offset() + scanner.raw().size() - span.begin;
      if (scanner.next() == Token::end) return span;
    }
  }
  const Problem problem = scanner.problem();
  return Error{ErrorKind::input, fmt::format("the body is not JSON: line {}, column {}: {}",
                                             problem.line, problem.column, problem.message)};
}

std::string_view kind_of(char first) {
  switch (first) {
    case '{': return "an object";
    case '[': return "an array";
    case '"': return "a string";
    case 't':
    case 'f': return "a boolean";
    case 'n': return "null";
    default: return "a number";
  }
}

Error leads_nowhere(const Pointer& pointer, std::string_view why, std::string hint = {}) {
  return {ErrorKind::input, fmt::format("{} names nothing: {}", pointer.describe(), why),
          std::move(hint)};
}

Result<Span> element(std::string_view text, Span array, const Pointer& pointer, std::size_t depth) {
  const std::string& token = pointer.tokens()[depth];
  const std::string where = pointer.describe(depth);
  const auto index = parse_index(token);
  if (!index && token != "-") {
    return leads_nowhere(
        pointer, fmt::format("{} is an array and '{}' is not an index", where, sanitize(token)),
        "its items are numbered from 0");
  }
  std::size_t count = 0;
  std::optional<Span> found;
  for_each_child(text, array, [&](const Child& child) {
    if (index && count == *index) found = child.value;
    ++count;
    return !found;
  });
  if (found) return *found;
  if (!index) return leads_nowhere(pointer, "'-' is the place after the last element");
  return leads_nowhere(
      pointer, fmt::format("{} has {} element{}", where, count, count == 1 ? "" : "s"),
      count == 0 ? std::string() : fmt::format("indices go from 0 to {}", count - 1));
}

Result<Span> member(std::string_view text, Span object, const Pointer& pointer, std::size_t depth) {
  const std::string& token = pointer.tokens()[depth];
  std::optional<Span> found;
  std::vector<std::string> keys;
  for_each_child(text, object, [&](const Child& child) {
    if (spells(child.raw_key, token)) {
      found = child.value;
    } else if (!found && keys.size() <= k_hinted_keys) {
      keys.push_back(truncate(sanitize(unescape(child.raw_key)), k_hinted_key_columns));
    }
    return true;
  });
  if (found) return *found;
  std::string hint = keys.empty() ? "it has no members" : "it has ";
  for (std::size_t i = 0; i < keys.size(); ++i) {
    hint += (i == 0 ? "" : ", ") + (i == k_hinted_keys ? "..." : keys[i]);
  }
  return leads_nowhere(
      pointer, fmt::format("{} has no member '{}'", pointer.describe(depth), sanitize(token)),
      std::move(hint));
}

}  // namespace

std::string escape_token(std::string_view token) {
  std::string escaped;
  for (const char c : token) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Result<Pointer> Pointer::parse(std::string_view text) {
  std::string decoded(text);
  if (text.starts_with('#')) {
    auto plain = fragment_decoded(text.substr(1));
    if (!plain) return not_a_pointer(text, "% needs two hexadecimal digits");
    decoded = *std::move(plain);
  }
  if (!is_utf8(decoded)) return not_a_pointer(text, "it is not UTF-8");
  Pointer pointer;
  if (!decoded.empty() && decoded.front() != '/') {
    return not_a_pointer(text, "it does not begin with /");
  }
  for (std::string_view rest = decoded; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/', 1), rest.size());
    auto token = unescape_token(rest.substr(1, end - 1));
    if (!token) return not_a_pointer(text, "~ is followed by 0 or 1");
    pointer.tokens_.push_back(*std::move(token));
    if (pointer.tokens_.size() > k_max_tokens) {
      return not_a_pointer(text, fmt::format("it has more than {} parts", k_max_tokens));
    }
    rest.remove_prefix(end);
  }
  return pointer;
}

std::string Pointer::describe(std::size_t count) const {
  if (count == 0) return "the whole body";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "/" + escape_token(tokens_[i]);
  return "'" + sanitize(text) + "'";
}

void for_each_child(std::string_view text, Span container,
                    const std::function<bool(const Child&)>& visit) {
  Scanner scanner(container.of(text));
  const Token opened = scanner.next();
  if (opened != Token::object_begin && opened != Token::array_begin) return;
  for (;;) {
    Child child;
    Token token = scanner.next();
    if (token == Token::key) {
      child.raw_key = scanner.raw();
      child.key = {container.begin + scanner.offset(), scanner.raw().size()};
      token = scanner.next();
    }
    if (scanner.depth() == 0 || token == Token::error) return;
    child.value.begin = container.begin + scanner.offset();
    if (child.raw_key.empty()) child.key.begin = child.value.begin;
    if (!scanner.skip()) return;
    child.value.size =
        container.begin + scanner.offset() + scanner.raw().size() - child.value.begin;
    if (!visit(child)) return;
  }
}

Result<Span> locate(std::string_view text, const Pointer& pointer) {
  return locate_prefix(text, pointer, pointer.tokens().size());
}

Result<Span> locate_prefix(std::string_view text, const Pointer& pointer, std::size_t count) {
  TRY_ASSIGN(Span span, whole_value(text));
  for (std::size_t depth = 0; depth < count; ++depth) {
    const char first = text[span.begin];
    if (first == '{') {
      TRY_ASSIGN(span, member(text, span, pointer, depth));
    } else if (first == '[') {
      TRY_ASSIGN(span, element(text, span, pointer, depth));
    } else {
      return leads_nowhere(pointer,
                           fmt::format("{} is {}", pointer.describe(depth), kind_of(first)));
    }
  }
  return span;
}

}  // namespace terra_hook::json
