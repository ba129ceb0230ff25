// SPDX-License-Identifier: MIT
// `terra-hook list --group reference`: a line a request instead of a line a capture.
#pragma once

#include "commands/options.hpp"

namespace terra_hook {

/// Groups what matches `filter` by its `terra-reference`, in order of first appearance; what has
/// none is left out. Progress is that of the whole store, whatever the filter. Answers how many
/// groups there are. Errors: input (more than 100,000 references).
Result<std::size_t> list_requests(StoreReader& store, const CaptureFilter& filter,
                                  const OutputOptions& output, Env& env);

}  // namespace terra_hook
