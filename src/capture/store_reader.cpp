// SPDX-License-Identifier: MIT
#include "capture/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/attempt_row.hpp"
#include "capture/capture_query.hpp"
#include "capture/capture_row.hpp"
#include "capture/relations.hpp"
#include "capture/schema.hpp"

namespace terra_hook {
namespace {

// The end of the query's span that holds its newest `count` matches.
Result<NumberSpan> newest_matches(const CaptureQuery& query, std::int64_t count,
                                  sqlite::Connection& connection) {
  NumberSpan rest = query.span();
  NumberSpan found{rest.last + 1, rest.last};
  TRY_ASSIGN(const sqlite::Snapshot snapshot, sqlite::Snapshot::take(connection));
  TRY_ASSIGN(sqlite::Statement statement, connection.prepare(query.numbers_sql()));
  while (!rest.empty() && count > 0) {
    const NumberSpan part = query.newest_part(rest);
    query.bind(statement, part);
    while (count > 0) {
      TRY_ASSIGN(const bool has_row, statement.step());
      if (!has_row) {
        break;
      }
      statement.read(found.first);
      --count;
    }
    statement.reset();
    rest.last = part.first - 1;
  }
  return found;
}

// The next matches from the beginning of `rest`, which then begins after them; none when there are
// no more.
Result<std::vector<Capture>> read_page(const CaptureQuery& query, NumberSpan& rest,
                                       sqlite::Connection& connection, sqlite::Statement& statement,
                                       RelationFinder& relations) {
  TRY_ASSIGN(const sqlite::Snapshot snapshot, sqlite::Snapshot::take(connection));
  std::vector<Capture> page;
  while (page.empty() && !rest.empty()) {
    const NumberSpan part = query.oldest_part(rest);
    query.bind(statement, part);
    for (;;) {
      TRY_ASSIGN(const bool has_row, statement.step());
      if (!has_row) {
        break;
      }
      TRY_ASSIGN(page.emplace_back(), read_capture(statement));
    }
    statement.reset();
    for (Capture& capture : page) {
      TRY(relations.add_chunk_count(capture));
      TRY(relations.mark_pruned(capture));
    }
    const bool is_full = page.size() == CaptureQuery::k_page;
    rest.first = (is_full ? page.back().number : part.last) + 1;
  }
  return page;
}

// The next row, of k_capture_columns with headers and body behind them; nothing when there is none.
Result<std::optional<Capture>> read_whole(sqlite::Statement& statement) {
  TRY_ASSIGN(const bool exists, statement.step());
  if (!exists) {
    return std::optional<Capture>();
  }
  TRY_ASSIGN(Capture capture, read_capture(statement));
  std::string headers;
  statement.read(headers);
  statement.read(capture.body);
  capture.headers = parse_header_section(headers);
  return std::optional<Capture>(std::move(capture));
}

// Calls `visit` for each row that `sql` gives for its only parameter.
template <typename Parameter, typename Visit>
Result<void> for_each_row(sqlite::Connection& connection, const std::string& sql,
                          const Parameter& parameter, Visit visit) {
  TRY_ASSIGN(sqlite::Statement statement, connection.prepare(sql));
  statement.bind(parameter);
  for (;;) {
    TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) {
      return {};
    }
    TRY(visit(statement));
  }
}

}  // namespace

struct StoreReader::State {
  sqlite::Connection connection;
  RelationFinder relations;
  std::optional<sqlite::Statement> load{};  ///< prepared once: replays load thousands
};

StoreReader::StoreReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreReader::~StoreReader() = default;
StoreReader::StoreReader(StoreReader&&) noexcept = default;
StoreReader& StoreReader::operator=(StoreReader&&) noexcept = default;

Result<StoreReader> StoreReader::open(const std::filesystem::path& path) {
  TRY_ASSIGN(sqlite::Connection connection, open_store_for_reading(path));
  TRY_ASSIGN(RelationFinder relations, RelationFinder::open(connection));
  return StoreReader(std::make_unique<State>(State{std::move(connection), std::move(relations)}));
}

Result<void> StoreReader::list(const CaptureFilter& filter,
                               const std::function<bool(const Capture&)>& visit) {
  sqlite::Connection& connection = state_->connection;
  TRY_ASSIGN(const CaptureQuery query, CaptureQuery::plan(filter, connection));
  NumberSpan rest = query.span();
  if (filter.last) {
    TRY_ASSIGN(rest, newest_matches(query, *filter.last, connection));
  }
  TRY_ASSIGN(sqlite::Statement statement, connection.prepare(query.page_sql()));
  // In pages: nothing of the store is held while the visitor takes its time (a pager may wait for
  // hours), else the write-ahead log could not be reused and would grow all the while.
  while (!rest.empty()) {
    TRY_ASSIGN(const std::vector<Capture> page,
               read_page(query, rest, connection, statement, state_->relations));
    for (const Capture& capture : page) {
      if (!visit(capture)) {
        return {};
      }
    }
  }
  return {};
}

