// SPDX-License-Identifier: MIT
// One call of Terra's REST API as the emulator meets it: the route, the query, the body. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/header_field.hpp"

namespace terra_hook {

struct ApiCall {
  std::string method;
  std::string target;  ///< path and query as sent
  std::string path;    ///< decoded, without the base path: `/activity`
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  HeaderFields headers;
  std::string body;

  /// The first parameter of this name; nothing when there is none or it is empty, as Terra takes
  /// it.
  std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Reads `target`. The base paths of the documentation, `/api/v2` and `/v2`, are taken off. A `+`
/// in the query is a blank; an escape that is none stays as it is.
ApiCall read_api_call(std::string method, std::string target, HeaderFields headers,
                      std::string body);

}  // namespace terra_hook
