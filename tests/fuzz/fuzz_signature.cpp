// SPDX-License-Identifier: MIT
#include "webhook/signature.hpp"

#include <cstdint>
#include <string_view>

using namespace terra_hook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const SecretSet secrets = SecretSet::create({{"fuzz", Secret("secret")}}).value();
  // Up to the first line break the header, then the body.
  const std::string_view header = bytes.substr(0, bytes.find('\n'));
  Verifier verifier(secrets, header);
  verifier.update(bytes);
  const Verification verification = verifier.finish(UtcTime(), std::nullopt);
  for (const char c : verification.reason) {
    if (static_cast<unsigned char>(c) < 0x20) __builtin_trap();
  }
  return 0;
}
