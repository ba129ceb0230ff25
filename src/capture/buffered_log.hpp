// SPDX-License-Identifier: MIT
// SQLite writes its write-ahead log in two small pieces for each page. Here they are put together
// and written in large ones.
#pragma once

namespace terra_hook::sqlite {

/// The name, for sqlite3_open_v2, of SQLite's own way to files but for such a log
/// (https://sqlite.org/vfs.html). Thread-safe.
///
/// Only for connections with `synchronous = FULL`: what was put together is written before each
/// sync, and with that before a commit is told to other connections.
const char* buffered_log_vfs();

}  // namespace terra_hook::sqlite
