// SPDX-License-Identifier: MIT
// Whole outputs, compared with files in tests/data/golden.
#pragma once

#include <string>
#include <string_view>

namespace terra_hook::test {

/// Fails the test when `text` is not what the golden file `name` holds. With
/// TERRA_HOOK_UPDATE_GOLDEN set in the environment it writes the file instead.
void check_golden(const std::string& name, std::string_view text);

}  // namespace terra_hook::test
