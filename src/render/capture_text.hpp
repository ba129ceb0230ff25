// SPDX-License-Identifier: MIT
// A capture for people: one aligned line, or all that is known of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "capture/capture.hpp"
#include "render/json_view.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// `✓ valid (default)`, coloured.
std::string verdict_text(Verdict verdict, std::string_view secret_name, const Style& style);

struct LineOptions {
  bool with_date = false;                            ///< date and time instead of the clock alone
  std::optional<std::chrono::microseconds> elapsed;  ///< how long the answer took
  std::size_t width = 0;                             ///< columns; 0: the style's
};

/// The event's type, as it goes by in a line and in a sum: what is not JSON has none to go by.
std::string type_name(const Capture& capture);

/// The clock as a line of `width` columns has it: without milliseconds where there is no room.
std::string line_clock(UtcTime at, std::size_t width);

/// One line without its newline: time, number, type, provider, user, records, size, verdict, marks,
/// and the event's figures in the room that is left. Columns that a narrow terminal has no room for
/// are left out, least important first.
std::string capture_line(const Capture& capture, const LineOptions& options, const Style& style);

/// Everything but headers and body, a fact a line. `store_flag` is a part of commands to type.
std::string capture_facts(const Capture& capture, std::string_view store_flag, const Style& style);

/// The header section, a field a line, each made fit for a terminal.
std::string header_text(const HeaderFields& headers, const Style& style);

/// The body pretty-printed, its content coding undone; at most `max_decoded` bytes of it.
std::string body_text(const Capture& capture, const JsonViewOptions& options,
                      std::uint64_t max_decoded, const Style& style);

/// The same, handed on in pieces. False when the sink did not want more.
bool body_text(const Capture& capture, const JsonViewOptions& options, std::uint64_t max_decoded,
               const Style& style, const TextSink& sink);

}  // namespace terra_hook
