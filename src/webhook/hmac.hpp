// SPDX-License-Identifier: MIT
// HMAC (RFC 2104) over bytes that arrive in pieces. Terra signs with SHA-256; the other hash
// functions are here to recognise what else somebody computed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;

namespace terra_hook {

enum class HashFunction { sha1, sha256, sha512 };

/// One computation after the other. Copying one that was fed shares the work done so far. One
/// thread at a time; copies of an unchanging object may be made by several.
class Hmac {
 public:
  Hmac(HashFunction hash, std::string_view key);
  ~Hmac();
  Hmac(const Hmac& other);
  Hmac(Hmac&&) noexcept;
  Hmac& operator=(const Hmac&) = delete;
  Hmac& operator=(Hmac&&) noexcept;

  void update(std::string_view bytes);

  /// The bytes (20, 32 or 64) of the digest of all that was fed since the last one.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

/// True when both have the same bytes; takes the same time wherever they differ.
bool equal_digests(std::string_view a, std::string_view b);

}  // namespace terra_hook
