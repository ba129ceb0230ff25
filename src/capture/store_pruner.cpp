// SPDX-License-Identifier: MIT
#include "capture/store_pruner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "capture/schema.hpp"
#include "capture/sqlite.hpp"

namespace terra_hook {
namespace {

// A writer waits for one of these at a time, and gives up only after seconds.
constexpr std::size_t k_most_captures = 256;
constexpr int k_most_pages = 1024;

constexpr std::int64_t k_incremental = 2;  // of PRAGMA auto_vacuum

constexpr const char* k_deletions[] = {
    "DELETE FROM bodies WHERE number = ?", "DELETE FROM attempts WHERE capture = ?",
    "DELETE FROM tags WHERE capture = ?", "DELETE FROM captures WHERE number = ?"};

}  // namespace

struct StorePruner::State {
  sqlite::Connection connection;

  // Runs `sql` for each number; how many rows it changed.
  Result<std::int64_t> for_each(const char* sql, std::span<const std::int64_t> numbers) {
    TRY_ASSIGN(const std::int64_t before, connection.query_integer("SELECT total_changes()"));
    TRY_ASSIGN(sqlite::Statement statement, connection.prepare(sql));
    for (const std::int64_t number : numbers) {
      statement.reset();
      statement.bind(number);
      TRY(statement.step());
    }
    statement.reset();
    TRY_ASSIGN(const std::int64_t after, connection.query_integer("SELECT total_changes()"));
    return after - before;
  }

  Result<std::int64_t> remove_some(std::span<const std::int64_t> numbers) {
    std::int64_t removed = 0;
    for (const char* deletion : k_deletions) {
      TRY_ASSIGN(removed, for_each(deletion, numbers));
    }
    TRY(connection.execute("COMMIT"));
    return removed;
  }

  // Moves what is used to the front of the file and cuts the rest off, a little at a time.
  Result<void> vacuum_in_steps() {
    TRY_ASSIGN(std::int64_t free, connection.query_integer("PRAGMA freelist_count"));
    while (free > 0) {
      TRY(connection.execute(fmt::format("PRAGMA incremental_vacuum({})", k_most_pages)));
      TRY_ASSIGN(const std::int64_t rest, connection.query_integer("PRAGMA freelist_count"));
      if (rest >= free) break;
      free = rest;
    }
    return {};
  }
};

StorePruner::StorePruner(std::unique_ptr<State> state) : state_(std::move(state)) {}
StorePruner::~StorePruner() = default;
StorePruner::StorePruner(StorePruner&&) noexcept = default;
StorePruner& StorePruner::operator=(StorePruner&&) noexcept = default;

Result<StorePruner> StorePruner::open(const std::filesystem::path& path) {
  // What is not there can't be changed, and is not to be made by trying.
  TRY(open_store_for_reading(path));
  TRY_ASSIGN(sqlite::Connection connection, open_store_for_writing(path));
  return StorePruner(std::make_unique<State>(State{std::move(connection)}));
}

Result<StoreSize> StorePruner::size() {
  sqlite::Connection& connection = state_->connection;
  TRY_ASSIGN(const sqlite::Snapshot snapshot, sqlite::Snapshot::take(connection));
  TRY_ASSIGN(const std::int64_t page, connection.query_integer("PRAGMA page_size"));
  TRY_ASSIGN(const std::int64_t pages, connection.query_integer("PRAGMA page_count"));
  TRY_ASSIGN(const std::int64_t free, connection.query_integer("PRAGMA freelist_count"));
  StoreSize size;
  TRY_ASSIGN(size.captures, connection.query_integer("SELECT count(*) FROM captures"));
  TRY_ASSIGN(const std::int64_t bodies,
             connection.query_integer("SELECT coalesce(sum(body_size), 0) FROM captures"));
  size.bodies = static_cast<std::uint64_t>(bodies);
  size.file = static_cast<std::uint64_t>(page * pages);
  size.used = static_cast<std::uint64_t>(page * (pages - free));
  return size;
}

Result<std::int64_t> StorePruner::count_tagged(const std::vector<std::int64_t>& numbers) {
  TRY_ASSIGN(sqlite::Statement statement,
             state_->connection.prepare("SELECT DISTINCT capture FROM tags"));
  std::int64_t count = 0;
  for (;;) {
    TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return count;
    std::int64_t number = 0;
    statement.read(number);
    count += std::binary_search(numbers.begin(), numbers.end(), number) ? 1 : 0;
  }
}

Result<std::int64_t> StorePruner::remove(const std::vector<std::int64_t>& numbers) {
  std::span<const std::int64_t> rest(numbers);
  std::int64_t removed = 0;
  while (!rest.empty()) {
    const auto some = rest.first(std::min(rest.size(), k_most_captures));
    TRY(state_->connection.execute("BEGIN IMMEDIATE"));
    auto done = state_->remove_some(some);
    if (!done) {
      state_->connection.roll_back();
      return done;
    }
    removed += *done;
    rest = rest.subspan(some.size());
  }
  return removed;
}

Result<void> StorePruner::give_back_room() {
  sqlite::Connection& connection = state_->connection;
  TRY_ASSIGN(const std::int64_t mode, connection.query_integer("PRAGMA auto_vacuum"));
  if (mode == k_incremental) {
    TRY(state_->vacuum_in_steps());
  } else {
    // A store of the first schema can't be shrunk in steps before it was written anew once.
    TRY(connection.execute("PRAGMA auto_vacuum = INCREMENTAL"));
    TRY(connection.execute("VACUUM"));
  }
  // The file itself is cut when the log is written back. That waits for readers, but not for ever:
  // a later writer does it otherwise.
  return connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace terra_hook
