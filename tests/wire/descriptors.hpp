// SPDX-License-Identifier: MIT
// What a listener has open, before and after somebody did his worst.
#pragma once

#include <cstddef>
#include <string_view>

#include "support/listener.hpp"

namespace terra_hook::test {

/// True once `child` has `wanted` descriptors, of one `kind` when one is given. A descriptor is
/// closed a moment after the connection is, which nothing tells this process.
bool comes_down_to(std::size_t wanted, const ChildProcess& child, std::string_view kind = "");

/// The descriptors of a listener that has served with each of its threads and now rests.
std::size_t descriptors_at_rest(Listener& listener);

}  // namespace terra_hook::test
