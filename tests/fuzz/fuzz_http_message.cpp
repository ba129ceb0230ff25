// SPDX-License-Identifier: MIT
#include "capture/http_message.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto message = parse_http_message(bytes);
  if (!message) return 0;
  // What was read is written so that it reads the same.
  const auto again = parse_http_message(
      http_message_head(message->method, message->target, message->headers) + message->body);
  if (!again || !(*again == *message)) __builtin_trap();
  return 0;
}
