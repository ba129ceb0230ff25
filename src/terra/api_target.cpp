// SPDX-License-Identifier: MIT
#include "terra/api_target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text) {
  constexpr std::string_view k_hex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += k_hex[byte >> 4];
    encoded += k_hex[byte & 15];
  }
  return encoded;
}

std::string api_target(const Url& base, std::string_view path, const ApiParameters& parameters) {
  std::string target = base.target.substr(0, base.target.find('?'));
  while (target.ends_with('/')) target.pop_back();
  target += path;
  bool has_query = path.find('?') != std::string_view::npos;
  for (const auto& [name, value] : parameters) {
    target += has_query ? '&' : '?';
    has_query = true;
    target += percent_encode(name) + "=" + percent_encode(value);
  }
  return target;
}

Result<std::pair<std::string, std::string>> parse_parameter(std::string_view text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  if (equals == 0) {
    return Error{ErrorKind::usage, fmt::format("'{}' has no name", truncate(sanitize(text), 40)),
                 "write it like -q page=0"};
  }
  if (equals == text.size()) {
    return Error{ErrorKind::usage,
                 fmt::format("'{}' is no NAME=VALUE", truncate(sanitize(text), 40)),
                 "write it like -q page=0; --quiet has no short form here"};
  }
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<std::string> parse_api_path(std::string_view text) {
  const bool has_bad = std::any_of(text.begin(), text.end(),
                                   [](char c) { return c <= ' ' || c == 0x7f || c == '#'; });
  if (text.starts_with('/') && !has_bad) return std::string(text);
  const std::string shown = truncate(sanitize(text), 60);
  if (text.find("://") != std::string_view::npos) {
    return Error{ErrorKind::usage, fmt::format("'{}' is a whole URL", shown),
                 "--api-url names the API; what is asked of it is a path such as /userInfo"};
  }
  return Error{ErrorKind::usage, fmt::format("'{}' is no path of the API", shown),
               "it begins with / and has no space in it; values go into -q NAME=VALUE"};
}

}  // namespace terra_hook
