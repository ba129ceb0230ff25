// SPDX-License-Identifier: MIT
#include "http/route.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

bool is_type_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

bool is_type_list(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_type_character(c) || c == ',' || c == ' '; });
}

Result<std::vector<std::string>> parse_types(std::string_view list, std::string_view text) {
  std::vector<std::string> types;
  for (std::string_view rest = list;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view type = trim(rest.substr(0, end));
    if (type.empty() || !std::all_of(type.begin(), type.end(), is_type_character)) {
      return Error{ErrorKind::usage,
                   fmt::format("'{}': an event type is missing before '='", sanitize(text)),
                   "such as sleep=3000 or sleep,activity=3000/hook"};
    }
    if (std::find(types.begin(), types.end(), type) == types.end()) types.emplace_back(type);
    if (end == rest.size()) return types;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

Result<Route> parse_route(std::string_view text) {
  Route route;
  const std::size_t equals = text.find('=');
  std::string_view target = text;
  if (equals != std::string_view::npos && is_type_list(text.substr(0, equals))) {
    TRY_ASSIGN(route.types, parse_types(text.substr(0, equals), text));
    target = text.substr(equals + 1);
  }
  TRY_ASSIGN(route.target, parse_target(target));
  return route;
}

Result<void> check_routes(const std::vector<Route>& routes) {
  if (routes.size() > k_max_routes) {
    return Error{ErrorKind::usage, fmt::format("more than {} targets", k_max_routes),
                 "leave some out"};
  }
  for (std::size_t i = 0; i < routes.size(); ++i) {
    for (std::size_t j = i + 1; j < routes.size(); ++j) {
      const auto& [types, target] = routes[j];
      const bool is_shared = (types.empty() && routes[i].types.empty()) ||
                             std::any_of(types.begin(), types.end(), [&](const std::string& type) {
                               return std::find(routes[i].types.begin(), routes[i].types.end(),
                                                type) != routes[i].types.end();
                             });
      if (is_shared && target == routes[i].target) {
        return Error{ErrorKind::usage,
                     fmt::format("{} would get the same event twice", target.to_string()),
                     "name it once"};
      }
    }
  }
  return {};
}

std::vector<std::size_t> routes_for(const std::vector<Route>& routes,
                                    const std::optional<std::string>& type) {
  std::vector<std::size_t> named;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const std::vector<std::string>& types = routes[i].types;
    if (types.empty()) {
      others.push_back(i);
    } else if (type && std::find(types.begin(), types.end(), *type) != types.end()) {
      named.push_back(i);
    }
  }
  return named.empty() ? others : named;
}

}  // namespace terra_hook
