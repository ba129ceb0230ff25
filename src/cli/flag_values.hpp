// SPDX-License-Identifier: MIT
// What the values of flags mean that stand at more than one command. Errors are of kind usage.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/terminal.hpp"

namespace terra_hook {

/// 0, for a port that the system chooses, to 65535.
Result<std::optional<std::uint16_t>> parse_port(std::string_view text);

/// An IP address to listen on; `localhost` is 127.0.0.1. Whether it is one, binding to it tells.
Result<std::string> parse_bind_address(std::string_view text);

/// Whence chance is worked out.
Result<std::optional<std::uint64_t>> parse_seed(std::string_view text);

/// `auto`, `always`, `never`.
Result<ColorChoice> parse_color(std::string_view text);

/// How long an answer is waited for; not 0.
Result<std::chrono::milliseconds> parse_answer_time(std::string_view text);

}  // namespace terra_hook
