// SPDX-License-Identifier: MIT
#include "webhook/signature_claim.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "base/ascii.hpp"
#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_header = 4096;
constexpr std::size_t k_max_claims = 32;
constexpr std::size_t k_min_digest = 8;

constexpr HeaderCause k_header_causes[] = {
    {"percent-encoded header", "the header's value is percent-encoded",
     "decode it once, or pass the header on untouched (`=` and `,` arrive as %3D and %2C)"},
    {"quoted header", "the header's value is in quotes",
     "pass the value without the quotes; a shell or a config file has kept them"},
    {"folded header", "the header's value has line breaks or blanks inside",
     "take them out; a copy from a terminal or a mail wrapped the line"},
    {"semicolons", "the header's items are separated by semicolons", "separate them by commas"},
    {"upper-case keys", "the header's keys are in upper case", "the keys are t and v1"},
    {"swapped items", "t and v1 are swapped", "t is the time, v1 the signature"},
    {"bare digest", "the header has a digest but no t and v1",
     "pass the whole value of the header: t=...,v1=..."},
    {"prefixed digest", "the digest has a prefix such as sha256= or 0x",
     "v1 is 64 hexadecimal digits and nothing before them"},
    {"other scheme", "the signature stands under another scheme than v1",
     "only v1 is to be trusted; check who wrote this header"},
    {"base64 digest", "the digest is in base64",
     "write it in lower-case hexadecimal: digest('hex'), hexdigest()"},
    {"twice-encoded digest", "the digest is base64 of its hexadecimal form",
     "write the hexadecimal form itself"},
    {"truncated digest", "the digest is cut off",
     "a field too short for 64 characters has cut it; compare the whole"},
    {"SHA-1 digest", "the signature is an HMAC-SHA1", "Terra signs with HMAC-SHA256"},
    {"SHA-512 digest", "the signature is an HMAC-SHA512", "Terra signs with HMAC-SHA256"},
};

/// A value on its way to being readable, and what was mended.
struct Mended {
  std::string value;
  std::vector<std::string_view> causes;

  void note(std::string_view cause) { causes.push_back(cause); }
};

Mended mend(std::string_view raw) {
  Mended mended{std::string(trim(raw)), {}};
  std::string& value = mended.value;
  if (std::string decoded = percent_decoded(value); decoded != value) {
    value = std::string(trim(decoded));
    mended.note("percent-encoded header");
  }
  if (const std::string_view bare = trim(value, "\"'`"); bare.size() != value.size()) {
    value = std::string(trim(bare));
    mended.note("quoted header");
  }
  // Blanks around items and `=` are harmless and left alone.
  if (value.find_first_of("\r\n") != std::string::npos || value.find("\\n") != std::string::npos) {
    std::string joined;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\' && i + 1 < value.size() &&
          (value[i + 1] == 'n' || value[i + 1] == 'r')) {
        ++i;
      } else if (std::string_view(" \t\r\n").find(value[i]) == std::string_view::npos) {
        joined += value[i];
      }
    }
    value = std::move(joined);
    mended.note("folded header");
  }
  if (value.find(';') != std::string::npos && value.find(',') == std::string::npos) {
    std::replace(value.begin(), value.end(), ';', ',');
    mended.note("semicolons");
  }
  return mended;
}

struct Digest {
  std::string bytes;
  HashFunction hash = HashFunction::sha256;
  bool is_prefix = false;
  std::vector<std::string_view> causes;
};

/// `bytes` as a digest by its length; nothing when no hash function has it.
std::optional<Digest> by_length(std::string bytes, std::vector<std::string_view> causes) {
  Digest digest{std::move(bytes), HashFunction::sha256, false, std::move(causes)};
  switch (digest.bytes.size()) {
    case 32: return digest;
    case 20:
      digest.hash = HashFunction::sha1;
      digest.causes.emplace_back("SHA-1 digest");
      return digest;
    case 64:
      digest.hash = HashFunction::sha512;
      digest.causes.emplace_back("SHA-512 digest");
      return digest;
    default: return std::nullopt;
  }
}

