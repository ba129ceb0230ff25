// SPDX-License-Identifier: MIT
#include "capture/schema.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/file.hpp"

namespace terra_hook {
namespace {

constexpr std::int64_t k_application_id = 0x54486f6b;  // "THok"
constexpr const char* k_other_store = "use another file with --store";

// k_migrations[n] leads from version n to n + 1; what was released is never changed.
//
// Listing reads `captures` alone: its rows stay narrow because headers and body are elsewhere. The
// indices for filters begin with a block of 512 numbers (k_block_bits): ids are random, and in one
// index over all they would have every capture rewrite a page of its own in each. The indices by
// type, verdict and provider carry what is often asked for along with them.
constexpr const char* k_migrations[] = {
    R"sql(
CREATE TABLE captures (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  received_at INTEGER NOT NULL,
  remote_address TEXT NOT NULL,
  method TEXT NOT NULL,
  target TEXT NOT NULL,
  body_size INTEGER NOT NULL,
  body_sha256 BLOB NOT NULL,
  verdict TEXT NOT NULL,
  secret_name TEXT NOT NULL,
  verdict_reason TEXT NOT NULL,
  problem TEXT,
  event_type TEXT,
  user_id TEXT,
  provider TEXT COLLATE NOCASE,
  reference_id TEXT,
  record_count INTEGER,
  first_record TEXT,
  last_record TEXT,
  trace_id TEXT,
  terra_reference TEXT,
  chunk INTEGER,
  ordering_timestamp INTEGER,
  duplicate_of INTEGER,
  duplicate_differs INTEGER NOT NULL
) STRICT;
CREATE TABLE bodies (
  number INTEGER PRIMARY KEY,
  headers BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX captures_by_received_at ON captures (number >> 9, received_at);
CREATE INDEX captures_by_trace_id ON captures (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX captures_by_terra_reference ON captures (number >> 9, terra_reference)
  WHERE terra_reference IS NOT NULL;
CREATE INDEX captures_by_user_id ON captures (number >> 9, user_id) WHERE user_id IS NOT NULL;
CREATE INDEX captures_by_reference_id ON captures (number >> 9, reference_id)
  WHERE reference_id IS NOT NULL;
CREATE INDEX captures_by_event_type ON captures (number >> 9, event_type, verdict, provider)
  WHERE event_type IS NOT NULL;
CREATE INDEX captures_by_verdict ON captures (number >> 9, verdict, provider);
CREATE INDEX captures_by_provider ON captures (number >> 9, provider) WHERE provider IS NOT NULL;
)sql",
    // `captures` keeps what a line of the list shows; attempts and tags are looked up by capture.
    // The indices that relate captures are over all numbers and hold only what is not forged: that
    // by record begins with the record's time and that by chunk with the request, so that what
    // arrives together lies together.
    R"sql(
ALTER TABLE captures ADD COLUMN origin TEXT NOT NULL DEFAULT 'listen';
ALTER TABLE captures ADD COLUMN headline TEXT NOT NULL DEFAULT '';
ALTER TABLE captures ADD COLUMN expected_payloads INTEGER;
ALTER TABLE captures ADD COLUMN ping_of INTEGER;
ALTER TABLE captures ADD COLUMN older_than INTEGER;
CREATE INDEX captures_by_record
  ON captures (first_record, event_type, user_id, coalesce(ordering_timestamp, received_at / 1000))
  WHERE first_record IS NOT NULL AND verdict IN ('valid', 'stale', 'unchecked');
CREATE INDEX captures_by_chunk ON captures (terra_reference, chunk)
  WHERE chunk IS NOT NULL AND verdict IN ('valid', 'stale', 'unchecked');
CREATE INDEX captures_by_announcement ON captures (terra_reference)
  WHERE expected_payloads IS NOT NULL AND verdict IN ('valid', 'stale', 'unchecked');
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY,
  capture INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  latency INTEGER NOT NULL,
  status INTEGER,
  error TEXT NOT NULL,
  headers BLOB NOT NULL,
  body BLOB NOT NULL,
  body_size INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_by_capture ON attempts (capture);
CREATE TABLE tags (
  name TEXT NOT NULL,
  capture INTEGER NOT NULL,
  PRIMARY KEY (name, capture)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_capture ON tags (capture);
)sql",
    "ALTER TABLE attempts ADD COLUMN changes TEXT NOT NULL DEFAULT ''",
    // As they were; but of the words of an IN, SQLite made a table in each insertion.
    R"sql(
DROP INDEX captures_by_record;
DROP INDEX captures_by_chunk;
DROP INDEX captures_by_announcement;
CREATE INDEX captures_by_record
  ON captures (first_record, event_type, user_id, coalesce(ordering_timestamp, received_at / 1000))
  WHERE first_record IS NOT NULL
    AND (verdict = 'valid' OR verdict = 'stale' OR verdict = 'unchecked');
CREATE INDEX captures_by_chunk ON captures (terra_reference, chunk)
  WHERE chunk IS NOT NULL AND (verdict = 'valid' OR verdict = 'stale' OR verdict = 'unchecked');
CREATE INDEX captures_by_announcement ON captures (terra_reference)
  WHERE expected_payloads IS NOT NULL
    AND (verdict = 'valid' OR verdict = 'stale' OR verdict = 'unchecked');
)sql",
    "ALTER TABLE captures ADD COLUMN answered INTEGER",
};

constexpr std::int64_t k_version = std::size(k_migrations);

// The schema's version, or 0 for a file without content. Other programs' files and those of a newer
// terra-hook are refused. The order of the questions matters: between any two of them another
// process may commit the first schema.
Result<std::int64_t> schema_version(sqlite::Connection& connection) {
  TRY_ASSIGN(const std::int64_t tables,
             connection.query_integer("SELECT count(*) FROM sqlite_schema"));
  TRY_ASSIGN(const std::int64_t application_id, connection.query_integer("PRAGMA application_id"));
  if (application_id == 0 && tables == 0) {
    return 0;
  }
  if (application_id != k_application_id) {
    return Error{ErrorKind::storage,
                 fmt::format("{} is not a terra-hook store but another program's database",
                             connection.path()),
                 k_other_store};
  }
  TRY_ASSIGN(const std::int64_t version, connection.query_integer("PRAGMA user_version"));
  if (version > k_version) {
    return Error{ErrorKind::storage,
                 fmt::format("the store {} was written by a newer terra-hook (schema {}, this one "
                             "knows {})",
                             connection.path(), version, k_version),
                 "upgrade terra-hook, or use another file with --store"};
  }
  return version;
}

// Does what leads to the schema of today. Whoever gets the write lock first does it; the others
// find it done.
Result<void> migrate(sqlite::Connection& connection) {
  TRY(connection.execute("BEGIN IMMEDIATE"));
  TRY_ASSIGN(const std::int64_t version, schema_version(connection));
  if (version == k_version) {
    connection.roll_back();
    return {};
  }
  for (std::int64_t next = version; next < k_version; ++next) {
    TRY(connection.execute(k_migrations[next]));
  }
  return connection.execute(fmt::format(
      "PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT", k_application_id, k_version));
}

// Writers that switch the same new file at once get in each other's way, and SQLite does not wait
// for its busy timeout here.
Result<void> use_write_ahead_log(sqlite::Connection& connection) {
  using namespace std::chrono_literals;
  const auto give_up = std::chrono::steady_clock::now() + 5s;
  auto mode = connection.query_text("PRAGMA journal_mode = WAL");
  while (!mode && connection.was_busy() && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(5ms);
    mode = connection.query_text("PRAGMA journal_mode = WAL");
  }
  TRY(mode);
  if (*mode != "wal") {
    return Error{
        ErrorKind::storage,
        fmt::format("the disk of {} can't hold a store (no shared memory)", connection.path()),
        "use a file on a local disk with --store"};
  }
  return {};
}

Error creation_error(const std::filesystem::path& path) {
  const int number = errno;
  return {ErrorKind::storage,
          fmt::format("can't create the store {}: {}", path.string(),
                      std::generic_category().message(number)),
          k_other_store};
}

// Makes an empty file that only its owner may read, unless there is one; SQLite gives its
// companions
// (-wal, -shm) the same mode.
Result<void> create_missing_file(const std::filesystem::path& path) {
  if (path.has_parent_path()) {
    if (auto made = make_private_directory(path.parent_path()); !made) {
      return Error{ErrorKind::storage, made.error().message, k_other_store};
    }
  }
  // Closing any descriptor of a file drops all locks that this process has on it (POSIX), another
  // writer's here too: none may come between.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    return errno == EEXIST ? Result<void>() : creation_error(path);
  }
  ::close(fd);
  return {};
}

}  // namespace

