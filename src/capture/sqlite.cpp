// SPDX-License-Identifier: MIT
#include "capture/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "capture/buffered_log.hpp"

namespace terra_hook::sqlite {
namespace {

constexpr int k_busy_timeout_ms = 5000;
constexpr const char* k_other_store = "use another file with --store";

Error full_error(const std::string& path) {
  return {ErrorKind::storage, fmt::format("no room left to write the store {}", path),
          "free space on its disk"};
}

std::string cause(sqlite3* connection) {
  const int number = sqlite3_system_errno(connection);
  return number != 0 ? std::generic_category().message(number) : sqlite3_errmsg(connection);
}

// Whether nobody here could write to the store at `path`, whose log is merged. SQLite would want to
// make files beside it even for reading (https://sqlite.org/wal.html#readonly).
bool is_archived_at(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (::access(folder.c_str(), W_OK) == 0) return false;
  std::error_code is_absent;
  const auto log_size = std::filesystem::file_size(path + "-wal", is_absent);
  return is_absent || log_size == 0;
}

// `path` as a URI that has SQLite make no files (https://sqlite.org/uri.html#uriimmutable).
std::string immutable_uri(const std::string& path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool means_more = c == '%' || c == '?' || c == '#';
    uri += means_more ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return uri + "?immutable=1";
}

// The Error for `code`, which the last call on `connection` returned.
Error to_error(sqlite3* connection, int code, const std::string& path) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::storage, fmt::format("the store {} is locked by another program", path),
              fmt::format("`fuser {}` shows which one", path)};
    case SQLITE_FULL: return full_error(path);
    case SQLITE_READONLY:
      return {ErrorKind::storage, fmt::format("the store {} can't be written to", path),
              fmt::format("make the file and its folder writable, or {}", k_other_store)};
    case SQLITE_NOTADB:
      return {ErrorKind::storage, fmt::format("{} is not a terra-hook store", path), k_other_store};
    case SQLITE_CORRUPT:
      return {ErrorKind::storage, fmt::format("the store {} is damaged", path),
              fmt::format("`sqlite3 {} .recover` saves what is left; {} meanwhile", path,
                          k_other_store)};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {ErrorKind::storage,
              fmt::format("can't open the store {}: {}", path, cause(connection)), k_other_store};
    case SQLITE_IOERR:
      if (is_out_of_room(sqlite3_system_errno(connection))) {
        return full_error(path);
      }
      return {ErrorKind::storage,
              fmt::format("can't read or write the store {}: {}", path, cause(connection)),
              sqlite3_system_errno(connection) == EISDIR ? k_other_store
                                                         : "see whether its disk is sound"};
    case SQLITE_TOOBIG:
      return {ErrorKind::storage, fmt::format("a capture is too large for the store {}", path)};
    default:
      return {ErrorKind::storage,
              fmt::format("the store {} failed: {}", path, sqlite3_errmsg(connection)),
              "terra-hook doctor looks at it"};
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::note(int code) {
  if (code != SQLITE_OK && bind_error_ == SQLITE_OK) {
    bind_error_ = code;
  }
}

void Statement::bind(std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), ++parameter_, value));
}

void Statement::bind(std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  note(sqlite3_bind_text64(statement_.get(), ++parameter_, data, text.size(), SQLITE_STATIC,
                           SQLITE_UTF8));
}

void Statement::bind_bytes(std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  note(sqlite3_bind_blob64(statement_.get(), ++parameter_, data, bytes.size(), SQLITE_STATIC));
}

void Statement::bind_null() {
  note(sqlite3_bind_null(statement_.get(), ++parameter_));
}

Result<bool> Statement::step() {
  const int code = bind_error_ != SQLITE_OK ? bind_error_ : sqlite3_step(statement_.get());
  column_ = 0;
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  sqlite3* connection = sqlite3_db_handle(statement_.get());
  return to_error(connection, code, sqlite3_db_filename(connection, "main"));
}

void Statement::read(std::int64_t& value) {
  value = sqlite3_column_int64(statement_.get(), column_++);
}

