// SPDX-License-Identifier: MIT
// A card for people: its sections, tables and plots, within the width of the terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/capture.hpp"
#include "render/style.hpp"
#include "terra/card.hpp"

namespace terra_hook {

/// Lines that each end in '\n', none wider than `width` columns. Empty when there is nothing to
/// show.
std::string card_text(const Card& card, std::size_t width, const Style& style);

/// The card of a capture, its content coding undone; at most `max_decoded` bytes of it. For
/// what has none a line that says why.
std::string capture_card(const Capture& capture, const CardOptions& options, std::size_t width,
                         std::uint64_t max_decoded, const Style& style);

}  // namespace terra_hook
