// SPDX-License-Identifier: MIT
#include "capture/capture_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace terra_hook {
namespace {

constexpr std::string_view k_number = "number, ";

std::optional<std::string_view> problem_message(const Summary& summary) {
  return summary.problem ? std::optional<std::string_view>(summary.problem->message) : std::nullopt;
}

Error damaged(std::int64_t number, std::string_view column) {
  return {ErrorKind::storage,
          fmt::format("the store is damaged: capture #{} has no readable {}", number, column),
          "terra-hook doctor looks at it; --store FILE uses another"};
}

}  // namespace

std::string capture_insert_sql() {
  const std::string_view columns = std::string_view(k_capture_columns).substr(k_number.size());
  std::string parameters = "?";
  for (auto n = std::count(columns.begin(), columns.end(), ','); n > 0; --n) {
    parameters += ", ?";
  }
  return fmt::format("INSERT INTO captures ({}) VALUES ({})", columns, parameters);
}

std::string_view as_bytes(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void bind_capture(sqlite::Statement& statement, const Capture& capture,
                  const Relations& relations) {
  statement.bind(capture.received_at.time_since_epoch().count());
  statement.bind(capture.remote_address);
  statement.bind(capture.method);
  statement.bind(capture.target);
  statement.bind(static_cast<std::int64_t>(capture.body_size));
  statement.bind_bytes(as_bytes(capture.body_sha256));
  statement.bind(to_string(capture.verdict));
  statement.bind(capture.secret_name);
  statement.bind(capture.verdict_reason);
  statement.bind(problem_message(capture.summary));
  statement.bind(capture.summary.event_type);
  statement.bind(capture.summary.user_id);
  statement.bind(capture.summary.provider);
  statement.bind(capture.summary.reference_id);
  statement.bind(capture.summary.record_count);
  statement.bind(capture.summary.first_record);
  statement.bind(capture.summary.last_record);
  statement.bind(capture.ids.trace_id);
  statement.bind(capture.ids.terra_reference);
  statement.bind(capture.ids.chunk);
  statement.bind(capture.ids.ordering_timestamp);
  statement.bind(relations.duplicate_of);
  statement.bind(std::int64_t{relations.duplicate_differs});
  statement.bind(to_string(capture.origin));
  statement.bind(capture.headline);
  statement.bind(capture.summary.expected_payloads);
  statement.bind(capture.ping_of);
  statement.bind(relations.older_than);
  statement.bind(capture.answered);
}

Result<Capture> read_capture(sqlite::Statement& statement) {
  Capture capture;
  std::int64_t received_at = 0;
  std::int64_t body_size = 0;
  std::string body_sha256;
  std::string verdict;
  std::optional<std::string> problem;
  std::int64_t duplicate_differs = 0;
  std::string origin;
  statement.read(capture.number);
  statement.read(received_at);
  statement.read(capture.remote_address);
  statement.read(capture.method);
  statement.read(capture.target);
  statement.read(body_size);
  statement.read(body_sha256);
  statement.read(verdict);
  statement.read(capture.secret_name);
  statement.read(capture.verdict_reason);
  statement.read(problem);
  statement.read(capture.summary.event_type);
  statement.read(capture.summary.user_id);
  statement.read(capture.summary.provider);
  statement.read(capture.summary.reference_id);
  statement.read(capture.summary.record_count);
  statement.read(capture.summary.first_record);
  statement.read(capture.summary.last_record);
  statement.read(capture.ids.trace_id);
  statement.read(capture.ids.terra_reference);
  statement.read(capture.ids.chunk);
  statement.read(capture.ids.ordering_timestamp);
  statement.read(capture.duplicate_of);
  statement.read(duplicate_differs);
  statement.read(origin);
  statement.read(capture.headline);
  statement.read(capture.summary.expected_payloads);
  statement.read(capture.ping_of);
  statement.read(capture.older_than);
  statement.read(capture.answered);

  const auto known_verdict = parse_verdict(verdict);
  if (!known_verdict) return damaged(capture.number, "verdict");
  const auto known_origin = parse_origin(origin);
  if (!known_origin) return damaged(capture.number, "origin");
  if (body_sha256.size() != capture.body_sha256.size()) {
    return damaged(capture.number, "SHA-256");
  }
  capture.received_at = UtcTime(std::chrono::microseconds(received_at));
  capture.body_size = static_cast<std::uint64_t>(body_size);
  std::copy(body_sha256.begin(), body_sha256.end(), capture.body_sha256.begin());
  capture.verdict = *known_verdict;
  if (problem) capture.summary.problem = json::Problem{std::move(*problem)};
  capture.duplicate_differs = duplicate_differs != 0;
  capture.origin = *known_origin;
  return capture;
}

}  // namespace terra_hook
