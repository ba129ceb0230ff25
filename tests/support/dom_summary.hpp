// SPDX-License-Identifier: MIT
// A body's summary the plain way: from nlohmann's document. What the one pass over the bytes says
// is compared with it.
#pragma once

#include <optional>
#include <string_view>

#include "webhook/summary.hpp"

namespace terra_hook::test {

/// Nothing when nlohmann does not take `body` for JSON (which it is stricter about: it wants UTF-8
/// and numbers that fit), or when a text is a number there, whose spelling a document loses. Texts
/// are not cut.
std::optional<Summary> dom_summary(std::string_view body);

/// Whether `read` says what `dom` does; of long texts the beginning.
bool agrees(const Summary& read, const Summary& dom);

}  // namespace terra_hook::test
