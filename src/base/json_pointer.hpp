// SPDX-License-Identifier: MIT
// JSON Pointer (RFC 6901): names one value in a JSON text and finds the bytes that spell it. Where
// a key is repeated the last member counts, as it does for most parsers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_scanner.hpp"
#include "base/result.hpp"

namespace terra_hook::json {

/// A parsed pointer such as `/data/0/metadata/type`; the empty one names the whole text.
class Pointer {
 public:
  /// Reads a pointer, or its form for URLs, `#/a%20b` (RFC 6901 §6). The Error is of usage.
  static Result<Pointer> parse(std::string_view text);

  /// The keys and indices, unescaped.
  const std::vector<std::string>& tokens() const { return tokens_; }
  bool empty() const { return tokens_.empty(); }

  /// The first `count` tokens as a pointer's text, escaped; "the whole body" for none.
  std::string describe(std::size_t count) const;
  std::string describe() const { return describe(tokens_.size()); }

 private:
  std::vector<std::string> tokens_;
};

/// `~` and `/` as a pointer writes them in a token (RFC 6901 §3).
std::string escape_token(std::string_view token);

/// Bytes of a text: `text.substr(begin, size)`.
struct Span {
  std::size_t begin = 0;
  std::size_t size = 0;

  std::size_t end() const { return begin + size; }
  std::string_view of(std::string_view text) const { return text.substr(begin, size); }
  bool operator==(const Span&) const = default;
};

/// A member of an object or an element of an array, as offsets into the whole text.
struct Child {
  std::string_view raw_key;  ///< with its quotes; empty in an array
  Span key;                  ///< of size 0, where the value begins, in an array
  Span value;
};

/// Calls `visit` for each child of the container at `container`, in order, until it answers false.
/// Nothing when that is a scalar. `text` must be JSON.
void for_each_child(std::string_view text, Span container,
                    const std::function<bool(const Child&)>& visit);

/// The bytes of the value that `pointer` names. The Error (input) names the pointer and says how
/// far it leads, or where `text` is not JSON. One pass over `text` and one more over each container
/// on the way.
Result<Span> locate(std::string_view text, const Pointer& pointer);

/// The same for the first `count` tokens only.
Result<Span> locate_prefix(std::string_view text, const Pointer& pointer, std::size_t count);

}  // namespace terra_hook::json
