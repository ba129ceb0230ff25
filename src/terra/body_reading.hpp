// SPDX-License-Identifier: MIT
// What a body says at a glance: its summary for the store's columns and the figures of its line,
// read in one pass without building a document.
#pragma once

#include <string>
#include <string_view>

#include "webhook/summary.hpp"

namespace terra_hook {

struct BodyReading {
  Summary summary;
  /// One line of text: `run 8.25 km 48:37 ♥148/181`. Zero is a figure, null is `–`, what is absent
  /// is left out. Empty when there is nothing to say. Holds what a stranger sent: sanitize() it.
  std::string headline;
};

/// One pass over `body` (content coding already undone). Linear time; memory bounded by the tables,
/// not by the input. The headline is of the first record and says how many more there are.
BodyReading read_body(std::string_view body);

}  // namespace terra_hook
