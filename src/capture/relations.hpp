// SPDX-License-Identifier: MIT
// How captures belong together: repetitions of one delivery, older news of one record, chunks of
// one request. Each question is answered along an index, in a time that does not depend on how many
// captures there are. Captures that failed verification say nothing about others, but are still
// told when they repeat one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "capture/capture.hpp"
#include "capture/sqlite.hpp"
#include "webhook/chunk_set.hpp"

namespace terra_hook {

/// What relates a capture to earlier ones; stored with it.
struct Relations {
  std::optional<std::int64_t> duplicate_of;
  bool duplicate_differs = false;
  std::optional<std::int64_t> older_than;
};

/// Prepared on a connection that must outlive it. One thread at a time.
class RelationFinder {
 public:
  static Result<RelationFinder> open(sqlite::Connection& connection);

  /// How `capture`, which is not in the store yet, relates to what is.
  Result<Relations> relate(const Capture& capture);

  /// How many payloads the request called `reference` announced; the latest announcement counts.
  Result<std::optional<std::int64_t>> expected_payloads(const std::string& reference);

  /// Sets `chunk_count` when `capture` is a chunk of a request that has announced it.
  Result<void> add_chunk_count(Capture& capture);

  /// Sets which of those that `capture` names as relations have been removed.
  Result<void> mark_pruned(Capture& capture);

  /// Which chunks of `reference` were accepted, of the first 100,000 that differ in number: those
  /// whose senders were answered 2xx.
  Result<RequestProgress> progress(const std::string& reference);

 private:
  RelationFinder(sqlite::Statement same_trace, sqlite::Statement newer, sqlite::Statement announced,
                 sqlite::Statement next_chunk, sqlite::Statement there);
  Result<void> find_repeated(const Capture& capture, Relations& relations);
  Result<void> find_newer(const Capture& capture, Relations& relations);
  Result<bool> is_pruned(const std::optional<std::int64_t>& number);

  sqlite::Statement same_trace_;
  sqlite::Statement newer_;
  sqlite::Statement announced_;
  sqlite::Statement next_chunk_;
  sqlite::Statement there_;
};

}  // namespace terra_hook
