// SPDX-License-Identifier: MIT
// Signatures as Terra makes them, worked out without the code under test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace terra_hook::test {

std::int64_t unix_now();

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

/// `t=<timestamp>,v1=<signature>`
std::string signature_header(std::string_view secret, std::string_view body,
                             std::int64_t timestamp = unix_now());

}  // namespace terra_hook::test
