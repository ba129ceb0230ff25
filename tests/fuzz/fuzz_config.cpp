// SPDX-License-Identifier: MIT
#include "cli/config_file.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const std::vector<std::string> commands{"listen", "replay"};
  const auto settings = parse_config(text, "config.toml", commands);
  if (!settings) {
    // One line that names the place and acts on no terminal.
    if (settings.error().kind != ErrorKind::input) __builtin_trap();
    if (!settings.error().message.starts_with("config.toml:")) __builtin_trap();
    for (const char c : settings.error().message) {
      if (static_cast<unsigned char>(c) < 0x20) __builtin_trap();
    }
    return 0;
  }
  for (const Setting& setting : *settings) {
    const bool is_command =
        setting.command.empty() || setting.command == "listen" || setting.command == "replay";
    if (!is_command || setting.line == 0) __builtin_trap();
  }
  return 0;
}
