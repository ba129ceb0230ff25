// SPDX-License-Identifier: MIT
#include "commands/ready_notice.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/env.hpp"
#include "base/file.hpp"
#include "base/new_file.hpp"

namespace terra_hook {

Result<ReadyNotice> ReadyNotice::prepare(const ReadyOptions& options) {
  if (options.fd) {
    // What was inherited survived an exec; what this program opens would not.
    const int flags = ::fcntl(*options.fd, F_GETFD);
    const bool is_inherited = flags >= 0 && (flags & FD_CLOEXEC) == 0;
    if (!is_inherited) {
      return Error{
          ErrorKind::usage, fmt::format("--ready-fd: descriptor {} is not open", *options.fd),
          fmt::format("in a shell: terra-hook listen --ready-fd {0} {0}>FILE", *options.fd)};
    }
    ::fcntl(*options.fd, F_SETFD, FD_CLOEXEC);
  }
  if (!options.file.empty()) {
    // Created and dropped at once: whether it can be written is better known before the wait.
    TRY_ASSIGN(const NewFile file, NewFile::create(options.file, true));
    ::unlink(options.file.c_str());
  }
  return ReadyNotice(options);
}

ReadyNotice::ReadyNotice(ReadyNotice&& other) noexcept
    : options_(std::move(other.options_)), written_(std::exchange(other.written_, "")) {}

ReadyNotice::~ReadyNotice() {
  if (written_.empty()) return;
  // Another listener may have written its own meanwhile.
  const auto content = read_file(options_.file, 64 << 10);
  if (content && *content == written_) ::unlink(options_.file.c_str());
}

Result<void> ReadyNotice::announce(std::string_view url) {
  const std::string line = std::string(url) + "\n";
  if (!options_.file.empty()) {
    TRY(write_new_file(options_.file, line, true));
    written_ = line;
  }
  if (options_.fd) {
    const int fd = *std::exchange(options_.fd, std::nullopt);
    Output(fd).write(line);
    ::close(fd);
  }
  return {};
}

}  // namespace terra_hook
