// SPDX-License-Identifier: MIT
// What somebody probably meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace terra_hook {

/// The candidate nearest to `word` by edits (insert, delete, replace, swap), or "" when none is
/// near enough to be worth saying.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// The candidate nearest to `word` among those at most `most_edits` away, or "".
std::string nearest_within(std::string_view word, const std::vector<std::string>& candidates,
                           std::size_t most_edits);

/// `did you mean 'listen'?`, or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace terra_hook
