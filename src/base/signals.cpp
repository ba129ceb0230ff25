// SPDX-License-Identifier: MIT
#include "base/signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include "base/terminal_restorer.hpp"

namespace terra_hook {

namespace {

// A signal handler gets nothing but a number, so the object that it reports to has to be static.
std::atomic<StopSignal*> signal_target = nullptr;
std::atomic<bool> has_been_signalled = false;
static_assert(std::atomic<StopSignal*>::is_always_lock_free);
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr int k_interrupted = 130;
constexpr std::array k_stop_signals{SIGINT, SIGTERM, SIGHUP};

extern "C" void on_stop_signal(int /*number*/) {
  // Quitting is left to no thread: each may be stuck in a write that nobody reads.
  if (has_been_signalled.exchange(true)) {
    restore_terminal();
    _exit(k_interrupted);
  }
  if (StopSignal* target = signal_target.load()) {
    target->request();
  }
}

void set_action(int number, void (*action)(int)) {
  struct sigaction settings {};
  settings.sa_handler = action;
  settings.sa_flags = SA_RESTART;
  sigaction(number, &settings, nullptr);
}

bool is_ignored(int number) {
  struct sigaction settings {};
  return sigaction(number, nullptr, &settings) == 0 && settings.sa_handler == SIG_IGN;
}

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// The rest of the time in poll()'s terms, rounded up so that nobody wakes just too early.
int poll_timeout(const Deadline& deadline) {
  if (!deadline) {
    return -1;
  }
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
  return static_cast<int>(
      std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

Deadline deadline_after(std::optional<std::chrono::milliseconds> timeout) {
  // A timeout beyond a year is no timeout: adding it to the clock could overflow.
  if (!timeout || *timeout > std::chrono::hours(24 * 365)) {
    return std::nullopt;
  }
  return std::chrono::steady_clock::now() + *timeout;
}

}  // namespace

StopSignal::StopSignal() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    throw std::system_error(errno, std::generic_category(), "can't make a pipe");
  }
  read_end_ = ends[0];
  write_end_ = ends[1];
}

StopSignal::~StopSignal() {
  StopSignal* self = this;
  if (signal_target.compare_exchange_strong(self, nullptr)) {
    for (const int number : k_stop_signals) {
      set_action(number, SIG_DFL);
    }
  }
  close(read_end_);
  close(write_end_);
}

void StopSignal::catch_signals() {
#ifdef TERRA_HOOK_THREAD_SANITIZER
  // That of GCC 12 loses a signal that comes while a thread's first blocking call begins: it makes
  // what it notes signals in just then, twice.
  ::poll(nullptr, 0, 0);
#endif
  signal_target = this;
  has_been_signalled = false;
  for (const int number : k_stop_signals) {
    // nohup's way to say that the program shall outlive its terminal.
    if (number != SIGHUP || !is_ignored(number)) {
      set_action(number, on_stop_signal);
    }
  }
}

void ignore_write_signals() {
  set_action(SIGPIPE, SIG_IGN);
  set_action(SIGXFSZ, SIG_IGN);
}

void StopSignal::request() noexcept {
  const int saved_errno = errno;
  count_.fetch_add(1);
  // A full pipe refuses the byte, which is fine: it wakes the reader as it is.
  [[maybe_unused]] const ssize_t written = ::write(write_end_, "", 1);
  errno = saved_errno;
}

int StopSignal::count() const noexcept {
  return count_.load();
}

bool StopSignal::wait_for_more_than(int seen,
                                    std::optional<std::chrono::milliseconds> timeout) const {
  const Deadline deadline = deadline_after(timeout);
  std::unique_lock lock(mutex_);
  // One of the waiting threads watches the pipe and empties it; the others wait for its word, since
  // a byte can be read only once.
  while (count() <= seen) {
    if (deadline && std::chrono::steady_clock::now() >= *deadline) {
      return false;
    }
    if (!is_watched_) {
      is_watched_ = true;
      lock.unlock();
      pollfd entry{read_end_, POLLIN, 0};
      ::poll(&entry, 1, poll_timeout(deadline));
      std::array<char, 64> bytes{};
      while (::read(read_end_, bytes.data(), bytes.size()) > 0) {
      }
      lock.lock();
      is_watched_ = false;
      watcher_left_.notify_all();
    } else if (deadline) {
      watcher_left_.wait_until(lock, *deadline);
    } else {
      watcher_left_.wait(lock);
    }
  }
  return true;
}

}  // namespace terra_hook
