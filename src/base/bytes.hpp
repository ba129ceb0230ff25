// SPDX-License-Identifier: MIT
// Bytes and their usual spellings: hex, base64, UTF-8, SHA-256. A body is a std::string of bytes
// throughout; nothing here assumes that it is text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

using Sha256Digest = std::array<std::uint8_t, 32>;

/// Lower-case hexadecimal of `bytes`.
std::string to_hex(std::string_view bytes);
std::string to_hex(const Sha256Digest& digest);

/// The bytes that `hex` spells (either case), or nothing when it is not hex of even length.
std::optional<std::string> from_hex(std::string_view hex);

/// `text` with each `%41` made the byte that it stands for (RFC 3986 §2.1); a `%` that begins no
/// such triplet stays.
std::string percent_decoded(std::string_view text);

/// RFC 4648 §4 base64, padded.
std::string to_base64(std::string_view bytes);

/// The bytes of padded RFC 4648 §4 base64, or nothing when `text` is not that.
std::optional<std::string> from_base64(std::string_view text);

/// True when `bytes` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

/// True when `bytes` is UTF-8 without control characters other than tab and line ends: what can
/// stand as text in a file that people read.
bool is_plain_text(std::string_view bytes);

/// ASCII-only comparison and case folding, as HTTP field names need (RFC 9110 §5.1).
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string to_lower(std::string_view text);

/// `text` without the characters of `set` at both ends.
std::string_view trim(std::string_view text, std::string_view set = " \t\r\n");

/// SHA-256 of bytes that arrive in pieces. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);

  /// The digest of all that was fed since the last one.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(std::string_view bytes);

}  // namespace terra_hook
