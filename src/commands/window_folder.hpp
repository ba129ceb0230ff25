// SPDX-License-Identifier: MIT
// Where the answers of a split request wait until all are there: a file a window, named by its
// dates, so that an interrupted run goes on where it stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "terra/api_range.hpp"

namespace terra_hook {

/// A folder of mode 0700 below the state directory, locked against a second run of the same
/// request. keep() may be called from any thread, the others from one.
class WindowFolder {
 public:
  /// The folder of the request called `name` (its URL; only a digest of it is stored). With
  /// `restarts` what is in it goes away. Errors: file; input (another process has it).
  static Result<WindowFolder> open(const std::string& name, bool restarts, const Env& env);
  ~WindowFolder();
  WindowFolder(WindowFolder&& other) noexcept;
  WindowFolder& operator=(WindowFolder&&) = delete;

  /// The windows that are kept within `range`, in order. Those that overlap an earlier one are left
  /// out.
  Result<std::vector<ApiRange>> kept(const ApiRange& range) const;

  /// Stores a window's answer: as a whole or not at all.
  Result<void> keep(const ApiRange& window, std::string_view body) const;

  Result<std::string> load(const ApiRange& window) const;

  /// Removes the folder.
  void remove();

 private:
  WindowFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path file_of(const ApiRange& window) const;

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace terra_hook
