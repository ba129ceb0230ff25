// SPDX-License-Identifier: MIT
// Signed URLs (Amazon S3, Google Cloud Storage and their like) in payloads: whoever sees the query
// may fetch the data, so it is shown to nobody. The exact bytes stay in the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

/// A JSON string token, quotes included, that is an http or https URL with a signed query: the same
/// token with the query replaced by a remark. Nothing for any other token. Linear time.
std::optional<std::string> hide_signed_query(std::string_view raw_string);

}  // namespace terra_hook
