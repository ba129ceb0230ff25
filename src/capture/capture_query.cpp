// SPDX-License-Identifier: MIT
#include "capture/capture_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "capture/capture_row.hpp"

namespace terra_hook {
namespace {

using Limits = std::numeric_limits<std::int64_t>;

// The schema's indices group captures by `number >> 9`.
constexpr int k_block_bits = 9;
constexpr std::int64_t k_block = std::int64_t{1} << k_block_bits;
static_assert(CaptureQuery::k_page >= k_block, "a block's matches fit into one page");

std::int64_t block_begin(std::int64_t number) {
  return number & ~(k_block - 1);
}
std::int64_t block_end(std::int64_t number) {
  return number | (k_block - 1);
}

std::vector<std::string> values_of(const std::optional<std::string>& value) {
  return value ? std::vector{*value} : std::vector<std::string>();
}

std::vector<std::string> values_of(const std::vector<Verdict>& verdicts) {
  std::vector<std::string> names;
  for (const Verdict verdict : verdicts) {
    names.emplace_back(to_string(verdict));
  }
  return names;
}

// `?5, ?6, ?7`
std::string parameters(std::size_t first, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) {
    list += fmt::format("{}?{}", i == 0 ? "" : ", ", first + i);
  }
  return list;
}

}  // namespace

CaptureQuery::CaptureQuery(const CaptureFilter& filter)
    : tag_(filter.tag),
      since_(filter.since ? filter.since->time_since_epoch().count() : Limits::min()),
      until_(filter.until ? filter.until->time_since_epoch().count() : Limits::max()),
      span_{std::max(filter.first_number.value_or(1), std::int64_t{1}),
            filter.last_number.value_or(Limits::max())} {
  // What picks out the fewest comes first.
  conditions_ = {
      {"trace_id", "captures_by_trace_id", false, values_of(filter.trace_id)},
      {"terra_reference", "captures_by_terra_reference", true, values_of(filter.terra_reference)},
      {"user_id", "captures_by_user_id", true, values_of(filter.user_id)},
      {"reference_id", "captures_by_reference_id", true, values_of(filter.reference_id)},
      {"event_type", "captures_by_event_type", true, filter.types},
      {"verdict", "captures_by_verdict", true, values_of(filter.verdicts)},
      {"provider", "captures_by_provider", true, values_of(filter.provider)},
  };
  std::erase_if(conditions_, [](const Condition& condition) { return condition.values.empty(); });
}

Result<CaptureQuery> CaptureQuery::plan(const CaptureFilter& filter,
                                        sqlite::Connection& connection) {
  CaptureQuery query(filter);
  TRY_ASSIGN(const std::int64_t newest,
             connection.query_integer("SELECT coalesce(max(number), 0) FROM captures"));
  query.span_.last = std::min(query.span_.last, newest);
  if (filter.since || filter.until) {
    TRY(query.narrow_to_times(connection));
  }
  return query;
}

// Times rise with the numbers but for imports and clocks that were set: blocks without a match lie
// before and after those with one.
Result<void> CaptureQuery::narrow_to_times(sqlite::Connection& connection) {
  TRY_ASSIGN(const sqlite::Snapshot snapshot, sqlite::Snapshot::take(connection));
  TRY_ASSIGN(sqlite::Statement look,
             connection.prepare(fmt::format(
                 "SELECT 1 FROM captures INDEXED BY captures_by_received_at "
                 "WHERE number >> {} = ? AND received_at >= ? AND received_at < ? LIMIT 1",
                 k_block_bits)));
  const auto has_match = [&](std::int64_t number) {
    look.reset();
    look.bind(number >> k_block_bits);
    look.bind(since_);
    look.bind(until_);
    return look.step();
  };
  while (!span_.empty()) {
    TRY_ASSIGN(const bool is_first, has_match(span_.first));
    if (is_first) {
      break;
    }
    span_.first = block_end(span_.first) + 1;
  }
  while (!span_.empty()) {
    TRY_ASSIGN(const bool is_last, has_match(span_.last));
    if (is_last) {
      break;
    }
    span_.last = block_begin(span_.last) - 1;
  }
  return {};
}

NumberSpan CaptureQuery::oldest_part(NumberSpan span) const {
  return {span.first, in_blocks() ? std::min(span.last, block_end(span.first)) : span.last};
}

NumberSpan CaptureQuery::newest_part(NumberSpan span) const {
  return {in_blocks() ? std::max(span.first, block_begin(span.last)) : span.first, span.last};
}

std::string CaptureQuery::select(const std::string& columns) const {
  std::string sql = fmt::format("SELECT {} FROM captures ", columns);
  if (conditions_.empty()) {
    sql += "NOT INDEXED WHERE ";
  } else {
    sql += fmt::format("INDEXED BY {} WHERE ", conditions_.front().index);
  }
  if (in_blocks()) {
    sql += fmt::format("number >> {0} = ?1 >> {0} AND ", k_block_bits);
  }
  sql += "number BETWEEN ?1 AND ?2 AND received_at >= ?3 AND received_at < ?4";
  std::size_t parameter = 5;
  for (const Condition& condition : conditions_) {
    sql += fmt::format(" AND {} IN ({})", condition.column,
                       parameters(parameter, condition.values.size()));
    parameter += condition.values.size();
  }
  if (tag_) {
    sql += fmt::format(" AND number IN (SELECT capture FROM tags WHERE name = ?{})", parameter);
  }
  return sql;
}

std::string CaptureQuery::page_sql() const {
  return fmt::format("{} ORDER BY number LIMIT {}", select(k_capture_columns), k_page);
}

std::string CaptureQuery::numbers_sql() const {
  return select("number") + " ORDER BY number DESC";
}

void CaptureQuery::bind(sqlite::Statement& statement, NumberSpan part) const {
  statement.bind(part.first);
  statement.bind(part.last);
  statement.bind(since_);
  statement.bind(until_);
  for (const Condition& condition : conditions_) {
    for (const std::string& value : condition.values) {
      statement.bind(value);
    }
  }
  if (tag_) {
    statement.bind(*tag_);
  }
}

}  // namespace terra_hook