void Statement::read(std::string& text) {
  // Of text, too, this gives the bytes as they were stored.
  const void* data = sqlite3_column_blob(statement_.get(), column_);
  const int size = sqlite3_column_bytes(statement_.get(), column_++);
  text.assign(static_cast<const char*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size));
}

bool Statement::next_is_null() const {
  return sqlite3_column_type(statement_.get(), column_) == SQLITE_NULL;
}

void Statement::reset() {
  // What it returns is the last step's failure, which step() has reported.
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  parameter_ = 0;
  column_ = 0;
  bind_error_ = SQLITE_OK;
}

void Connection::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Result<Connection> Connection::open(const std::filesystem::path& path, Access access) {
  // Absolute, because SQLite reads more than a path into `:memory:` and `file:…`.
  std::error_code failure;
  const std::string absolute = std::filesystem::absolute(path, failure).string();
  // Nobody asks how much memory SQLite has; counting takes a lock for every allocation.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const bool is_read_only = access == Access::read_only;
  const bool appends = access == Access::append;
  const bool is_archived = is_read_only && is_archived_at(absolute);
  const std::string name = is_archived ? immutable_uri(absolute) : absolute;
  const int mode = (is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                   (is_archived ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX;
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &handle, mode, appends ? buffered_log_vfs() : nullptr);
  Connection connection(handle, path.string());
  if (handle == nullptr) {
    return Error{ErrorKind::storage,
                 fmt::format("can't open the store {}: {}", path.string(), sqlite3_errstr(code)),
                 "use another file with --store"};
  }
  if (code != SQLITE_OK) {
    return to_error(handle, code, path.string());
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, k_busy_timeout_ms);
  // Stores are passed around: a schema from a stranger gets to run as little as possible.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  // SQLite falls back to reading where it may not write.
  if (!is_read_only && sqlite3_db_readonly(handle, "main") == 1) {
    return to_error(handle, SQLITE_READONLY, path.string());
  }
  // What buffered_log_vfs() asks for.
  if (appends) TRY(connection.execute("PRAGMA cache_spill = OFF"));
  return connection;
}

Result<Statement> Connection::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_.get(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) {
    return to_error(connection_.get(), code, path_);
  }
  return Statement(statement);
}

Result<void> Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    return to_error(connection_.get(), code, path_);
  }
  return {};
}

Result<std::int64_t> Connection::query_integer(const std::string& sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY(statement.step());
  std::int64_t value = 0;
  statement.read(value);
  return value;
}

Result<std::string> Connection::query_text(const std::string& sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY(statement.step());
  std::string value;
  statement.read(value);
  return value;
}

std::int64_t Connection::last_inserted() const {
  return sqlite3_last_insert_rowid(connection_.get());
}

void Connection::roll_back() {
  if (sqlite3_get_autocommit(connection_.get()) == 0) {
    // It fails only when SQLite has rolled back by itself.
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Result<void> Connection::defer_checkpoints() {
  constexpr std::int64_t k_long = 4 << 20;  // as SQLite itself does it by default
  TRY_ASSIGN(const std::int64_t page, query_integer("PRAGMA page_size"));
  long_log_pages_ = static_cast<int>(k_long / page);
  const auto note_pages = [](void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
  };
  log_pages_ = std::make_unique<int>(0);
  sqlite3_wal_hook(connection_.get(), note_pages, log_pages_.get());
  return {};
}

void Connection::checkpoint_when_long() {
  if (!log_pages_ || *log_pages_ < long_log_pages_) return;
  *log_pages_ = 0;
  // What fails loses nothing: the log just stays, and it is tried again.
  sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                            nullptr);
}

bool Connection::was_busy() const {
  return (sqlite3_errcode(connection_.get()) & 0xff) == SQLITE_BUSY;
}

bool Connection::has_moved() const {
  int moved = 0;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Result<Snapshot> Snapshot::take(Connection& connection) {
  TRY(connection.execute("BEGIN"));
  return Snapshot(connection);
}

}  // namespace terra_hook::sqlite
