// SPDX-License-Identifier: MIT
// What a store holds, as `terra-hook list` and `terra-hook show` tell it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/listener.hpp"

namespace terra_hook::test {

/// Every capture, oldest first. Throws when the store can't be listed.
std::vector<Json> stored(const TempDir& directory);

/// The bytes of `show NUMBER --format raw`.
std::string stored_body(const TempDir& directory, std::int64_t number);

/// The same with the request line and header section before them.
std::string stored_message(const TempDir& directory, std::int64_t number);

/// The number that an answer of the listener gives to its capture.
std::int64_t capture_number(const std::string& response_body);

}  // namespace terra_hook::test
