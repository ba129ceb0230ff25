// SPDX-License-Identifier: MIT
#include "webhook/signature_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.hpp"

namespace terra_hook {

namespace {

constexpr std::string_view k_blank = " \t";
constexpr std::string_view k_hex_digits = "0123456789abcdefABCDEF";
constexpr std::string_view k_base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
constexpr std::string_view k_expected_form = "Terra sends t=<Unix seconds>,v1=<64 hex digits>";

constexpr std::size_t k_max_signatures = 16;
constexpr std::size_t k_signature_length = 64;
constexpr std::size_t k_max_timestamp_length = 18;  // fits 64 bits with room for a subtraction

// A piece of a stranger's text that is safe to print.
std::string excerpt(std::string_view text) {
  constexpr std::size_t k_max_length = 24;
  std::string shown;
  for (const char c : text.substr(0, k_max_length)) {
    // One for a character, whose later bytes are 10xxxxxx.
    const bool goes_on = (static_cast<unsigned char>(c) & 0xC0) == 0x80 && shown.ends_with('?');
    if (!goes_on) shown += c < ' ' || c > '~' ? '?' : c;
  }
  return text.size() > k_max_length ? shown + "..." : shown;
}

bool is_well_formed_signature(std::string_view text) {
  return text.size() == k_signature_length && consists_of(text, k_hex_digits);
}

Sha256Digest decode_signature(std::string_view text) {
  Sha256Digest digest{};
  const std::string bytes = from_hex(text).value();
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

// Why `text` is not 64 hex digits.
std::string describe_bad_signature(std::string_view text) {
  const std::size_t length = text.size();
  if (text.empty()) {
    return "v1 is empty; Terra sends 64 hex digits";
  }
  if (text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X") {
    return "v1 starts with 0x; Terra sends 64 hex digits without it";
  }
  if (consists_of(text, k_hex_digits)) {
    if (length == 40 || length == 128) {
      return fmt::format("v1 is {} hex digits, the length of {}; Terra sends 64, of SHA-256",
                         length, length == 40 ? "SHA-1" : "SHA-512");
    }
    return length < k_signature_length ? fmt::format("v1 is truncated: {} of 64 hex digits", length)
                                       : fmt::format("v1 is {} hex digits; Terra sends 64", length);
  }
  if (length > k_signature_length && is_well_formed_signature(text.substr(0, k_signature_length))) {
    return fmt::format("v1 is 64 hex digits followed by '{}'",
                       excerpt(text.substr(k_signature_length)));
  }
  // A SHA-256 digest is 43 base64 digits, 44 with its padding.
  const std::string_view unpadded = text.substr(0, 43);
  if ((length == 43 || (length == 44 && text.back() == '=')) &&
      consists_of(unpadded, k_base64_digits)) {
    return fmt::format("v1 is {} characters and looks like base64; Terra sends 64 hex digits",
                       length);
  }
  return fmt::format("v1 is {} characters and not hexadecimal ('{}'); Terra sends 64 hex digits",
                     length, excerpt(text));
}

// Why `text` is not a timestamp; empty when it is one.
std::string describe_bad_timestamp(std::string_view text) {
  if (text.empty()) {
    return "t is empty; Terra sends Unix seconds";
  }
  if (!consists_of(text, k_digits)) {
    return fmt::format("t is '{}'; Terra sends Unix seconds, digits only", excerpt(text));
  }
  if (text.size() > k_max_timestamp_length) {
    return fmt::format("t has {} digits; Terra sends Unix seconds, 10 digits", text.size());
  }
  return {};
}

// The items of a header value, sorted by what they are.
struct HeaderItems {
  std::optional<std::string_view> timestamp;  // the last one
  bool timestamps_differ = false;
  std::vector<std::string_view> signatures;
  std::size_t signature_count = 0;  // also those beyond the limit
  std::string_view other_scheme;    // the first key such as v0
  bool has_upper_case_key = false;
};

bool is_other_scheme(std::string_view key) {
  return key.size() >= 2 && key[0] == 'v' && consists_of(key.substr(1), k_digits);
}

HeaderItems split_items(std::string_view value) {
  HeaderItems items;
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    const std::string_view item = value.substr(0, comma);
    value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = trim(item.substr(0, equals), k_blank);
    const std::string_view text = trim(item.substr(equals + 1), k_blank);
    if (key == "t") {
      items.timestamps_differ |= items.timestamp && *items.timestamp != text;
      items.timestamp = text;
    } else if (key == "v1") {
      ++items.signature_count;
      if (items.signatures.size() < k_max_signatures) {
        items.signatures.push_back(text);
      }
    } else if (key == "T" || key == "V1") {
      items.has_upper_case_key = true;
    } else if (items.other_scheme.empty() && is_other_scheme(key)) {
      items.other_scheme = key;
    }
  }
  return items;
}

// What is wrong with a header as a whole, when an item is absent or ill-formed.
std::string describe_bad_header(std::string_view value, const HeaderItems& items) {
  if (value.empty()) {
    return fmt::format("the header is empty; {}", k_expected_form);
  }
  if (value.front() == '"' || value.front() == '\'') {
    return "the header is in quotes; Terra sends it without";
  }
  if (value.find(';') != std::string_view::npos) {
    return "items are separated by ';'; Terra separates them by ','";
  }
  if (is_well_formed_signature(value)) {
    return fmt::format("64 hex digits without keys; {}", k_expected_form);
  }
  const bool lacks_timestamp = !items.timestamp;
  const bool lacks_signature = items.signatures.empty();
  if (items.has_upper_case_key && (lacks_timestamp || lacks_signature)) {
    return "the keys are in upper case (T, V1); Terra sends t and v1";
  }
  if (lacks_signature && !items.other_scheme.empty()) {
    return fmt::format("only unsupported schemes ({}); Terra signs with v1",
                       excerpt(items.other_scheme));
  }
  if (lacks_timestamp && lacks_signature) {
    return fmt::format("neither t nor v1 in '{}'; {}", excerpt(value), k_expected_form);
  }
  if (lacks_timestamp) {
    return fmt::format("no t (timestamp); {}", k_expected_form);
  }
  if (lacks_signature) {
    return fmt::format("no v1 (signature); {}", k_expected_form);
  }
  return {};
}

void read_timestamp(const HeaderItems& items, SignatureHeader& header) {
  if (!items.timestamp) {
    return;
  }
  if (items.timestamps_differ) {
    header.notes.emplace_back("several t items differ; the last counts, as in the official SDKs");
  }
  header.problem = describe_bad_timestamp(*items.timestamp);
  if (header.problem.empty()) {
    header.timestamp = std::string(*items.timestamp);
  }
}

void read_signatures(const HeaderItems& items, SignatureHeader& header) {
  std::string ill_formed;
  bool has_upper_case = false;
  for (const std::string_view text : items.signatures) {
    if (is_well_formed_signature(text)) {
      header.signatures.push_back(decode_signature(text));
      has_upper_case |= text.find_first_of("ABCDEF") != std::string_view::npos;
    } else if (ill_formed.empty()) {
      ill_formed = describe_bad_signature(text);
    }
  }
  if (items.signature_count > items.signatures.size()) {
    header.notes.push_back(fmt::format("only the first {} of {} v1 items were looked at",
                                       items.signatures.size(), items.signature_count));
  }
  if (has_upper_case) {
    header.notes.emplace_back("v1 has upper-case hex digits; Terra sends lower case");
  }
  if (header.signatures.empty() && header.problem.empty()) {
    header.problem = ill_formed;
  } else if (!ill_formed.empty()) {
    header.notes.push_back("ignored a v1: " + ill_formed);
  }
}

}  // namespace

SignatureHeader parse_signature_header(std::string_view raw_value) {
  const std::string_view value = trim(raw_value, k_blank);
  const HeaderItems items = split_items(value);
  SignatureHeader header;
  read_timestamp(items, header);
  read_signatures(items, header);
  if (header.timestamp.empty() || header.signatures.empty()) {
    // What is wrong with the whole explains more than what is wrong with an item.
    if (std::string problem = describe_bad_header(value, items); !problem.empty()) {
      header.problem = std::move(problem);
    }
  }
  return header;
}

}  // namespace terra_hook
