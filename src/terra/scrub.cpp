// SPDX-License-Identifier: MIT
#include "terra/scrub.hpp"

#include <algorithm>
#include <cctype>

#include "base/ascii.hpp"
#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

bool is_uuid(std::string_view text) {
  return text.size() == k_uuid.size() &&
         std::equal(text.begin(), text.end(), k_uuid.begin(),
                    [](char c, char form) { return form == 'x' ? is_hex(c) : c == '-'; });
}

bool is_url(std::string_view text) {
  return equals_ignoring_case(text.substr(0, 7), "http://") ||
         equals_ignoring_case(text.substr(0, 8), "https://");
}

bool is_email(std::string_view word) {
  const std::size_t at = word.find('@');
  return at != std::string_view::npos && at > 0 && word.find('.', at + 2) != std::string_view::npos;
}

/// Appends `text` with each UUID in it masked.
void append_without_uuids(std::string& out, std::string_view text, const Mask& mask) {
  std::size_t taken = 0;
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    const std::size_t begin = dash < 8 ? std::string_view::npos : dash - 8;
    if (begin == std::string_view::npos || begin < taken) continue;
    const std::string_view uuid = text.substr(begin, k_uuid.size());
    if (!is_uuid(uuid)) continue;
    out += text.substr(taken, begin - taken);
    out += mask.text(PersonalKind::id, uuid);
    taken = begin + uuid.size();
    dash = taken - 1;
  }
  out += text.substr(taken);
}

void append_word(std::string& out, std::string_view word, const Mask& mask) {
  if (is_url(word)) {
    out += masked_url(word, mask);
  } else if (is_email(word)) {
    const std::string_view address = trim(word, ".:");
    const std::size_t begin = word.find(address);
    out += word.substr(0, begin);
    out += mask.text(PersonalKind::email, address);
    out += word.substr(begin + address.size());
  } else {
    append_without_uuids(out, word, mask);
  }
}

/// `text` with each `known` value that no letter or digit continues masked.
std::string without_known(std::string_view text, const KnownValue& known, const Mask& mask) {
  std::string out;
  std::size_t taken = 0;
  const std::string_view value = known.value;
  for (std::size_t at = text.find(value); at != std::string_view::npos;) {
    const std::size_t end = at + value.size();
    const bool is_whole =
        (at == 0 || !is_alnum(text[at - 1])) && (end == text.size() || !is_alnum(text[end]));
    if (is_whole) {
      out += text.substr(taken, at - taken);
      out += mask.text(known.kind, value);
      taken = end;
    }
    at = text.find(value, is_whole ? end : at + 1);
  }
  out += text.substr(taken);
  return out;
}

/// Words such as `sleep` are ids of users too: in a text of one word only a long one is one.
bool is_sought(const KnownValue& known, std::string_view text) {
  constexpr std::size_t k_long = 8;
  return !known.value.empty() &&
         (known.value.size() >= k_long || text.find_first_of(" /") != std::string_view::npos);
}

/// A segment of a path that a person would not have chosen: an id or a token.
bool looks_like_id(std::string_view segment) {
  constexpr std::size_t k_few = 5;
  constexpr std::size_t k_many = 8;
  const auto digits = std::ranges::count_if(segment, is_digit);
  if (segment.find('@') != std::string_view::npos) return true;
  if (static_cast<std::size_t>(digits) == segment.size()) return segment.size() >= k_few;
  return segment.size() >= k_many && digits >= 2;
}

std::string masked_path(std::string_view path, const Mask& mask) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    out += looks_like_id(segment) ? mask.text(PersonalKind::id, segment) : std::string(segment);
    if (end < path.size()) out += '/';
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

}  // namespace

std::string scrub(std::string_view text, std::span<const KnownValue> known, const Mask& mask) {
  std::string whole(text);
  for (const KnownValue& value : known) {
    if (is_sought(value, whole)) whole = without_known(whole, value, mask);
  }
  constexpr std::string_view k_separators = " \t\r\n,;()<>\"'[]{}|";
  std::string out;
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t begin = std::min(rest.find_first_not_of(k_separators), rest.size());
    out += rest.substr(0, begin);
    rest.remove_prefix(begin);
    const std::size_t end = std::min(rest.find_first_of(k_separators), rest.size());
    append_word(out, rest.substr(0, end), mask);
    rest.remove_prefix(end);
  }
  return out;
}

std::string masked_url(std::string_view url, const Mask& mask) {
  const std::size_t host_begin = url.find("//") + 2;
  const std::size_t host_end = std::min(url.find_first_of("/?#", host_begin), url.size());
  std::string_view host = url.substr(host_begin, host_end - host_begin);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);  // a name and a password
  }
  const std::string_view rest = url.substr(host_end);
  const std::string_view path = rest.substr(0, rest.find_first_of("?#"));
  std::string out = std::string(url.substr(0, host_begin)) + std::string(host);
  if (path.size() == rest.size()) return out + masked_path(path, mask);
  if (path.size() > 1) out += '/' + mask.text(PersonalKind::id, path);
  return out + "?hidden";
}

std::string masked_target(std::string_view target, const Mask& mask) {
  if (is_url(target)) return masked_url(target, mask);
  const std::size_t mark = std::min(target.find('?'), target.size());
  std::string out = masked_path(target.substr(0, mark), mask);
  std::string_view query = target.substr(mark);
  while (!query.empty()) {
    out += query.front();  // `?` or `&`
    query.remove_prefix(1);
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
      out += mask.text(PersonalKind::unknown, pair);
    } else {
      const std::string_view name = pair.substr(0, equals);
      out += name;
      out += '=' + mask.text(personal_kind(name, ""), pair.substr(equals + 1));
    }
    query.remove_prefix(end);
  }
  return out;
}

}  // namespace terra_hook
