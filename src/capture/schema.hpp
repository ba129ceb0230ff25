// SPDX-License-Identifier: MIT
// The store's tables and how an older or empty file gets to have them. Whose file it is stands in
// its header: our application_id, and the schema's version in user_version.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "capture/sqlite.hpp"

namespace terra_hook {

/// Opens the store `path` to write to it; makes the file and its folder when they are missing and
/// brings the schema up to date. Several processes may do so at once. `access` allows to write.
Result<sqlite::Connection> open_store_for_writing(
    const std::filesystem::path& path, sqlite::Access access = sqlite::Access::read_write);

/// Opens the existing store `path` to read it. One of an older schema is brought up to date first.
Result<sqlite::Connection> open_store_for_reading(const std::filesystem::path& path);

}  // namespace terra_hook
