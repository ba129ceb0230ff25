// SPDX-License-Identifier: MIT
// Which proxy the environment names for a server, as curl and most other clients read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/terminal.hpp"
#include "http/url.hpp"

namespace terra_hook {

/// An HTTP proxy: asked for the server's answer, or, of https, for a tunnel (CONNECT).
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string user;  ///< empty: no credentials
  Secret password;

  /// `proxy.example:3128`, without credentials.
  std::string name() const;
};

/// The proxy for `server`: of `https_proxy`, `http_proxy` (by the server's scheme) or `all_proxy`,
/// in lower case or capitals, unless `no_proxy` names the host. That is a comma list of hosts,
/// which stand for their subdomains as well, with or without a dot before or a port behind; `*` is
/// all. Servers on this machine are always reached directly. Errors: usage (a variable that names
/// no HTTP proxy; its value is not repeated, as it may hold a password).
Result<std::optional<Proxy>> proxy_for(const Url& server, const EnvironmentLookup& environment);

}  // namespace terra_hook
