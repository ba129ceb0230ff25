// SPDX-License-Identifier: MIT
#include "terra/api_call.hpp"

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_parameters = 100;
constexpr std::string_view k_base_paths[] = {"/api/v2", "/v2"};

std::string decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      if (const auto byte = from_hex(text.substr(i + 1, 2))) {
        decoded += *byte;
        i += 2;
        continue;
      }
    }
    decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
  }
  return decoded;
}

std::string_view without_base(std::string_view path) {
  for (const std::string_view base : k_base_paths) {
    if (path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/')) {
      path.remove_prefix(base.size());
      break;
    }
  }
  // `//activity`, from a base URL with a slash at its end.
  while (path.starts_with("//")) path.remove_prefix(1);
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? "/" : path;
}

}  // namespace

std::optional<std::string_view> ApiCall::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value.empty() ? std::nullopt : std::optional<std::string_view>(value);
  }
  return std::nullopt;
}

ApiCall read_api_call(std::string method, std::string target, HeaderFields headers,
                      std::string body) {
  ApiCall call;
  const std::string_view whole = target;
  const std::size_t question = std::min(whole.find('?'), whole.size());
  call.path = decode(without_base(whole.substr(0, question)), false);
  std::string_view rest = whole.substr(std::min(question + 1, whole.size()));
  while (!rest.empty() && call.query.size() < k_most_parameters) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      call.query.emplace_back(decode(pair.substr(0, equals), true),
                              decode(pair.substr(std::min(equals + 1, pair.size())), true));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  call.method = std::move(method);
  call.target = std::move(target);
  call.headers = std::move(headers);
  call.body = std::move(body);
  return call;
}

}  // namespace terra_hook
