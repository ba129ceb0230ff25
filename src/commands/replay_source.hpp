// SPDX-License-Identifier: MIT
// Where `replay` takes deliveries from: the store, files, standard input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "capture/store.hpp"
#include "commands/replay_plan.hpp"
#include "http/route.hpp"
#include "http/status_set.hpp"

namespace terra_hook {

/// A delivery from a file, which is kept in memory.
struct FileMessage {
  std::string name;                        ///< `sleep.json`, `trace.har entry 3`
  Capture capture;                         ///< its number is 0
  std::optional<StatusSet> expected = {};  ///< the right answers to this one
};

/// All that is to be sent: of captures only what the plan needs.
struct ReplaySource {
  std::vector<ReplayItem> items;
  std::vector<FileMessage> messages;
  std::optional<std::filesystem::path> store;  ///< when captures are among the items
  std::uint64_t without_route = 0;             ///< items that no target takes
  std::uint64_t not_authentic = 0;  ///< items that arrived invalid, malformed or without signature
  bool is_made_up = false;          ///< by `trigger`, not kept or read
  std::vector<std::string> notes;   ///< what of the files was left out; a few
  std::size_t name_columns = 6;     ///< as wide as names are shown at least
};

/// Reads `inputs` (captures' names, files, `-`) in the order given; without any, what `filter`
/// picks. A filter narrows captures that are named, too. Errors (input): no such capture or file,
/// neither names nor a filter, nothing found.
Result<ReplaySource> collect_replay(const std::vector<std::string>& inputs,
                                    const CaptureFilter& filter, bool has_filter,
                                    const std::vector<Route>& routes,
                                    const std::filesystem::path& store, const Env& env);

/// Loads what an item stands for. One thread at a time; `source` must outlive it.
class ReplayLoader {
 public:
  static Result<ReplayLoader> open(const ReplaySource& source);

  Result<Capture> load(const ReplayItem& item);

  /// What is the right answer to this one, where it is known.
  const std::optional<StatusSet>& expected_of(const ReplayItem& item) const;

  std::size_t name_columns() const { return source_->name_columns; }

  /// `#12`, or the file's name.
  std::string name_of(const ReplayItem& item) const;

 private:
  explicit ReplayLoader(const ReplaySource& source) : source_(&source) {}

  const ReplaySource* source_;
  std::optional<StoreReader> store_;
};

}  // namespace terra_hook
