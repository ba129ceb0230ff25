// SPDX-License-Identifier: MIT
#include "capture/attempt.hpp"

namespace terra_hook {

std::string_view to_string(AttemptKind kind) {
  return kind == AttemptKind::forward ? "forward" : "replay";
}

std::optional<AttemptKind> parse_attempt_kind(std::string_view name) {
  for (const AttemptKind kind : {AttemptKind::forward, AttemptKind::replay}) {
    if (name == to_string(kind)) {
      return kind;
    }
  }
  return std::nullopt;
}

}  // namespace terra_hook
