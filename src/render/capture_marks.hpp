// SPDX-License-Identifier: MIT
// What relates a capture to others, in a few words each: chunk, repetition, out of date, download.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "capture/capture.hpp"
#include "render/style.hpp"

namespace terra_hook {

struct Mark {
  std::string text;
  std::string_view color;
};

/// `chunk 7/43`, `duplicate of #3`, `older than #14`: those that hold, most common first.
std::vector<Mark> capture_marks(const Capture& capture, const Style& style);

/// `#13`, `#13 ← #12` for what was downloaded from the link in #12, `-` for what is not kept.
std::string number_text(const Capture& capture, const Style& style);

}  // namespace terra_hook
