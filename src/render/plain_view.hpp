// SPDX-License-Identifier: MIT
// What is not JSON, made readable: text as its lines, anything else as a hex dump of its start.
#pragma once

#include <string_view>

#include "base/json_scanner.hpp"
#include "render/json_view.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// Says where `body` stops being JSON (`problem`) and shows it, in pieces. False when the sink did
/// not want more.
bool plain_view(std::string_view body, const json::Problem& problem, const JsonViewOptions& options,
                const Style& style, const TextSink& sink);

}  // namespace terra_hook
