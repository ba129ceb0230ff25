// SPDX-License-Identifier: MIT
// SQLite writes its write-ahead log in two small pieces for each page. Here they are put together
// and written in large ones.
#pragma once

namespace terra_hook::sqlite {

/// The name, for sqlite3_open_v2, of SQLite's own way to files but for such a log
/// (https://sqlite.org/vfs.html). Thread-safe.
///
/// Nothing may stay here once a transaction has let go of its lock, for others write to the same
/// place then. So a connection needs, before its first write, `synchronous = FULL`, with which a
/// commit ends in a sync before it is told to others, and `cache_spill = OFF`, with which nothing
/// is written but by a commit; and a system that overwrites without harm to what is beside it, as
/// SQLite takes all for unless told otherwise (https://sqlite.org/psow.html).
const char* buffered_log_vfs();

/// Whether `system_error` is a lack of room, of which SQLite calls ENOSPC alone so.
bool is_out_of_room(int system_error);

}  // namespace terra_hook::sqlite
