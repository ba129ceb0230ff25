// SPDX-License-Identifier: MIT
// The figures of a capture's line, coloured by what they mean.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "capture/capture.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// `text` of the tables with a stranger's values in it, made fit for a terminal. Without Unicode
/// its symbols get a spelling: `♥` becomes `HR `, `–` a `-`.
std::string legible(std::string_view text, const Style& style);

/// The capture's headline in at most `columns` columns.
std::string headline_text(const Capture& capture, std::size_t columns, const Style& style);

}  // namespace terra_hook
