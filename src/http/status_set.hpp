// SPDX-License-Identifier: MIT
// Status codes that somebody expects.
#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

class StatusSet {
 public:
  /// `2xx`, `200`, `200-204`, or several of these joined by commas. The Error is of usage.
  static Result<StatusSet> parse(std::string_view text);

  bool contains(int status) const;

  /// As it was written.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::bitset<600> statuses_;
};

}  // namespace terra_hook
