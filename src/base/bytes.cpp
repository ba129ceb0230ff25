// SPDX-License-Identifier: MIT
#include "base/bytes.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

namespace terra_hook {

namespace {

constexpr std::string_view k_hex_digits = "0123456789abcdef";
constexpr std::string_view k_base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t k_no_digit = 0xff;

using DigitTable = std::array<std::uint8_t, 256>;

constexpr DigitTable base64_values() {
  DigitTable values{};
  for (auto& value : values) {
    value = k_no_digit;
  }
  for (std::size_t i = 0; i < k_base64_digits.size(); ++i) {
    values[static_cast<std::uint8_t>(k_base64_digits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr DigitTable k_base64_values = base64_values();

constexpr std::uint8_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

constexpr char to_char(std::uint32_t value) {
  return static_cast<char>(static_cast<std::uint8_t>(value & 0xff));
}

std::uint8_t hex_value(char digit) {
  if (digit >= '0' && digit <= '9') {
    return static_cast<std::uint8_t>(digit - '0');
  }
  if (digit >= 'a' && digit <= 'f') {
    return static_cast<std::uint8_t>(digit - 'a' + 10);
  }
  if (digit >= 'A' && digit <= 'F') {
    return static_cast<std::uint8_t>(digit - 'A' + 10);
  }
  return k_no_digit;
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The length of the well-formed sequence at the start of `bytes` (not ASCII), or 0. The ranges of
// the second byte are those of the Unicode Standard's table 3-7.
std::size_t utf8_sequence_length(std::string_view bytes) {
  const std::uint8_t lead = byte_at(bytes, 0);
  std::size_t length = 0;
  std::uint8_t second_from = 0x80;
  std::uint8_t second_to = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    second_from = lead == 0xe0 ? 0xa0 : second_from;
    second_to = lead == 0xed ? 0x9f : second_to;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    second_from = lead == 0xf0 ? 0x90 : second_from;
    second_to = lead == 0xf4 ? 0x8f : second_to;
  } else {
    return 0;
  }
  if (bytes.size() < length || byte_at(bytes, 1) < second_from || byte_at(bytes, 1) > second_to) {
    return 0;
  }
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(bytes, i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  return length;
}

bool is_ascii_block(const char* block) {
  std::uint64_t word = 0;
  std::memcpy(&word, block, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    hex += k_hex_digits[byte >> 4];
    hex += k_hex_digits[byte & 0xf];
  }
  return hex;
}

std::string to_hex(const Sha256Digest& digest) {
  return to_hex(std::string(digest.begin(), digest.end()));
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) {
    return std::nullopt;
  }
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::uint8_t high = hex_value(hex[i]);
    const std::uint8_t low = hex_value(hex[i + 1]);
    if (high == k_no_digit || low == k_no_digit) {
      return std::nullopt;
    }
    bytes += to_char(static_cast<std::uint32_t>(high << 4 | low));
  }
  return bytes;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte =
        text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (byte) {
      out += *byte;
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? byte_at(bytes, i + k) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= count ? k_base64_digits[group >> (18 - 6 * k) & 0x3f] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) {
    return std::nullopt;
  }
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') {
    ++padding;
  }
  const std::string_view digits = text.substr(0, text.size() - padding);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : digits) {
    const std::uint8_t value = k_base64_values[static_cast<std::uint8_t>(c)];
    if (value == k_no_digit) {
      return std::nullopt;
    }
    bits = bits << 6 | value;
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes += to_char(bits >> bit_count);
      bits &= (1U << bit_count) - 1;
    }
  }
  // Left-over bits must be zero (RFC 4648 §3.5), so that one text spells one sequence of bytes.
  return bits == 0 ? std::optional(std::move(bytes)) : std::nullopt;
}

bool is_utf8(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (bytes.size() - i >= 8 && is_ascii_block(bytes.data() + i)) {
      i += 8;
    } else if (byte_at(bytes, i) < 0x80) {
      ++i;
    } else if (const std::size_t length = utf8_sequence_length(bytes.substr(i)); length != 0) {
      i += length;
    } else {
      return false;
    }
  }
  return true;
}

bool is_plain_text(std::string_view bytes) {
  const bool has_controls = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
  });
  return !has_controls && is_utf8(bytes);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string_view trim(std::string_view text, std::string_view set) {
  const std::size_t first = text.find_first_not_of(set);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(set) - first + 1);
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (state_->context == nullptr) {
    throw std::bad_alloc();
  }
  if (EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1) {
    throw std::runtime_error("OpenSSL failed to compute a SHA-256");
  }
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest{};
  if (EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) != 1 ||
      EVP_DigestInit_ex(state_->context, nullptr, nullptr) != 1) {
    throw std::runtime_error("OpenSSL failed to compute a SHA-256");
  }
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

}  // namespace terra_hook
