// SPDX-License-Identifier: MIT
#include "capture/attempt_row.hpp"

#include <fmt/format.h>

namespace terra_hook {
namespace {

constexpr const char* k_columns =
    "capture, kind, target, started_at, latency, status, error, headers, body, body_size, changes";

}  // namespace

std::string attempt_insert_sql() {
  return fmt::format("INSERT INTO attempts ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     k_columns);
}

void bind_attempt(sqlite::Statement& statement, const Attempt& attempt, std::string_view headers) {
  statement.bind(attempt.capture);
  statement.bind(to_string(attempt.kind));
  statement.bind(attempt.target);
  statement.bind(attempt.started_at.time_since_epoch().count());
  statement.bind(attempt.latency.count());
  statement.bind(attempt.status ? std::optional<std::int64_t>(*attempt.status) : std::nullopt);
  statement.bind(attempt.error);
  statement.bind_bytes(headers);
  statement.bind_bytes(std::string_view(attempt.body).substr(0, k_max_attempt_body));
  statement.bind(static_cast<std::int64_t>(attempt.body_size));
  statement.bind(attempt.changes);
}

std::string attempts_of_capture_sql() {
  return fmt::format("SELECT {} FROM attempts WHERE capture = ? ORDER BY id", k_columns);
}

Result<Attempt> read_attempt(sqlite::Statement& statement) {
  Attempt attempt;
  std::string kind;
  std::int64_t started_at = 0;
  std::int64_t latency = 0;
  std::optional<std::int64_t> status;
  std::string headers;
  std::int64_t body_size = 0;
  statement.read(attempt.capture);
  statement.read(kind);
  statement.read(attempt.target);
  statement.read(started_at);
  statement.read(latency);
  statement.read(status);
  statement.read(attempt.error);
  statement.read(headers);
  statement.read(attempt.body);
  statement.read(body_size);
  statement.read(attempt.changes);

  const auto known_kind = parse_attempt_kind(kind);
  if (!known_kind) {
    return Error{ErrorKind::storage,
                 fmt::format("the store is damaged: an attempt of capture #{} has no readable kind",
                             attempt.capture),
                 "terra-hook doctor looks at it; --store FILE uses another"};
  }
  attempt.kind = *known_kind;
  attempt.started_at = UtcTime(std::chrono::microseconds(started_at));
  attempt.latency = std::chrono::microseconds(latency);
  if (status) {
    attempt.status = static_cast<int>(*status);
  }
  attempt.headers = parse_header_section(headers);
  attempt.body_size = static_cast<std::uint64_t>(body_size);
  return attempt;
}

}  // namespace terra_hook
