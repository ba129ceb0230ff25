// SPDX-License-Identifier: MIT
#include "cli/flag_values.hpp"

#include "base/time.hpp"
#include "cli/option_groups.hpp"
#include "cli/whole_number.hpp"

namespace terra_hook {

Result<std::optional<std::uint16_t>> parse_port(std::string_view text) {
  auto port = parse_whole<std::uint16_t>(text, 0, 65535, "a port");
  if (port) return std::optional(*port);
  port.error().hint += "; 0 lets the system choose";
  return port.error();
}

Result<std::string> parse_bind_address(std::string_view text) {
  return std::string(text == "localhost" ? "127.0.0.1" : text);
}

Result<std::optional<std::uint64_t>> parse_seed(std::string_view text) {
  TRY_ASSIGN(const auto seed, parse_whole<std::uint64_t>(text, 0, UINT64_MAX, "a seed"));
  return std::optional(seed);
}

Result<ColorChoice> parse_color(std::string_view text) {
  TRY_ASSIGN(const std::size_t index, parse_choice(text, {"auto", "always", "never"}));
  constexpr ColorChoice values[] = {ColorChoice::automatic, ColorChoice::always,
                                    ColorChoice::never};
  return values[index];
}

Result<std::chrono::milliseconds> parse_answer_time(std::string_view text) {
  TRY_ASSIGN(const std::chrono::milliseconds time, parse_duration(text));
  if (time > std::chrono::milliseconds(0)) return time;
  return Error{ErrorKind::usage, "0 leaves no time for an answer", "such as 500ms or 8s"};
}

}  // namespace terra_hook
