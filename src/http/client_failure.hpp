// SPDX-License-Identifier: MIT
// Why a server gave no answer, and whether it can be reached at all.
#pragma once

#include <string>
#include <string_view>

#include "http/url.hpp"

namespace terra_hook {

/// Why an exchange has no answer.
enum class ClientFailure {
  none,
  refused_by_us,  ///< the request can't be sent: a field with a line break, a target with a space
  unresolved,     ///< the host name has no address
  unreachable,    ///< nobody listens there, or there is no way there
  tls,            ///< no TLS, or a certificate that is not trusted
  timed_out,      ///< `timeout` or `connect_timeout` has passed
  closed,         ///< the peer closed or reset the connection, or what it sent is not HTTP
  interrupted,    ///< interrupt() was called
};

/// `connection-refused`-like names of failures for programs: `timed_out`, `unreachable`, …
std::string_view to_string(ClientFailure failure);

/// What keeps us from connecting.
struct ConnectFailure {
  ClientFailure failure = ClientFailure::none;  ///< none: connected
  std::string reason;                           ///< may be empty
};

/// Connects to `origin`, or to `connect_to` (an address or name) with its port when that is not
/// empty, says nothing and closes again. Takes a second at most, after the name is resolved.
ConnectFailure try_to_connect(const Url& origin, const std::string& connect_to = {});

/// Whether somebody listens at `origin`, as try_to_connect() finds.
bool accepts_connections(const Url& origin);

}  // namespace terra_hook
