// SPDX-License-Identifier: MIT
#include "capture/store.hpp"

#include <utility>

#include "capture/schema.hpp"

namespace terra_hook {

struct StoreEditor::State {
  sqlite::Connection connection;

  /// Runs `sql` for each number with `tag`, in one transaction.
  Result<void> for_each(const std::string& sql, const std::string& tag,
                        const std::vector<std::int64_t>& numbers) {
    TRY(connection.execute("BEGIN IMMEDIATE"));
    auto done = run(sql, tag, numbers);
    if (!done) {
      connection.roll_back();
      return done;
    }
    return connection.execute("COMMIT");
  }

 private:
  Result<void> run(const std::string& sql, const std::string& tag,
                   const std::vector<std::int64_t>& numbers) {
    TRY_ASSIGN(sqlite::Statement statement, connection.prepare(sql));
    for (const std::int64_t number : numbers) {
      statement.reset();
      statement.bind(tag);
      statement.bind(number);
      TRY(statement.step());
    }
    return {};
  }
};

StoreEditor::StoreEditor(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreEditor::~StoreEditor() = default;
StoreEditor::StoreEditor(StoreEditor&&) noexcept = default;
StoreEditor& StoreEditor::operator=(StoreEditor&&) noexcept = default;

Result<StoreEditor> StoreEditor::open(const std::filesystem::path& path) {
  // What is not there can't be changed, and is not to be made by trying.
  TRY(open_store_for_reading(path));
  TRY_ASSIGN(sqlite::Connection connection, open_store_for_writing(path));
  return StoreEditor(std::make_unique<State>(State{std::move(connection)}));
}

Result<void> StoreEditor::add_tag(const std::string& tag,
                                  const std::vector<std::int64_t>& numbers) {
  return state_->for_each("INSERT OR IGNORE INTO tags (name, capture) VALUES (?, ?)", tag, numbers);
}

Result<std::int64_t> StoreEditor::remove_tag(const std::string& tag,
                                             const std::vector<std::int64_t>& numbers) {
  TRY_ASSIGN(const std::int64_t before, state_->connection.query_integer("SELECT total_changes()"));
  if (numbers.empty()) {
    TRY_ASSIGN(sqlite::Statement statement,
               state_->connection.prepare("DELETE FROM tags WHERE name = ?"));
    statement.bind(tag);
    TRY(statement.step());
  } else {
    TRY(state_->for_each("DELETE FROM tags WHERE name = ? AND capture = ?", tag, numbers));
  }
  TRY_ASSIGN(const std::int64_t after, state_->connection.query_integer("SELECT total_changes()"));
  return after - before;
}

}  // namespace terra_hook
