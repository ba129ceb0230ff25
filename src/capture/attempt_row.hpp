// SPDX-License-Identifier: MIT
// An Attempt as a row of the table `attempts`: the one place that knows the order of its columns.
#pragma once

#include <string>

#include "base/result.hpp"
#include "capture/attempt.hpp"
#include "capture/sqlite.hpp"

namespace terra_hook {

/// Inserts what bind_attempt() binds.
std::string attempt_insert_sql();

/// Binds `attempt` and `headers`, its header section as text; both must stay until the statement is
/// reset.
void bind_attempt(sqlite::Statement& statement, const Attempt& attempt, std::string_view headers);

/// Selects what read_attempt() reads: the attempts of one capture (the only parameter), in order.
std::string attempts_of_capture_sql();

/// The attempt in the current row.
Result<Attempt> read_attempt(sqlite::Statement& statement);

}  // namespace terra_hook
