// SPDX-License-Identifier: MIT
// A Capture as a row of the table `captures`: the one place that knows the order of its columns.
#pragma once

#include "base/result.hpp"
#include "capture/capture.hpp"
#include "capture/relations.hpp"
#include "capture/sqlite.hpp"

namespace terra_hook {

/// All columns, `number` first: what read_capture() reads.
inline constexpr const char* k_capture_columns =
    "number, received_at, remote_address, method, target, body_size, body_sha256, verdict, "
    "secret_name, verdict_reason, problem, event_type, user_id, provider, reference_id, "
    "record_count, first_record, last_record, trace_id, terra_reference, chunk, "
    "ordering_timestamp, duplicate_of, duplicate_differs, origin, headline, expected_payloads, "
    "ping_of, older_than, answered";

/// Inserts what bind_capture() binds; the store gives the number.
std::string capture_insert_sql();

/// Binds `capture`, which must stay until the statement is reset.
void bind_capture(sqlite::Statement& statement, const Capture& capture, const Relations& relations);

/// A digest as the bytes that are stored.
std::string_view as_bytes(const Sha256Digest& digest);

/// The capture in the current row, without headers and body. Leaves `statement` at the column that
/// follows.
Result<Capture> read_capture(sqlite::Statement& statement);

}  // namespace terra_hook
