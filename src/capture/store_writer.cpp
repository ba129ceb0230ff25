// SPDX-License-Identifier: MIT
#include "capture/store.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>

#include "capture/attempt_row.hpp"
#include "capture/capture_row.hpp"
#include "capture/relations.hpp"
#include "capture/schema.hpp"

namespace terra_hook {
namespace {

// One transaction holds at most this many captures and about this much of bodies, so that the first
// of many does not wait long and the write-ahead log stays small.
constexpr std::size_t k_most_items = 512;
constexpr std::uint64_t k_most_bytes = 64ULL << 20;

struct NewCapture {
  std::shared_ptr<const Capture> capture;
  StoreWriter::Done done;
};

struct NewAttempt {
  std::shared_ptr<const Attempt> attempt;
  std::function<void(Result<void>)> done;
};

struct NewAnswer {
  std::int64_t number = 0;
  int status = 0;
  std::function<void(Result<void>)> done;
};

using Item = std::variant<NewCapture, NewAttempt, NewAnswer>;

std::uint64_t size_of(const Item& item) {
  if (const auto* capture = std::get_if<NewCapture>(&item)) {
    return capture->capture->body.size();
  }
  const auto* attempt = std::get_if<NewAttempt>(&item);
  return attempt == nullptr ? 0 : attempt->attempt->body.size();
}

// What became of each item; of any but a capture only whether it was kept.
using Results = std::vector<Result<Appended>>;

void report(const Item& item, const Result<Appended>& result) {
  if (const auto* capture = std::get_if<NewCapture>(&item)) return capture->done(result);
  const auto* attempt = std::get_if<NewAttempt>(&item);
  const auto& done = attempt != nullptr ? attempt->done : std::get<NewAnswer>(item).done;
  done(result ? Result<void>() : result.error());
}

// The connection and what is prepared on it; the writer thread's own.
class Appender {
 public:
  static Result<Appender> open(const std::filesystem::path& path);

  // Appends all in one transaction. When that fails each is tried alone, so that one that can't be
  // kept does not cost the others.
  Results append(std::span<const Item> items);

  // What can wait until those who wait for append() have been told.
  void tidy() { connection_.checkpoint_when_long(); }

 private:
  Appender(sqlite::Connection connection, RelationFinder relations,
           sqlite::Statement insert_capture, sqlite::Statement insert_body,
           sqlite::Statement insert_attempt, sqlite::Statement set_answer)
      : connection_(std::move(connection)),
        relations_(std::move(relations)),
        insert_capture_(std::move(insert_capture)),
        insert_body_(std::move(insert_body)),
        insert_attempt_(std::move(insert_attempt)),
        set_answer_(std::move(set_answer)) {}

  Result<void> begin();
  Result<Results> insert_all(std::span<const Item> items);
  Result<Appended> insert(const Item& item);
  Result<Appended> insert_capture(const Capture& capture);
  Result<Appended> insert_attempt(const Attempt& attempt);
  Result<Appended> set_answer(const NewAnswer& answer);

