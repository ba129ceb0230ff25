// SPDX-License-Identifier: MIT
#include "base/signed_url.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

/// What the queries of signed URLs have in them, in lower case.
constexpr std::string_view k_marks[] = {
    "signature", "x-amz-", "x-goog-", "sig=", "token", "policy", "key-pair-id"};

}  // namespace

std::optional<std::string> hide_signed_query(std::string_view raw_string) {
  const std::string_view start = raw_string.substr(0, 5);
  if (!equals_ignoring_case(start, "\"http")) return std::nullopt;
  const std::size_t mark = raw_string.find('?');
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string query = to_lower(raw_string.substr(mark));
  const bool is_signed =
      std::any_of(std::begin(k_marks), std::end(k_marks),
                  [&](std::string_view sign) { return query.find(sign) != std::string::npos; });
  if (!is_signed) return std::nullopt;
  return std::string(raw_string.substr(0, mark)) + "?(signed query hidden)\"";
}

}  // namespace terra_hook
