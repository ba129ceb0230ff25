// SPDX-License-Identifier: MIT
#include "base/json_scanner.hpp"
#include "render/json_view.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  JsonViewOptions options;
  options.width = 40;
  options.max_lines = 200;
  options.max_array_items = 3;
  options.max_string_columns = 80;
  options.max_samples = 2;
  const std::string shown = json_view(bytes, options, Style());
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') __builtin_trap();
  }
  std::string compact;
  const bool is_json = !json::find_problem(bytes).has_value();
  if (json::append_compact(compact, bytes) != is_json) __builtin_trap();
  return 0;
}
