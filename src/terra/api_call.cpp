// SPDX-License-Identifier: MIT
#include "terra/api_call.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_parameters = 100;
constexpr std::string_view k_base_paths[] = {"/api/v2", "/v2"};

/// A plus is a blank there (application/x-www-form-urlencoded).
std::string query_text(std::string_view text) {
  std::string blanked(text);
  std::replace(blanked.begin(), blanked.end(), '+', ' ');
  return percent_decoded(blanked);
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
  call.path = percent_decoded(without_base(whole.substr(0, question)));
  std::string_view rest = whole.substr(std::min(question + 1, whole.size()));
  while (!rest.empty() && call.query.size() < k_most_parameters) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      call.query.emplace_back(query_text(pair.substr(0, equals)),
                              query_text(pair.substr(std::min(equals + 1, pair.size()))));
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
