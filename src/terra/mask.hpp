// SPDX-License-Identifier: MIT
// What stands for a personal value. The same value always gets the same mask under one key, so that
// masked payloads can still be followed and compared; without the key a mask can't be undone, not
// even by trying all names there are.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "terra/personal_data.hpp"

namespace terra_hook {

/// Makes masks under one key. Thread-safe.
class Mask {
 public:
  explicit Mask(Secret key) : key_(std::move(key)) {}

  /// `user-7c1d09ab` and the like: the digits depend on the value alone, so they are the same
  /// wherever it stands; the word says what it was. An address stays one, a date becomes
  /// 1900-01-01, and what has few values to choose from becomes `hidden`. Always ASCII without
  /// quotes or backslashes. An empty value stays empty.
  std::string text(PersonalKind kind, std::string_view value) const;

  /// What stands for a number: nine digits for an id, else 0.
  std::string number(PersonalKind kind, std::string_view spelling) const;

 private:
  /// The first four bytes of the value's HMAC-SHA256.
  std::uint32_t digest(std::string_view value) const;

  Secret key_;
};

}  // namespace terra_hook
