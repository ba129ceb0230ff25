// SPDX-License-Identifier: MIT
// A file that is written from beginning to end: never in the place of another one by accident, and
// never through a symbolic link that somebody put there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace terra_hook {

/// One new file of mode 0600. Unless it is committed it goes away again.
class NewFile {
 public:
  /// Without `replaces` an existing `path`, a link too, is an Error; with it a regular file or a
  /// link is replaced on commit(), and stays until then.
  static Result<NewFile> create(const std::filesystem::path& path, bool replaces);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;

  Result<void> append(std::string_view bytes);

  /// All is written: the file stays, under its name.
  Result<void> commit();

 private:
  NewFile(std::string path, std::string written_path, int fd)
      : path_(std::move(path)), written_path_(std::move(written_path)), fd_(fd) {}

  std::string path_;
  std::string written_path_;  ///< the same, or a temporary one beside it
  int fd_;
};

/// Writes all of `bytes` to a new file.
Result<void> write_new_file(const std::filesystem::path& path, std::string_view bytes,
                            bool replaces);

}  // namespace terra_hook
