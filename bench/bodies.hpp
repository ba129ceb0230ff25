// SPDX-License-Identifier: MIT
// Bodies as Terra sends them, of a given size.
#pragma once

#include <cstddef>
#include <string>

namespace terra_hook::bench {

/// A `daily` of exactly `size` bytes (or its least, about 250), nearly all of it samples; `user`
/// makes them differ.
std::string daily_body(std::size_t size, unsigned user = 0);

}  // namespace terra_hook::bench
