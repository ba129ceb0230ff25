// SPDX-License-Identifier: MIT
#include "base/env.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <stdexcept>

#include "base/file.hpp"

namespace terra_hook {

namespace {

std::string stream_name(int fd) {
  switch (fd) {
    case STDOUT_FILENO: return "standard output";
    case STDERR_FILENO: return "standard error";
    default: return fmt::format("file descriptor {}", fd);
  }
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  auto* data = reinterpret_cast<unsigned char*>(bytes.data());
  if (RAND_bytes(data, static_cast<int>(count)) != 1) {
    throw std::runtime_error("the system has no random numbers");
  }
  return bytes;
}

constexpr int k_poll_ms = 100;

/// False when `is_abandoned` was set before there was room.
bool wait_until_writable(int fd, const std::atomic<bool>& is_abandoned) {
  while (!is_abandoned) {
    pollfd entry{fd, POLLOUT, 0};
    // Whatever else poll() says, the next write() tells the truth.
    if (::poll(&entry, 1, k_poll_ms) != 0) return true;
  }
  return false;
}

}  // namespace

bool Output::write(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (reader_gone_ || failure_) {
    return false;
  }
  while (!text.empty()) {
    if (!wait_until_writable(fd_, is_abandoned_)) {
      reader_gone_ = true;
      return false;
    }
    // A pipe that is writable takes this much without blocking.
    const ssize_t written = ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      reader_gone_ = true;
      return false;
    } else if (errno != EINTR && errno != EAGAIN) {
      failure_ = file_error("write to", stream_name(fd_));
      return false;
    }
  }
  return true;
}

bool Output::reader_gone() const {
  const std::lock_guard lock(mutex_);
  return reader_gone_;
}

std::optional<Error> Output::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

Env process_env(Output& out, Output& err, StopSignal& stop) {
  return Env{
      .now =
          [] {
            return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
          },
      .environment = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      },
      .out = out,
      .err = err,
      .in = STDIN_FILENO,
      .stop = stop,
      .random_bytes = random_bytes,
      .variables =
          [] {
            std::vector<std::string> all;
            for (char** variable = environ; *variable != nullptr; ++variable) {
              all.emplace_back(*variable);
            }
            return all;
          },
  };
}

}  // namespace terra_hook
