// SPDX-License-Identifier: MIT
#include "webhook/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <new>
#include <stdexcept>

namespace terra_hook {
namespace {

std::string name_of(HashFunction hash) {
  switch (hash) {
    case HashFunction::sha1: return "SHA1";
    case HashFunction::sha256: return "SHA256";
    case HashFunction::sha512: return "SHA512";
  }
  return "SHA256";
}

}  // namespace

void Hmac::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

Hmac::Hmac(HashFunction hash, std::string_view key) {
  const std::unique_ptr<EVP_MAC, void (*)(EVP_MAC*)> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                         EVP_MAC_free);
  context_.reset(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
  std::string digest = name_of(hash);
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  if (!context_ || EVP_MAC_init(context_.get(), bytes, key.size(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL offers no HMAC");
  }
}

Hmac::Hmac(const Hmac& other) : context_(EVP_MAC_CTX_dup(other.context_.get())) {
  if (!context_) throw std::bad_alloc();
}

Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

void Hmac::update(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (EVP_MAC_update(context_.get(), data, bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL failed to compute an HMAC");
  }
}

std::string Hmac::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t length = 0;
  // Without a key it begins anew with the one it has.
  if (EVP_MAC_final(context_.get(), digest.data(), &length, digest.size()) != 1 ||
      EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1) {
    throw std::runtime_error("OpenSSL failed to compute an HMAC");
  }
  return {reinterpret_cast<const char*>(digest.data()), length};
}

bool equal_digests(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace terra_hook
