// SPDX-License-Identifier: MIT
// Personal values inside longer text that nobody's facts tell of: a message, a URL, a path.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "terra/mask.hpp"

namespace terra_hook {

/// A value that is masked elsewhere, to be found in texts too.
struct KnownValue {
  PersonalKind kind = PersonalKind::unknown;
  std::string value;
};

/// `text` with UUIDs, e-mail addresses and `known` values masked, and URLs cut to what
/// masked_url() leaves. Linear time for a bounded number of known values.
std::string scrub(std::string_view text, std::span<const KnownValue> known, const Mask& mask);

/// A URL's scheme and host with a masked path and query. A path without a query stays, but for
/// what looks like an id in it.
std::string masked_url(std::string_view url, const Mask& mask);

/// A request target: its path but for what looks like an id or a token, and its query's names with
/// masked values.
std::string masked_target(std::string_view target, const Mask& mask);

}  // namespace terra_hook
