// SPDX-License-Identifier: MIT
// Takes captures out of a store for good and gives the room they took back to the disk, in steps
// that are short enough for a listener at the same store to go on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.hpp"

namespace terra_hook {

struct StoreSize {
  std::int64_t captures = 0;
  std::uint64_t used = 0;    ///< bytes of the file that hold something
  std::uint64_t bodies = 0;  ///< bytes of all bodies
  std::uint64_t file = 0;    ///< bytes of the file, with what is free in it
};

/// One thread at a time; other processes may use the store meanwhile.
class StorePruner {
 public:
  /// Fails when the file is missing, besides what StoreWriter::open() fails for.
  static Result<StorePruner> open(const std::filesystem::path& path);
  ~StorePruner();
  StorePruner(StorePruner&&) noexcept;
  StorePruner& operator=(StorePruner&&) noexcept;

  Result<StoreSize> size();

  /// How many of `numbers` are tagged.
  Result<std::int64_t> count_tagged(const std::vector<std::int64_t>& numbers);

  /// Removes captures with their bodies, attempts and tags, some hundred a transaction. Numbers
  /// that are gone already are no matter. How many there were.
  Result<std::int64_t> remove(const std::vector<std::int64_t>& numbers);

  /// Shrinks the file to what is used. Where others read it just now, it shrinks when they are
  /// done.
  Result<void> give_back_room();

 private:
  struct State;
  explicit StorePruner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