  sqlite::Connection connection_;
  RelationFinder relations_;
  sqlite::Statement insert_capture_;
  sqlite::Statement insert_body_;
  sqlite::Statement insert_attempt_;
  sqlite::Statement set_answer_;
};

Result<Appender> Appender::open(const std::filesystem::path& path) {
  TRY_ASSIGN(sqlite::Connection connection, open_store_for_writing(path, sqlite::Access::append));
  TRY(connection.defer_checkpoints());
  TRY_ASSIGN(RelationFinder relations, RelationFinder::open(connection));
  TRY_ASSIGN(sqlite::Statement insert_capture, connection.prepare(capture_insert_sql()));
  TRY_ASSIGN(sqlite::Statement insert_body,
             connection.prepare("INSERT INTO bodies (number, headers, body) VALUES (?, ?, ?)"));
  TRY_ASSIGN(sqlite::Statement insert_attempt, connection.prepare(attempt_insert_sql()));
  TRY_ASSIGN(sqlite::Statement set_answer,
             connection.prepare("UPDATE captures SET answered = ? WHERE number = ?"));
  return Appender(std::move(connection), std::move(relations), std::move(insert_capture),
                  std::move(insert_body), std::move(insert_attempt), std::move(set_answer));
}

Results Appender::append(std::span<const Item> items) {
  if (auto begun = begin(); !begun) {
    return Results(items.size(), begun.error());
  }
  auto appended = insert_all(items);
  if (appended) {
    return *std::move(appended);
  }
  connection_.roll_back();
  if (items.size() == 1) {
    return {appended.error()};
  }
  Results results;
  for (const Item& item : items) {
    results.push_back(append({&item, 1}).front());
  }
  return results;
}

Result<void> Appender::begin() {
  // What is written to a file that has lost its name is gone once it is closed.
  if (connection_.has_moved()) {
    std::error_code failure;
    const bool is_there = std::filesystem::exists(connection_.path(), failure);
    if (!is_there && failure == std::errc::permission_denied) {
      return Error{
          ErrorKind::storage,
          fmt::format("can't reach the store {}: {}", connection_.path(), failure.message()),
          "make its folder readable again"};
    }
    return Error{ErrorKind::storage,
                 fmt::format("the store {} was removed or replaced", connection_.path()),
                 "start again to make a new one"};
  }
  return connection_.execute("BEGIN IMMEDIATE");
}

Result<Results> Appender::insert_all(std::span<const Item> items) {
  Results results;
  results.reserve(items.size());
  for (const Item& item : items) {
    TRY_ASSIGN(const Appended appended, insert(item));
    results.emplace_back(appended);
  }
  TRY(connection_.execute("COMMIT"));
  return results;
}

Result<Appended> Appender::insert(const Item& item) {
  if (const auto* capture = std::get_if<NewCapture>(&item)) {
    return insert_capture(*capture->capture);
  }
  if (const auto* answer = std::get_if<NewAnswer>(&item)) return set_answer(*answer);
  return insert_attempt(*std::get<NewAttempt>(item).attempt);
}

Result<Appended> Appender::set_answer(const NewAnswer& answer) {
  set_answer_.reset();
  set_answer_.bind(std::int64_t{answer.status});
  set_answer_.bind(answer.number);
  TRY(set_answer_.step());
  return Appended{};
}

Result<Appended> Appender::insert_attempt(const Attempt& attempt) {
  const std::string headers = to_header_section(attempt.headers);
  insert_attempt_.reset();
  bind_attempt(insert_attempt_, attempt, headers);
  TRY(insert_attempt_.step());
  return Appended{};
}

Result<Appended> Appender::insert_capture(const Capture& capture) {
  TRY_ASSIGN(const Relations relations, relations_.relate(capture));
  insert_capture_.reset();
  bind_capture(insert_capture_, capture, relations);
  TRY(insert_capture_.step());
  const std::int64_t number = connection_.last_inserted();
  const std::string headers = to_header_section(capture.headers);
  insert_body_.reset();
  insert_body_.bind(number);
  insert_body_.bind_bytes(headers);
  insert_body_.bind_bytes(capture.body);
  TRY(insert_body_.step());
  Appended appended{number, relations.duplicate_of, relations.duplicate_differs,
                    relations.older_than, std::nullopt};
  if (capture.ids.chunk && capture.ids.terra_reference) {
    TRY_ASSIGN(appended.chunk_count, relations_.expected_payloads(*capture.ids.terra_reference));
  }
  return appended;
}

}  // namespace

void Appended::apply_to(Capture& capture) const {
  capture.number = number;
  capture.duplicate_of = duplicate_of;
  capture.duplicate_differs = duplicate_differs;
  capture.older_than = older_than;
  capture.chunk_count = chunk_count;
}

struct StoreWriter::State {
  explicit State(Appender open_appender)
      : appender(std::move(open_appender)), thread([this] { run(); }) {}

  ~State() {
    {
      const std::lock_guard lock(mutex);
      is_stopping = true;
    }
    changed.notify_one();
    thread.join();
  }

  void push(Item item) {
    {
      const std::lock_guard lock(mutex);
      queue.push_back(std::move(item));
    }
    changed.notify_one();
  }

  void run() {
    for (;;) {
      std::vector<Item> items = wait_for_items();
      if (items.empty()) {
        return;
      }
      const Results results = appender.append(items);
      for (std::size_t i = 0; i < items.size(); ++i) {
        report(items[i], results[i]);
        items[i] = {};
      }
      appender.tidy();
    }
  }

  // What has queued, as far as it fits into one transaction; nothing once it is time to stop.
  std::vector<Item> wait_for_items() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return is_stopping || !queue.empty(); });
    std::vector<Item> items;
    std::uint64_t bytes = 0;
    while (!queue.empty() && items.size() < k_most_items && bytes < k_most_bytes) {
      bytes += size_of(queue.front());
      items.push_back(std::move(queue.front()));
      queue.pop_front();
    }
    return items;
  }

  Appender appender;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Item> queue;
  bool is_stopping = false;
  std::thread thread;  // last: it uses all the others
};

StoreWriter::StoreWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
StoreWriter::~StoreWriter() = default;

Result<std::unique_ptr<StoreWriter>> StoreWriter::open(const std::filesystem::path& path) {
  TRY_ASSIGN(Appender appender, Appender::open(path));
  try {
    return std::unique_ptr<StoreWriter>(
        new StoreWriter(std::make_unique<State>(std::move(appender))));
  } catch (const std::system_error& failure) {
    return Error{ErrorKind::storage, fmt::format("can't start a thread to write the store {}: {}",
                                                 path.string(), failure.what())};
  }
}

void StoreWriter::append(std::shared_ptr<const Capture> capture, Done done) {
  state_->push(NewCapture{std::move(capture), std::move(done)});
}

void StoreWriter::note_answer(std::int64_t number, int status,
                              std::function<void(Result<void>)> done) {
  state_->push(NewAnswer{number, status, std::move(done)});
}

void StoreWriter::append(std::shared_ptr<const Attempt> attempt,
                         std::function<void(Result<void>)> done) {
  state_->push(NewAttempt{std::move(attempt), std::move(done)});
}

}  // namespace terra_hook