Result<sqlite::Connection> open_store_for_writing(const std::filesystem::path& path,
                                                  sqlite::Access access) {
  TRY(create_missing_file(path));
  TRY_ASSIGN(sqlite::Connection connection, sqlite::Connection::open(path, access));
  // Before the first change to a file that may be somebody else's.
  TRY_ASSIGN(const std::int64_t version, schema_version(connection));
  TRY(connection.execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864"));
  if (version == 0) {
    // Deliveries of 100 KB are kept half as fast again with pages of 8 KB as with the usual 4,
    // small ones as fast; incremental, the file can shrink a little at a time.
    TRY(connection.execute("PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL"));
  }
  TRY(use_write_ahead_log(connection));
  TRY(migrate(connection));
  return connection;
}

Result<sqlite::Connection> open_store_for_reading(const std::filesystem::path& path) {
  if (is_missing(path)) {
    return Error{ErrorKind::input, fmt::format("there is no store {}", path.string()),
                 "terra-hook listen makes one; --store names another"};
  }
  TRY_ASSIGN(sqlite::Connection connection,
             sqlite::Connection::open(path, sqlite::Access::read_only));
  TRY_ASSIGN(const std::int64_t version, schema_version(connection));
  if (version == 0) {
    return Error{ErrorKind::input, fmt::format("the store {} is empty", path.string()),
                 "terra-hook listen fills it; --store names another"};
  }
  if (version == k_version) {
    return connection;
  }
  // An older terra-hook's: what reads it relies on the tables of today.
  TRY(open_store_for_writing(path));
  return sqlite::Connection::open(path, sqlite::Access::read_only);
}

}  // namespace terra_hook