std::optional<std::string> base64_bytes(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.size() % 4 != 0) text += '=';
  return from_base64(text);
}

void add_hex(std::vector<Digest>& digests, std::string_view text,
             const std::vector<std::string_view>& causes) {
  const auto bytes = from_hex(text.substr(0, text.size() / 2 * 2));
  if (!bytes || bytes->size() < k_min_digest) return;
  if (text.size() % 2 == 0) {
    if (auto digest = by_length(*bytes, causes)) digests.push_back(*std::move(digest));
  }
  if (bytes->size() < 32) {
    Digest cut{*bytes, HashFunction::sha256, true, causes};
    cut.causes.emplace_back("truncated digest");
    digests.push_back(std::move(cut));
  }
}

/// What `text` may mean as a digest.
std::vector<Digest> read_digests(std::string_view text, std::vector<std::string_view> causes) {
  std::vector<Digest> digests;
  for (const std::string_view prefix : {"sha256=", "sha1=", "sha512=", "0x", "0X"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      causes.emplace_back("prefixed digest");
      break;
    }
  }
  add_hex(digests, text, causes);
  if (const auto bytes = base64_bytes(std::string(text))) {
    auto with_base64 = causes;
    with_base64.emplace_back("base64 digest");
    if (auto digest = by_length(*bytes, with_base64)) digests.push_back(*std::move(digest));
    with_base64.back() = "twice-encoded digest";
    const auto twice = from_hex(*bytes);
    if (twice) {
      if (auto digest = by_length(*twice, with_base64)) digests.push_back(*std::move(digest));
    }
  }
  return digests;
}

struct Items {
  std::string timestamp;
  std::vector<std::pair<std::string_view, std::string>> digests;  // cause ("" for v1), text
};

Items split(Mended& mended) {
  Items items;
  std::string_view rest = mended.value;
  bool has_upper_case = false;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view item = trim(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    const std::size_t equals = item.find('=');
    const std::string key = to_lower(trim(item.substr(0, equals)));
    const bool is_pair = equals != std::string_view::npos;
    const std::string text(is_pair ? trim(item.substr(equals + 1)) : item);
    if (is_pair && (key == "t" || key == "v1")) has_upper_case |= item[0] == 'T' || item[0] == 'V';
    if (is_pair && key == "t") {
      items.timestamp = text;
    } else if (is_pair && key == "v1") {
      items.digests.emplace_back("", text);
    } else if (is_pair && key.size() >= 2 && key[0] == 'v' &&
               consists_of(key.substr(1), k_digits)) {
      items.digests.emplace_back("other scheme", text);
    } else if (!item.empty()) {
      items.digests.emplace_back("bare digest", std::string(item));
    }
  }
  if (has_upper_case) mended.note("upper-case keys");
  return items;
}

}  // namespace

const HeaderCause& header_cause(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(k_header_causes), std::end(k_header_causes),
                   [&](const HeaderCause& cause) { return cause.name == name; });
  if (found == std::end(k_header_causes)) throw std::logic_error("unknown header cause");
  return *found;
}

std::vector<SignatureClaim> read_signature_claims(std::string_view value) {
  std::vector<SignatureClaim> claims;
  if (value.size() > k_max_header) return claims;
  Mended mended = mend(value);
  Items items = split(mended);
  if (!consists_of(items.timestamp, k_digits) && items.digests.size() == 1 &&
      consists_of(items.digests[0].second, k_digits)) {
    std::swap(items.timestamp, items.digests[0].second);
    mended.note("swapped items");
  }
  for (const auto& [cause, text] : items.digests) {
    std::vector<std::string_view> causes = mended.causes;
    if (!cause.empty()) causes.push_back(cause);
    for (Digest& digest : read_digests(text, std::move(causes))) {
      if (claims.size() == k_max_claims) return claims;
      claims.push_back({items.timestamp, std::move(digest.bytes), digest.hash, digest.is_prefix,
                        std::move(digest.causes)});
    }
  }
  return claims;
}

}  // namespace terra_hook
