// SPDX-License-Identifier: MIT
// A capture store that something has written over.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp_dir.hpp"

namespace terra_hook::test {

/// Overwrites all but the first page of the store at `path`. The page's size stands in big-endian
/// order at byte 16 (https://sqlite.org/fileformat.html#the_database_header).
inline void damage_store(const std::filesystem::path& path) {
  const std::string content = read_whole_file(path);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(content.at(at)); };
  const std::size_t page = byte(16) * 256U + byte(17);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(page));
  file << std::string(content.size() - page, '\x5a');
}

}  // namespace terra_hook::test
