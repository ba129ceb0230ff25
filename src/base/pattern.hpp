// SPDX-License-Identifier: MIT
// A regular expression of the user's, searched for in texts of strangers. POSIX extended ones
// (IEEE 1003.1 §9.4) of the C library: std::regex recurses on its subject, and RE2 would be one
// more library in every package. glibc's matcher takes time quadratic in the subject for patterns
// such as (a+)+$ (0.1 s for 2 KiB), hence the bound on subjects; what would make it exponential,
// back references, is refused.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// Immutable, cheap to copy; may be used by several threads.
class Pattern {
 public:
  /// Longer subjects are not searched.
  static constexpr std::size_t k_longest_subject = 2048;

  /// `\d` and `\D` are known too. An Error of kind `usage` says what is wrong with `text`.
  static Result<Pattern> parse(std::string_view text);

  /// Whether it matches anywhere in `subject`, which may hold any bytes; false when that is longer
  /// than k_longest_subject.
  bool is_in(std::string_view subject) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace terra_hook
