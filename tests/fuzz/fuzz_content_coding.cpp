// SPDX-License-Identifier: MIT
#include "http/content_coding.hpp"

#include <cstdint>
#include <iterator>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The first byte chooses the coding, the rest is the body.
  constexpr const char* codings[] = {"gzip", "deflate", "br", "zstd", "gzip, br"};
  if (bytes.empty()) return 0;
  const HeaderFields fields{{"Content-Encoding", codings[data[0] % std::size(codings)]}};
  const auto decoded = decode_content(fields, bytes.substr(1), 1 << 20);
  if (decoded && decoded->size() > (1 << 20)) __builtin_trap();
  return 0;
}
