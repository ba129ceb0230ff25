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

}  // namespace terra_hook