Result<std::optional<Capture>> StoreReader::load(std::int64_t number) {
  if (!state_->load) {
    TRY_ASSIGN(state_->load,
               state_->connection.prepare(fmt::format("SELECT {}, headers, body FROM captures "
                                                      "JOIN bodies USING (number) WHERE number = ?",
                                                      k_capture_columns)));
  }
  sqlite::Statement& statement = *state_->load;
  statement.reset();
  statement.bind(number);
  auto capture = read_whole(statement);
  // A statement that is not reset keeps its snapshot, and the write-ahead log grows behind it.
  statement.reset();
  if (!capture) return std::move(capture).error();
  if (*capture) {
    TRY(state_->relations.add_chunk_count(**capture));
    TRY(state_->relations.mark_pruned(**capture));
  }
  return capture;
}

Result<void> StoreReader::check() {
  TRY_ASSIGN(const std::string found, state_->connection.query_text("PRAGMA quick_check(1)"));
  if (found == "ok") return {};
  return Error{ErrorKind::storage,
               fmt::format("the store {} is damaged: {}", state_->connection.path(), found),
               "terra-hook export saves what can be read; --store names another file"};
}

Result<std::vector<Attempt>> StoreReader::attempts(std::int64_t number) {
  std::vector<Attempt> attempts;
  TRY(for_each_row(state_->connection, attempts_of_capture_sql(), number,
                   [&](sqlite::Statement& row) -> Result<void> {
                     TRY_ASSIGN(attempts.emplace_back(), read_attempt(row));
                     return {};
                   }));
  return attempts;
}

Result<std::vector<ReceivedBody>> StoreReader::received_bodies(std::int64_t last_number) {
  std::vector<ReceivedBody> bodies;
  TRY(for_each_row(state_->connection,
                   "SELECT received_at, body_sha256 FROM captures NOT INDEXED WHERE number <= ?",
                   last_number, [&](sqlite::Statement& row) -> Result<void> {
                     std::int64_t received_at = 0;
                     std::string digest;
                     row.read(received_at);
                     row.read(digest);
                     auto& [time, sha256] = bodies.emplace_back();
                     time = UtcTime(std::chrono::microseconds(received_at));
                     std::copy_n(digest.begin(), std::min(digest.size(), sha256.size()),
                                 sha256.begin());
                     return {};
                   }));
  std::sort(bodies.begin(), bodies.end());
  return bodies;
}

Result<std::vector<std::int64_t>> StoreReader::tagged(const std::string& tag) {
  std::vector<std::int64_t> numbers;
  TRY(for_each_row(state_->connection, "SELECT capture FROM tags WHERE name = ? ORDER BY capture",
                   tag, [&](sqlite::Statement& row) -> Result<void> {
                     row.read(numbers.emplace_back());
                     return {};
                   }));
  return numbers;
}

Result<std::vector<TagCount>> StoreReader::tags() {
  std::vector<TagCount> tags;
  TRY(for_each_row(state_->connection,
                   "SELECT name, count(*) FROM tags WHERE name > ? GROUP BY name ORDER BY name", "",
                   [&](sqlite::Statement& row) -> Result<void> {
                     TagCount& tag = tags.emplace_back();
                     row.read(tag.name);
                     row.read(tag.captures);
                     return {};
                   }));
  return tags;
}

Result<std::vector<std::string>> StoreReader::tags_of(std::int64_t number) {
  std::vector<std::string> names;
  TRY(for_each_row(state_->connection, "SELECT name FROM tags WHERE capture = ? ORDER BY name",
                   number, [&](sqlite::Statement& row) -> Result<void> {
                     row.read(names.emplace_back());
                     return {};
                   }));
  return names;
}

Result<RequestProgress> StoreReader::progress(const std::string& reference) {
  TRY_ASSIGN(const sqlite::Snapshot snapshot, sqlite::Snapshot::take(state_->connection));
  return state_->relations.progress(reference);
}

Result<std::optional<std::int64_t>> StoreReader::newest(std::int64_t back) {
  TRY_ASSIGN(sqlite::Statement statement,
             state_->connection.prepare("SELECT number FROM captures NOT INDEXED "
                                        "ORDER BY number DESC LIMIT 1 OFFSET ?"));
  statement.bind(back);
  TRY_ASSIGN(const bool exists, statement.step());
  std::optional<std::int64_t> number;
  if (exists) {
    statement.read(number);
  }
  return number;
}

}  // namespace terra_hook
