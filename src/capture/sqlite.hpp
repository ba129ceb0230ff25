// SPDX-License-Identifier: MIT
// SQLite as far as the store needs it: handles that close themselves, values bound and read in
// order, and its error codes as Errors that name the file and say what to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace terra_hook::sqlite {

/// A prepared statement. Bind its parameters in order, step, read the columns in order, reset.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  /// Binds the next parameter. Text and bytes are not copied: they must stay until reset().
  void bind(std::int64_t value);
  void bind(std::string_view text);
  void bind_bytes(std::string_view bytes);
  void bind_null();

  template <typename T>
  void bind(const std::optional<T>& value) {
    if (value) {
      bind(*value);
    } else {
      bind_null();
    }
  }

  /// True when there is a row to read, false when the statement is done.
  Result<bool> step();

  /// Reads the next column of the row.
  void read(std::int64_t& value);
  void read(std::string& text);

  template <typename T>
  void read(std::optional<T>& value) {
    if (next_is_null()) {
      value.reset();
      ++column_;
    } else {
      read(value.emplace());
    }
  }

  /// Lets go of the row and of what is bound, ready to be used again.
  void reset();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  bool next_is_null() const;
  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int parameter_ = 0;
  int column_ = 0;
  int bind_error_ = 0;
};

/// What a connection is for. `append` is `read_write` for many small commits: nothing of a
/// transaction is written before it commits, and then in large pieces.
enum class Access { read_only, read_write, append };

/// One connection, for one thread at a time. Statements may not outlive it.
class Connection {
 public:
  /// Opens the existing file `path`, whose content is not looked at yet. Read only, where nothing
  /// can be written beside it, it is taken for one that does not change.
  static Result<Connection> open(const std::filesystem::path& path, Access access);

  Result<Statement> prepare(const std::string& sql);

  /// Runs statements that give no rows or whose rows don't matter.
  Result<void> execute(const std::string& sql);

  /// The first column of the only row that `sql` gives.
  Result<std::int64_t> query_integer(const std::string& sql);
  Result<std::string> query_text(const std::string& sql);

  std::int64_t last_inserted() const;

  /// Undoes the open transaction, if there is one.
  void roll_back();

  /// From now on no commit copies a long write-ahead log into the database before it is done:
  /// checkpoint_when_long() does, which is to be called when nobody waits.
  Result<void> defer_checkpoints();
  void checkpoint_when_long();

  /// The last call failed because another connection holds a lock.
  bool was_busy() const;

  /// The file was removed, renamed or replaced since it was opened.
  bool has_moved() const;

  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };

  Connection(sqlite3* connection, std::string path)
      : connection_(connection), path_(std::move(path)) {}

  std::unique_ptr<int> log_pages_;  ///< of the write-ahead log, once defer_checkpoints() was called
  int long_log_pages_ = 0;
  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
};

/// The database as it is when first read, unchanged by writers until this goes. Reading many times
/// within one is also several times faster.
class Snapshot {
 public:
  static Result<Snapshot> take(Connection& connection);

 private:
  struct RollBack {
    void operator()(Connection* connection) const { connection->roll_back(); }
  };

  explicit Snapshot(Connection& connection) : connection_(&connection) {}

  std::unique_ptr<Connection, RollBack>
      connection_;  // not owned: what is undone is its transaction
};

}  // namespace terra_hook::sqlite
