// SPDX-License-Identifier: MIT
// A string that can't be printed by accident: no stream operator, no formatter, no comparison that
// leaks time, and its memory is wiped when it goes.
#pragma once

#include <string>
#include <string_view>

namespace terra_hook {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  bool empty() const { return value_.empty(); }

  /// The secret itself, for the one call that needs it. Never log it.
  std::string_view expose() const { return value_; }

  /// Equality whose time depends on the lengths only.
  bool equals(const Secret& other) const;

 private:
  std::string value_;
};

/// A signing secret and the name that verdicts call it by.
struct NamedSecret {
  std::string name;
  Secret value;
};

}  // namespace terra_hook
