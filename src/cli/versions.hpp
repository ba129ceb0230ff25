// SPDX-License-Identifier: MIT
// What `--version` prints.
#pragma once

#include <string>

namespace terra_hook {

/// `terra-hook X.Y.Z` on the first line, then a line for the libraries: those that are linked at
/// run time as they say themselves, the others as they were compiled in.
std::string version_text();

}  // namespace terra_hook
