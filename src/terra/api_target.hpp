// SPDX-License-Identifier: MIT
// Paths and queries of requests to Terra's REST API.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "http/url.hpp"

namespace terra_hook {

/// Names and values as they are meant, nothing encoded.
using ApiParameters = std::vector<std::pair<std::string, std::string>>;

/// `text` with all but the unreserved characters of RFC 3986 §2.3 percent-encoded.
std::string percent_encode(std::string_view text);

/// The request target of `path` (`/activity`, also with a query of its own) below `base`, whose own
/// query is dropped.
std::string api_target(const Url& base, std::string_view path, const ApiParameters& parameters);

/// `k=v` as a user types it, `k` alone for an empty value. Errors: usage (no name).
Result<std::pair<std::string, std::string>> parse_parameter(std::string_view text);

/// Refuses a path that is none: kind `usage`.
Result<std::string> parse_api_path(std::string_view text);

}  // namespace terra_hook
