// SPDX-License-Identifier: MIT
#include "http/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "http/address.hpp"

namespace terra_hook {
namespace {

struct ProxyVariable {
  std::string name;
  std::string value;
};

std::optional<ProxyVariable> first_set(std::initializer_list<const char*> names,
                                       const EnvironmentLookup& environment) {
  for (const char* name : names) {
    const auto value = environment(name);
    if (value) return ProxyVariable{name, std::string(trim(*value))};
  }
  return std::nullopt;
}

std::optional<ProxyVariable> variable_for(const Url& server, const EnvironmentLookup& environment) {
  auto variable = server.is_tls() ? first_set({"https_proxy", "HTTPS_PROXY"}, environment)
                                  : first_set({"http_proxy", "HTTP_PROXY"}, environment);
  return variable ? variable : first_set({"all_proxy", "ALL_PROXY"}, environment);
}

bool names_host(std::string_view entry, const Url& server) {
  if (entry == "*") return true;
  const std::string port = ":" + std::to_string(server.port);
  if (entry.ends_with(port) && std::count(entry.begin(), entry.end(), ':') == 1) {
    entry.remove_suffix(port.size());
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  while (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty()) return false;
  const std::string lower = to_lower(entry);
  return server.host == lower || server.host.ends_with("." + lower);
}

bool is_excepted(const Url& server, const EnvironmentLookup& environment) {
  const auto list = first_set({"no_proxy", "NO_PROXY"}, environment);
  if (!list) return false;
  for (std::string_view rest = list->value; !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(", "), rest.size());
    if (names_host(trim(rest.substr(0, end)), server)) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Result<Proxy> read_proxy(const ProxyVariable& variable) {
  std::string_view text = variable.value;
  const std::size_t scheme_end = text.find("://");
  const std::string scheme =
      scheme_end == std::string_view::npos ? "http" : to_lower(text.substr(0, scheme_end));
  if (scheme_end != std::string_view::npos) text.remove_prefix(scheme_end + 3);
  if (scheme != "http") {
    return Error{ErrorKind::usage,
                 fmt::format("{} names a proxy of another kind than http", variable.name),
                 "such as http://proxy.example:3128"};
  }
  Proxy proxy;
  text = text.substr(0, text.find('/'));
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = text.substr(0, at);
    const std::size_t colon = std::min(credentials.find(':'), credentials.size());
    proxy.user = percent_decoded(credentials.substr(0, colon));
    proxy.password =
        Secret(percent_decoded(credentials.substr(std::min(colon + 1, credentials.size()))));
    text.remove_prefix(at + 1);
  }
  const auto url = parse_url("http://" + std::string(text));
  if (!url) {
    return Error{ErrorKind::usage, fmt::format("{} names no proxy", variable.name),
                 "such as http://proxy.example:3128"};
  }
  proxy.host = url->host;
  proxy.port = url->port;
  return proxy;
}

}  // namespace

std::string Proxy::name() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), host, port);
}

Result<std::optional<Proxy>> proxy_for(const Url& server, const EnvironmentLookup& environment) {
  const std::optional<Proxy> none;
  const auto variable = variable_for(server, environment);
  if (!variable || variable->value.empty()) return none;
  // Names below localhost are loopback by RFC 6761 §6.3.
  const bool is_here = is_this_machine(server.host) || server.host.ends_with(".localhost");
  if (is_here || is_excepted(server, environment)) return none;
  TRY_ASSIGN(Proxy proxy, read_proxy(*variable));
  return std::optional(std::move(proxy));
}

}  // namespace terra_hook
