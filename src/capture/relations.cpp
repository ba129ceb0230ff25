// SPDX-License-Identifier: MIT
#include "capture/relations.hpp"

#include <fmt/format.h>

#include <utility>

#include "capture/capture_row.hpp"

namespace terra_hook {
namespace {

// Terra sends a delivery about ten times at most; past so many the body is not looked for any more.
constexpr int k_most_repetitions = 64;
constexpr std::int64_t k_most_chunks = 100'000;
// Spelled as in the schema's indices: else SQLite does not use them.
constexpr const char* k_is_trusted =
    "(verdict = 'valid' OR verdict = 'stale' OR verdict = 'unchecked')";
// What was answered otherwise the sender has still, and sends again.
constexpr const char* k_is_accepted = "(answered IS NULL OR answered BETWEEN 200 AND 299)";
constexpr const char* k_emitted = "coalesce(ordering_timestamp, received_at / 1000)";

}  // namespace

RelationFinder::RelationFinder(sqlite::Statement same_trace, sqlite::Statement newer,
                               sqlite::Statement announced, sqlite::Statement next_chunk,
                               sqlite::Statement there)
    : same_trace_(std::move(same_trace)),
      newer_(std::move(newer)),
      announced_(std::move(announced)),
      next_chunk_(std::move(next_chunk)),
      there_(std::move(there)) {}

Result<RelationFinder> RelationFinder::open(sqlite::Connection& connection) {
  TRY_ASSIGN(sqlite::Statement same_trace,
             connection.prepare(fmt::format("SELECT number, body_sha256 FROM captures "
                                            "INDEXED BY captures_by_trace_id WHERE trace_id = ? "
                                            "ORDER BY number LIMIT {}",
                                            k_most_repetitions)));
  TRY_ASSIGN(sqlite::Statement newer,
             connection.prepare(fmt::format(
                 "SELECT number FROM captures INDEXED BY captures_by_record "
                 "WHERE first_record = ? AND event_type = ? AND user_id = ? AND {0} > ? AND {1} "
                 "AND first_record IS NOT NULL ORDER BY {0} DESC, number DESC LIMIT 1",
                 k_emitted, k_is_trusted)));
  TRY_ASSIGN(sqlite::Statement announced,
             connection.prepare(fmt::format(
                 "SELECT expected_payloads FROM captures INDEXED BY captures_by_announcement "
                 "WHERE terra_reference = ? AND expected_payloads IS NOT NULL AND {} "
                 "ORDER BY number DESC LIMIT 1",
                 k_is_trusted)));
  TRY_ASSIGN(
      sqlite::Statement next_chunk,
      connection.prepare(fmt::format(
          "SELECT chunk FROM captures INDEXED BY captures_by_chunk WHERE terra_reference = ? "
          "AND chunk > ? AND chunk IS NOT NULL AND {} AND {} ORDER BY chunk LIMIT 1",
          k_is_trusted, k_is_accepted)));
  TRY_ASSIGN(sqlite::Statement there,
             connection.prepare("SELECT 1 FROM captures WHERE number = ?"));
  return RelationFinder(std::move(same_trace), std::move(newer), std::move(announced),
                        std::move(next_chunk), std::move(there));
}

Result<Relations> RelationFinder::relate(const Capture& capture) {
  Relations relations;
  TRY(find_repeated(capture, relations));
  TRY(find_newer(capture, relations));
  return relations;
}

Result<void> RelationFinder::find_repeated(const Capture& capture, Relations& relations) {
  if (!capture.ids.trace_id) {
    return {};
  }
  same_trace_.reset();
  same_trace_.bind(*capture.ids.trace_id);
  for (;;) {
    TRY_ASSIGN(const bool has_row, same_trace_.step());
    if (!has_row) {
      break;
    }
    std::int64_t number = 0;
    std::string body_sha256;
    same_trace_.read(number);
    same_trace_.read(body_sha256);
    relations.duplicate_differs = body_sha256 != as_bytes(capture.body_sha256);
    if (!relations.duplicate_of || !relations.duplicate_differs) {
      relations.duplicate_of = number;
    }
    if (!relations.duplicate_differs) {
      break;
    }
  }
  same_trace_.reset();
  return {};
}

Result<void> RelationFinder::find_newer(const Capture& capture, Relations& relations) {
  const Summary& summary = capture.summary;
  if (!capture.ids.ordering_timestamp || !summary.first_record || !summary.event_type ||
      !summary.user_id || is_unauthentic(capture.verdict)) {
    return {};
  }
  newer_.reset();
  newer_.bind(*summary.first_record);
  newer_.bind(*summary.event_type);
  newer_.bind(*summary.user_id);
  newer_.bind(*capture.ids.ordering_timestamp);
  TRY_ASSIGN(const bool is_older, newer_.step());
  if (is_older) {
    newer_.read(relations.older_than);
  }
  newer_.reset();
  return {};
}

Result<std::optional<std::int64_t>> RelationFinder::expected_payloads(
    const std::string& reference) {
  announced_.reset();
  announced_.bind(reference);
  TRY_ASSIGN(const bool is_announced, announced_.step());
  std::optional<std::int64_t> expected;
  if (is_announced) {
    announced_.read(expected);
  }
  announced_.reset();
  return expected;
}

Result<void> RelationFinder::add_chunk_count(Capture& capture) {
  if (capture.ids.chunk && capture.ids.terra_reference) {
    TRY_ASSIGN(capture.chunk_count, expected_payloads(*capture.ids.terra_reference));
  }
  return {};
}

Result<void> RelationFinder::mark_pruned(Capture& capture) {
  TRY_ASSIGN(capture.duplicate_is_pruned, is_pruned(capture.duplicate_of));
  TRY_ASSIGN(capture.newer_is_pruned, is_pruned(capture.older_than));
  return {};
}

Result<bool> RelationFinder::is_pruned(const std::optional<std::int64_t>& number) {
  if (!number) {
    return false;
  }
  there_.reset();
  there_.bind(*number);
  TRY_ASSIGN(const bool is_there, there_.step());
  there_.reset();
  return !is_there;
}

Result<RequestProgress> RelationFinder::progress(const std::string& reference) {
  RequestProgress progress;
  TRY_ASSIGN(progress.expected, expected_payloads(reference));
  std::int64_t last = -1;
  while (progress.chunks.size() < k_most_chunks) {
    next_chunk_.reset();
    next_chunk_.bind(reference);
    next_chunk_.bind(last);
    TRY_ASSIGN(const bool has_row, next_chunk_.step());
    if (!has_row) {
      break;
    }
    next_chunk_.read(last);
    progress.chunks.add(last);
  }
  next_chunk_.reset();
  return progress;
}

}  // namespace terra_hook
