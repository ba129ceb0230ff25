// SPDX-License-Identifier: MIT
// Which event goes to which target, as `--forward-to` says it. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "http/url.hpp"

namespace terra_hook {

struct Route {
  std::vector<std::string> types;  ///< empty: whatever no other route names
  Url target;

  bool operator==(const Route&) const = default;
};

inline constexpr std::size_t k_max_routes = 64;

/// `TARGET`, `TYPE=TARGET` or `TYPE,TYPE=TARGET`; a target is what parse_target() reads. A `=` in a
/// URL is the URL's: types have letters, digits, `_`, `-` and `.` only. Errors are of kind `usage`.
Result<Route> parse_route(std::string_view text);

/// An Error of kind `usage` when there are too many routes or two are the same.
Result<void> check_routes(const std::vector<Route>& routes);

/// The indices of the routes that take an event of `type`: all that name it; when none does, all
/// that name no type. An event without a type is taken by the latter only.
std::vector<std::size_t> routes_for(const std::vector<Route>& routes,
                                    const std::optional<std::string>& type);

}  // namespace terra_hook
