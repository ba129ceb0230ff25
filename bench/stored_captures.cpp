// SPDX-License-Identifier: MIT
#include "stored_captures.hpp"

#include <fmt/format.h>

#include <atomic>
#include <stdexcept>

#include "base/bytes.hpp"
#include "bodies.hpp"
#include "capture/store.hpp"

namespace terra_hook::bench {

namespace {

/// Order is kept per user, so there have to be many of them for concurrency to show.
constexpr std::size_t k_users = 1000;
/// As many wait for the disk at a time; more would only fill memory.
constexpr std::size_t k_waiting = 2000;

}  // namespace

void store_captures(const std::filesystem::path& path, std::size_t count, std::size_t body_size) {
  auto store = StoreWriter::open(path);
  if (!store) throw std::runtime_error(store.error().message);
  std::atomic<std::size_t> failed = 0;
  std::atomic<std::size_t> waiting = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto user = static_cast<unsigned>(i % k_users);
    auto capture = std::make_shared<Capture>();
    capture->received_at = UtcTime(std::chrono::seconds(1'782'000'000 + i));
    capture->method = "POST";
    capture->target = "/terra";
    capture->headers = {{"Content-Type", "application/json"}, {"Host", "127.0.0.1"}};
    capture->body = daily_body(body_size, user);
    capture->body_size = capture->body.size();
    capture->body_sha256 = sha256(capture->body);
    capture->summary.event_type = i % 3 == 0 ? "sleep" : "daily";
    capture->summary.user_id = fmt::format("user-{:06}", user);
    for (std::size_t now = waiting; now >= k_waiting; now = waiting) waiting.wait(now);
    ++waiting;
    (*store)->append(capture, [&](Result<Appended> appended) {
      if (!appended) ++failed;
      --waiting;
      waiting.notify_one();
    });
  }
  (*store).reset();  // waits for what has queued
  if (failed > 0) throw std::runtime_error("captures could not be stored");
}

}  // namespace terra_hook::bench
