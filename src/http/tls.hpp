// SPDX-License-Identifier: MIT
// The listener's certificate: a self-signed one for this machine, made once.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace terra_hook {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, leaf first
  std::filesystem::path key;          ///< PEM
};

/// `localhost.crt` and `localhost.key` in `directory` (P-256, for localhost, 127.0.0.1 and ::1, two
/// years from `now`); makes them when they are missing or expire within a day. The key is 0600.
Result<TlsFiles> localhost_certificate(const std::filesystem::path& directory, UtcTime now);

/// The SHA-256 fingerprint of the first certificate in `path`, `AB:CD:…`, as browsers show it.
Result<std::string> certificate_fingerprint(const std::filesystem::path& path);

}  // namespace terra_hook
