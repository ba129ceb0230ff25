// SPDX-License-Identifier: MIT
// Where captures are kept: one SQLite file, written by one thread of this process that commits all
// that has queued in one transaction, while other processes may do the same. Durable: a capture
// that was reported as appended survives `kill -9` and a loss of power (WAL, synchronous=FULL).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "capture/attempt.hpp"
#include "capture/capture.hpp"
#include "webhook/chunk_set.hpp"

namespace terra_hook {

/// Which captures; every member that is set must hold. Lists mean "any of these".
struct CaptureFilter {
  std::vector<std::string> types;
  std::optional<std::string> user_id;
  std::optional<std::string> reference_id;
  std::optional<std::string> provider;  ///< compared without case
  std::optional<std::string> terra_reference;
  std::optional<std::string> trace_id;
  std::optional<std::string> tag;
  std::vector<Verdict> verdicts;
  std::optional<UtcTime> since;              ///< received at or after
  std::optional<UtcTime> until;              ///< received before
  std::optional<std::int64_t> last;          ///< only the newest so many of those that match
  std::optional<std::int64_t> first_number;  ///< inclusive range of capture numbers
  std::optional<std::int64_t> last_number;
};

/// A tag and how many captures it marks.
struct TagCount {
  std::string name;
  std::int64_t captures = 0;

  bool operator==(const TagCount&) const = default;
};

/// When a body came, and which.
using ReceivedBody = std::pair<UtcTime, Sha256Digest>;

/// Reads a store. Not thread-safe: one reader a thread. Does not block writers and is not blocked.
class StoreReader {
 public:
  /// Fails when the file is missing, is not a store, is corrupt, or was written by a newer version.
  static Result<StoreReader> open(const std::filesystem::path& path);
  ~StoreReader();
  StoreReader(StoreReader&&) noexcept;
  StoreReader& operator=(StoreReader&&) noexcept;

  /// Calls `visit` for each match, oldest first, with headers and body left empty; stops early when
  /// it answers false. Memory does not grow with the number of matches.
  Result<void> list(const CaptureFilter& filter, const std::function<bool(const Capture&)>& visit);

  /// The whole capture with headers and body, or nothing when there is no such number.
  Result<std::optional<Capture>> load(std::int64_t number);

  /// What came when, of the captures up to `last_number`; sorted. 40 bytes of memory for each.
  Result<std::vector<ReceivedBody>> received_bodies(std::int64_t last_number);

  /// The attempts to send capture `number` on, oldest first.
  Result<std::vector<Attempt>> attempts(std::int64_t number);

  /// The numbers of the captures that `tag` marks, ascending; empty when there is no such tag.
  Result<std::vector<std::int64_t>> tagged(const std::string& tag);

  /// All tags, by name.
  Result<std::vector<TagCount>> tags();

  /// The tags of capture `number`, by name.
  Result<std::vector<std::string>> tags_of(std::int64_t number);

  /// Reads the whole file through; the Error (storage) is the first thing that is wrong.
  Result<void> check();

  /// How many chunks the request called `reference` announced, and which were accepted.
  Result<RequestProgress> progress(const std::string& reference);

  /// The number of the newest capture but `back`: 0 is the newest. Nothing when there are fewer.
  Result<std::optional<std::int64_t>> newest(std::int64_t back);

 private:
  struct State;
  explicit StoreReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What the store found out about an appended capture.
struct Appended {
  std::int64_t number = 0;
  std::optional<std::int64_t> duplicate_of;
  bool duplicate_differs = false;
  std::optional<std::int64_t> older_than;
  std::optional<std::int64_t> chunk_count;

  /// Sets the members of `capture` that these are.
  void apply_to(Capture& capture) const;
};

/// Appends to a store. append() may be called from any thread.
class StoreWriter {
 public:
  using Done = std::function<void(Result<Appended>)>;

  /// Opens `path`, or creates it with mode 0600 in a directory of mode 0700, migrates an older
  /// schema, and starts the writer thread. Never overwrites what it does not understand.
  static Result<std::unique_ptr<StoreWriter>> open(const std::filesystem::path& path);

  /// Commits what has queued, then stops.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  /// Queues `attempt`, which is written with what else has queued. `done` as for a capture.
  void append(std::shared_ptr<const Attempt> attempt, std::function<void(Result<void>)> done);

  /// Queues what the sender of capture `number` was answered (Capture::answered). `done` as for a
  /// capture.
  void note_answer(std::int64_t number, int status, std::function<void(Result<void>)> done);

  /// Queues `capture` (its number and relations are ignored) and calls `done` on the writer
  /// thread once it is durable or has failed. `done` must be quick and must not throw. The caller
  /// bounds how much it queues.
  void append(std::shared_ptr<const Capture> capture, Done done);

 private:
  struct State;
  explicit StoreWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Changes what is already kept. One thread at a time; other processes may use the store meanwhile.
class StoreEditor {
 public:
  /// Fails when the file is missing, besides what StoreWriter::open() fails for.
  static Result<StoreEditor> open(const std::filesystem::path& path);
  ~StoreEditor();
  StoreEditor(StoreEditor&&) noexcept;
  StoreEditor& operator=(StoreEditor&&) noexcept;

  /// Marks captures with `tag`, all or none. Those that it marks already stay as they are.
  Result<void> add_tag(const std::string& tag, const std::vector<std::int64_t>& numbers);

  /// Takes `tag` off the captures, or off all when `numbers` is empty. Says how many it was on.
  Result<std::int64_t> remove_tag(const std::string& tag, const std::vector<std::int64_t>& numbers);

 private:
  struct State;
  explicit StoreEditor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terra_hook
