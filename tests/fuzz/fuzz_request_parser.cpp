// SPDX-License-Identifier: MIT
#include "http/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::size_t body = 0;
  RequestParser parser(4096, 50, [&](std::string_view piece) {
    body += piece.size();
    return body < 100'000;
  });
  // In pieces, as a socket gives them; what is not used is given again with more behind it.
  std::size_t begin = 0;
  for (std::size_t end = 0; end < size;) {
    end = std::min(size, end + 7);
    while (begin < end) {
      const auto before = parser.state();
      const std::size_t used = parser.feed(bytes.substr(begin, end - begin));
      if (used > end - begin) __builtin_trap();
      begin += used;
      // At the head's end it stops, to be fed on; at the request's end it must not be.
      if (parser.state() == before || parser.state() != RequestParser::State::body) break;
    }
    const auto state = parser.state();
    if (state != RequestParser::State::head && state != RequestParser::State::body) break;
  }
  if (parser.head().headers.size() > 50) __builtin_trap();
  return 0;
}
