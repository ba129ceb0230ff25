// SPDX-License-Identifier: MIT
// Addresses of HTTP servers, read by ourselves: cpp-httplib's own reading throws, or takes a path
// for a part of the host name. Only what a client needs of RFC 3986; no relative references.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

struct Url {
  std::string scheme;  ///< `http` or `https`
  std::string host;    ///< lower case; an IPv6 address stands without its brackets
  std::uint16_t port = 80;
  std::string target = "/";   ///< path and query as written, nothing decoded or encoded
  bool names_target = false;  ///< false: the text ended with the host or port, `target` is "/"

  bool is_tls() const { return scheme == "https"; }
  /// `localhost:3000`, `[::1]`: the Host field (RFC 9110 §7.2); a scheme's default port is left
  /// out.
  std::string authority() const;
  /// `http://localhost:3000`, without a path.
  std::string origin() const;
  /// The whole URL.
  std::string to_string() const;

  bool operator==(const Url&) const = default;
};

/// An absolute `http` or `https` URL of at most 8 KiB. A fragment is dropped, as it is never sent;
/// user info, other schemes, an empty host, ports outside 1 to 65535, and characters that must be
/// percent-encoded are an Error of kind `usage`. The message hides a signed URL's query.
Result<Url> parse_url(std::string_view text);

/// A target as a user types it: a URL, or the same without `http://`: `localhost:3000/hook`,
/// `[::1]:3000`. `3000` and `3000/hook` are on localhost, and so is `/hook`, at port 80.
Result<Url> parse_target(std::string_view text);

/// Where a delivery that came to `delivered` (path and query) goes at `url`: a URL that names a
/// path gets exactly that, with the delivery's query when it has none of its own; one that ends
/// with its host or port gets the delivery's own path and query.
std::string target_at(const Url& url, std::string_view delivered);

}  // namespace terra_hook
