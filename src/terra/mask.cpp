// SPDX-License-Identifier: MIT
#include "terra/mask.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "base/ascii.hpp"
#include "base/bytes.hpp"

namespace terra_hook {
namespace {

using enum PersonalKind;

std::string_view word(PersonalKind kind) {
  switch (kind) {
    case user: return "user";
    case reference: return "reference";
    case account: return "account";
    case request: return "request";
    case event: return "event";
    case id: return "id";
    case name: return "name";
    case email: return "mail";
    case phone: return "phone";
    case place: return "place";
    case address: return "address";
    case text: return "text";
    case date: return "date";
    default: return "value";
  }
}

/// `2026-07-01`, alone or with a time of day.
bool is_date(std::string_view value) {
  constexpr std::string_view k_form = "dddd-dd-dd";
  constexpr std::size_t k_longest = 40;
  if (value.size() < k_form.size() || value.size() > k_longest) return false;
  for (std::size_t i = 0; i < k_form.size(); ++i) {
    if (k_form[i] == 'd' ? !is_digit(value[i]) : value[i] != '-') return false;
  }
  return value.find_first_not_of("0123456789TZ:.+- ", k_form.size()) == std::string_view::npos;
}

/// A date of the same form: `1900-01-01T00:00:00Z`.
std::string date_like(std::string_view value) {
  std::string date = "1900-01-01";
  for (const char c : value.substr(date.size())) date += is_digit(c) ? '0' : c;
  return date;
}

bool is_id(PersonalKind kind) {
  switch (kind) {
    case user:
    case reference:
    case account:
    case request:
    case event:
    case id:
    case phone: return true;
    default: return false;
  }
}

}  // namespace

std::string Mask::text(PersonalKind kind, std::string_view value) const {
  if (value.empty()) return "";
  switch (kind) {
    case coordinate: return "0";
    case polyline: return "??";  // the encoding of one point, 0,0
    case secret: return "hidden";
    case attribute: return is_date(value) ? date_like(value) : "hidden";
    case date:
      if (is_date(value)) return date_like(value);
      break;
    case email: return fmt::format("mail-{:08x}@example.invalid", digest(value));
    default: break;
  }
  return fmt::format("{}-{:08x}", word(kind), digest(value));
}

std::string Mask::number(PersonalKind kind, std::string_view spelling) const {
  constexpr std::uint32_t k_least = 100'000'000;
  if (!is_id(kind)) return "0";
  return std::to_string(k_least + digest(spelling) % (9 * k_least));
}

std::uint32_t Mask::digest(std::string_view value) const {
  const std::string_view key = key_.expose();
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(value.data()), value.size(), mac,
           &length) == nullptr) {
    throw std::runtime_error("OpenSSL failed to compute an HMAC");
  }
  std::uint32_t digest = 0;
  for (int i = 0; i < 4; ++i) digest = digest << 8 | mac[i];
  return digest;
}

}  // namespace terra_hook
