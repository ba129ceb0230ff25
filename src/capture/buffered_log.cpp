// SPDX-License-Identifier: MIT
#include "capture/buffered_log.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <memory>
#include <new>
#include <vector>

namespace terra_hook::sqlite {
namespace {

// SQLite's own file takes no more at once: os_unix.c, seekAndWriteFd().
constexpr std::size_t k_most_buffered = 0x1ffff;

/// A log. SQLite provides the memory: for this, and behind it for the file of its own that is
/// written to.
struct LogFile : sqlite3_file {
  std::vector<char> buffered;
  sqlite3_int64 offset = 0;  ///< in the file, of what is buffered

  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(this + 1); }

  int flush() {
    if (buffered.empty()) return SQLITE_OK;
    const int code = file()->pMethods->xWrite(file(), buffered.data(),
                                              static_cast<int>(buffered.size()), offset);
    // A failed commit does not tell its cause later.
    const bool is_full = code != SQLITE_OK && is_out_of_room(errno);
    buffered.clear();  // also after a failure, with which the commit fails
    return is_full ? SQLITE_FULL : code;
  }

  int write(const void* bytes, int size, sqlite3_int64 at) {
    const std::size_t end = buffered.size() + static_cast<std::size_t>(size);
    if (at != offset + static_cast<sqlite3_int64>(buffered.size()) || end > k_most_buffered) {
      if (const int code = flush(); code != SQLITE_OK) return code;
      offset = at;
    }
    const auto* const first = static_cast<const char*>(bytes);
    try {
      buffered.reserve(k_most_buffered);
      buffered.insert(buffered.end(), first, first + size);
    } catch (const std::bad_alloc&) {
      buffered.clear();
      return SQLITE_IOERR_NOMEM;
    }
    return SQLITE_OK;
  }
};

LogFile& log_of(sqlite3_file* file) {
  return *static_cast<LogFile*>(file);
}

/// `method` of SQLite's own file.
template <auto method, typename... Arguments>
int pass_on(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const own = log_of(file).file();
  return (own->pMethods->*method)(own, arguments...);
}

/// The same, when all that was written is in the file.
template <auto method, typename... Arguments>
int flush_and_pass_on(sqlite3_file* file, Arguments... arguments) {
  if (const int code = log_of(file).flush(); code != SQLITE_OK) return code;
  return pass_on<method>(file, arguments...);
}

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return log_of(file).write(bytes, size, at);
}

int close(sqlite3_file* file) {
  const int code = pass_on<&sqlite3_io_methods::xClose>(file);
  std::destroy_at(&log_of(file));
  return code;
}

constexpr sqlite3_io_methods k_log_methods = [] {
  using Methods = sqlite3_io_methods;
  Methods methods{};
  methods.iVersion = 1;  // the later ones' are for the database itself
  methods.xClose = close;
  methods.xRead = flush_and_pass_on<&Methods::xRead, void*, int, sqlite3_int64>;
  methods.xWrite = write;
  methods.xTruncate = flush_and_pass_on<&Methods::xTruncate, sqlite3_int64>;
  methods.xSync = flush_and_pass_on<&Methods::xSync, int>;
  methods.xFileSize = flush_and_pass_on<&Methods::xFileSize, sqlite3_int64*>;
  methods.xLock = pass_on<&Methods::xLock, int>;
  methods.xUnlock = pass_on<&Methods::xUnlock, int>;
  methods.xCheckReservedLock = pass_on<&Methods::xCheckReservedLock, int*>;
  methods.xFileControl = pass_on<&Methods::xFileControl, int, void*>;
  methods.xSectorSize = pass_on<&Methods::xSectorSize>;
  methods.xDeviceCharacteristics = pass_on<&Methods::xDeviceCharacteristics>;
  return methods;
}();

sqlite3_vfs* own_vfs() {
  return sqlite3_vfs_find("unix");
}

int open(sqlite3_vfs* /*vfs*/, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const own = own_vfs();
  if ((flags & SQLITE_OPEN_WAL) == 0) return own->xOpen(own, path, file, flags, out_flags);
  auto* const log = new (static_cast<void*>(file)) LogFile;
  const int code = own->xOpen(own, path, log->file(), flags, out_flags);
  if (code == SQLITE_OK) {
    log->pMethods = &k_log_methods;
  } else {
    std::destroy_at(log);
    file->pMethods = nullptr;  // so that it is not closed
  }
  return code;
}

}  // namespace

bool is_out_of_room(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

const char* buffered_log_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs copy = *own_vfs();
    copy.szOsFile += static_cast<int>(sizeof(LogFile));
    copy.zName = "unix-buffered-log";
    copy.xOpen = open;
    return copy;
  }();
  [[maybe_unused]] static const int registered = sqlite3_vfs_register(&vfs, 0);
  return vfs.zName;
}

}  // namespace terra_hook::sqlite
