// SPDX-License-Identifier: MIT
// A directory of a test's own.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace terra_hook::test {

/// Removed at the end of its scope. When the test case has failed by then it is kept and its path
/// printed, so that what went wrong can be looked into.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes a file with mode 0600 and returns its path.
  std::filesystem::path write(std::string_view name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

/// A whole file as bytes. Throws when it can't be read.
std::string read_whole_file(const std::filesystem::path& path);

}  // namespace terra_hook::test
