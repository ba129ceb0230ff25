// SPDX-License-Identifier: MIT
#pragma once

namespace terra_hook::test {

/// True in a build whose sanitizer takes memory of its own, so that a bound on memory says nothing.
#ifdef TERRA_HOOK_SANITIZED
inline constexpr bool k_is_sanitized = true;
#else
inline constexpr bool k_is_sanitized = false;
#endif

}  // namespace terra_hook::test
