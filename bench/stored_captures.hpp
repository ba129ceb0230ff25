// SPDX-License-Identifier: MIT
// A store with captures in it, for what reads them.
#pragma once

#include <cstddef>
#include <filesystem>

namespace terra_hook::bench {

/// Appends `count` valid `daily` captures of `body_size` bytes to the store at `path`, a second
/// apart, of a thousand users in turn. Throws when one can't be kept.
void store_captures(const std::filesystem::path& path, std::size_t count, std::size_t body_size);

}  // namespace terra_hook::bench
