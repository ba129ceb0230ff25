// SPDX-License-Identifier: MIT
#include "support/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <ctime>
#include <stdexcept>

namespace terra_hook::test {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(const Digest& digest, unsigned size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

}  // namespace

std::int64_t unix_now() {
  return std::time(nullptr);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  Digest digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
           digest.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC failed");
  }
  return hex(digest, size);
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  return hex(digest, size);
}

std::string signature_header(std::string_view secret, std::string_view body,
                             std::int64_t timestamp) {
  const std::string time = std::to_string(timestamp);
  std::string signed_payload = time + ".";
  signed_payload += body;
  return "t=" + time + ",v1=" + hmac_sha256_hex(secret, signed_payload);
}

}  // namespace terra_hook::test
