// SPDX-License-Identifier: MIT
// The body of one request while it arrives, and the bound on all bodies at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terra_hook {

/// Bytes of bodies that are being received or answered, over all connections. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t limit) : limit_(limit) {}

  /// Counts `bytes` in; false when that passes the limit. They are counted either way.
  bool take(std::uint64_t bytes) { return used_.fetch_add(bytes) + bytes <= limit_; }
  void give_back(std::uint64_t bytes) { used_.fetch_sub(bytes); }

 private:
  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
};

/// One body. Not thread-safe.
class BodyBuffer {
 public:
  enum class Outcome { appended, too_large, over_budget };

  BodyBuffer(BodyBudget& budget, std::uint64_t max_bytes)
      : budget_(budget), max_bytes_(max_bytes) {}
  ~BodyBuffer() { release(); }
  BodyBuffer(const BodyBuffer&) = delete;
  BodyBuffer& operator=(const BodyBuffer&) = delete;

  /// Appends `bytes`. `declared` is the Content-Length, if there is one: memory for all of it is
  /// taken in one go, but only once a sender has shown that it means it.
  Outcome append(std::string_view bytes, std::optional<std::uint64_t> declared);

  std::size_t size() const { return body_.size(); }

  /// Hands the body over; its bytes stay counted until release().
  std::string take() { return std::move(body_); }

  /// Forgets the body and gives its bytes back to the budget.
  void release();

 private:
  void reserve_for(std::size_t count, std::uint64_t declared);

  BodyBudget& budget_;
  const std::uint64_t max_bytes_;
  std::uint64_t charged_ = 0;
  std::string body_;
};

}  // namespace terra_hook
