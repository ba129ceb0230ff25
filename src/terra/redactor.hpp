// SPDX-License-Identifier: MIT
// Hides who a delivery is about (`--redact`). Pure: what goes in stays as it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/header_field.hpp"
#include "terra/mask.hpp"

namespace terra_hook {

/// Masks the personal parts of deliveries under one key (terra/personal_data.hpp says which parts,
/// terra/mask.hpp how). Thread-safe.
class Redactor {
 public:
  explicit Redactor(Secret key) : mask_(std::move(key)) {}

  /// A body (content coding undone) with its personal values masked: white space, keys' order,
  /// arrays' lengths and all other tokens as they are. Strings of which no fact tells are
  /// searched for ids, addresses and URLs. A body that is not JSON is replaced by a remark. Two
  /// passes; no recursion; memory for at most 256 levels of nesting, below which all is masked.
  std::string body(std::string_view body) const;

  /// Header fields with masked values, but for those that say nothing of anybody. Signatures keep
  /// their form and time; the ids in `terra-reference` and `X-Terra-Trace-Id` get the same mask as
  /// in a body. For a body that body() made: its size goes into Content-Length, and the
  /// Content-Encoding that was undone for it is left out.
  HeaderFields headers(const HeaderFields& fields, std::size_t body_size) const;

  /// A request target with masked ids, tokens and query values.
  std::string target(std::string_view target) const;

  /// `host:port` or a host; loopback addresses stay.
  std::string address(std::string_view address) const;

  /// A `terra-reference`, masked as in headers().
  std::string request_reference(std::string_view reference) const;

  /// A sentence with ids, addresses and URLs masked.
  std::string sentence(std::string_view text) const;

 private:
  Mask mask_;
};

}  // namespace terra_hook
