// SPDX-License-Identifier: MIT
// What `trigger` can send, for people and for programs.
#pragma once

#include <string>

#include "render/style.hpp"

namespace terra_hook {

/// The event types and the odd deliveries, an odd one with what a handler should do.
std::string sample_list_text(const Style& style);

/// An object a line: `{"type":"event_type",…}`, `{"type":"odd_delivery",…}`.
std::string sample_list_json();

}  // namespace terra_hook
