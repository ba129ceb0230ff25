// SPDX-License-Identifier: MIT
#include "capture/capture.hpp"

namespace terra_hook {

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::listen: return "listen";
    case Origin::import: return "import";
    case Origin::fetch: return "fetch";
    case Origin::request: return "request";
  }
  return "listen";
}

std::optional<Origin> parse_origin(std::string_view name) {
  for (const Origin origin : {Origin::listen, Origin::import, Origin::fetch, Origin::request}) {
    if (name == to_string(origin)) {
      return origin;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> answered_status(const Capture& capture) {
  if (capture.answered) return *capture.answered > 0 ? capture.answered : std::nullopt;
  if (capture.origin != Origin::listen) return std::nullopt;
  return is_unauthentic(capture.verdict) ? 401 : 200;
}

}  // namespace terra_hook
