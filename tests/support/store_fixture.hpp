// SPDX-License-Identifier: MIT
// What tests of the capture store share.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "capture/store.hpp"

namespace terra_hook::test {

/// A second program at the same file: SQLite without any of our code.
class ForeignConnection {
 public:
  explicit ForeignConnection(const std::filesystem::path& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open(path.c_str(), &handle);
    handle_.reset(handle);
    require(code);
  }

  void run(const std::string& sql) {
    require(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }

 private:
  void require(int code) {
    if (code != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(handle_.get()));
    }
  }

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

inline std::future<Result<Appended>> start_append(StoreWriter& writer, Capture capture) {
  auto promise = std::make_shared<std::promise<Result<Appended>>>();
  writer.append(std::make_shared<Capture>(std::move(capture)),
                [promise](Result<Appended> appended) { promise->set_value(std::move(appended)); });
  return promise->get_future();
}

inline Result<Appended> append(StoreWriter& writer, Capture capture) {
  return start_append(writer, std::move(capture)).get();
}

/// A capture with a body and nothing else of note.
inline Capture plain_capture(std::string body = "{}") {
  Capture capture;
  capture.received_at = UtcTime(std::chrono::microseconds(1'782'900'000'000'001));
  capture.method = "POST";
  capture.target = "/";
  capture.body_size = body.size();
  capture.body_sha256 = sha256(body);
  capture.body = std::move(body);
  return capture;
}

}  // namespace terra_hook::test
