// SPDX-License-Identifier: MIT
// Waiting for the end of a process that is not our child.
#pragma once

#include <poll.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

#include "support/unique_fd.hpp"

namespace terra_hook::test {

/// A process that is watched from now on. Made while it still runs, it never means another one.
class WatchedProcess {
 public:
  explicit WatchedProcess(pid_t pid) : fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}

  bool is_running() const { return !ends_within(0); }
  /// True once it has ended, be it reaped or not.
  bool ends_within(int milliseconds = 15'000) const {
    pollfd entry{fd_.get(), POLLIN, 0};
    return !fd_.is_open() || ::poll(&entry, 1, milliseconds) == 1;
  }

 private:
  UniqueFd fd_;
};

}  // namespace terra_hook::test
