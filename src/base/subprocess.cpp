// SPDX-License-Identifier: MIT
#include "base/subprocess.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_default_path = "/usr/local/bin:/usr/bin:/bin";

struct Pipe {
  int read = -1;
  int write = -1;
};

bool open_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  pipe = {ends[0], ends[1]};
  return true;
}

void close_end(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

std::string message_of(int error) {
  return std::generic_category().message(error);
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  // execve() promises not to write to what it is given; its type is older than const.
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

/// From here on descriptors past the three streams vanish when a program is executed.
void close_others_on_exec() {
#if defined(__linux__) && defined(SYS_close_range)
  constexpr unsigned k_cloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC; older headers lack it
  if (syscall(SYS_close_range, 3U, ~0U, k_cloexec) == 0) return;
#endif
  const long limit = std::min(sysconf(_SC_OPEN_MAX), 65536L);
  for (int fd = 3; fd < limit; ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// What the child does before it becomes the program. Only async-signal-safe calls: other threads'
/// locks are held for ever here. Returns only when it failed.
void become(const char* program, char* const* words, char* const* environment,
            const std::array<int, 3>& streams, pid_t parent) {
  setsid();
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) _exit(1);  // it went before we asked to be told
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  for (int target = 0; target < 3; ++target) {
    if (dup2(streams[static_cast<std::size_t>(target)], target) < 0) return;
  }
  close_others_on_exec();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(program, words, environment);
}

/// fork() and become(). The child's errno comes through a pipe that closes when it is the program.
Result<pid_t> launch(const SubprocessOptions& options, const std::array<int, 3>& streams) {
  Pipe report;
  if (!open_pipe(report)) return Error{ErrorKind::internal, "can't make a pipe", ""};
  const std::vector<char*> words = pointers(options.words);
  const std::vector<char*> environment = pointers(options.environment);
  const pid_t parent = getpid();
  // Our handlers must not run in the child: they write to pipes that it still shares with us.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) {
    become(options.program.c_str(), words.data(), environment.data(), streams, parent);
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report.write, &error, sizeof error);
    _exit(127);
  }
  const int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close_end(report.write);
  int error = 0;
  ssize_t count = 0;
  if (pid > 0) {
    while ((count = ::read(report.read, &error, sizeof error)) < 0 && errno == EINTR) {
    }
  }
  close_end(report.read);
  if (pid < 0) {
    return Error{ErrorKind::internal, "can't start a process: " + message_of(fork_error), ""};
  }
  if (count <= 0) return pid;
  int ignored = 0;
  while (waitpid(pid, &ignored, 0) < 0 && errno == EINTR) {
  }
  return Error{ErrorKind::file,
               fmt::format("can't run {}: {}", sanitize(options.program), message_of(error)),
               "check that it is a program for this machine and may be executed"};
}

bool is_file(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

}  // namespace

Result<std::string> find_program(const std::string& name, std::string_view path) {
  std::string found;  // though not executable
  if (name.find('/') != std::string::npos) {
    if (access(name.c_str(), X_OK) == 0) return name;
    if (is_file(name)) found = name;
    path = "";
  } else if (path.empty()) {
    path = k_default_path;
  }
  while (!path.empty()) {
    const std::size_t colon = std::min(path.find(':'), path.size());
    const std::string folder(colon == 0 ? "." : path.substr(0, colon));
    path.remove_prefix(std::min(colon + 1, path.size()));
    const std::string candidate = folder + "/" + name;
    if (!is_file(candidate)) continue;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    if (found.empty()) found = candidate;
  }
  if (!found.empty()) {
    return Error{ErrorKind::file, fmt::format("{} is not executable", sanitize(found)),
                 "chmod +x makes it so"};
  }
  return Error{ErrorKind::file, fmt::format("can't find the program '{}'", sanitize(name)),
               "install it, or put its folder on PATH"};
}

std::string to_string(ProcessEnd end) {
  if (!end.is_signal) return fmt::format("exit code {}", end.number);
  const char* name = strsignal(end.number);
  return fmt::format("signal {} ({})", end.number, name == nullptr ? "unknown" : name);
}

Result<std::unique_ptr<Subprocess>> Subprocess::start(const SubprocessOptions& options) {
  std::unique_ptr<Subprocess> process(new Subprocess);
  Pipe in;
  Pipe out;
  Pipe err;
  Pipe wake;
  const bool has_pipes = open_pipe(in) && open_pipe(out) && open_pipe(err) && open_pipe(wake);
  process->input_ = in.write;
  process->output_ = out.read;
  process->errors_ = err.read;
  process->wake_read_ = wake.read;
  process->wake_write_ = wake.write;
  Result<pid_t> pid = has_pipes ? launch(options, {in.read, out.write, err.write})
                                : Error{ErrorKind::internal, "can't make a pipe", ""};
  for (int* fd : {&in.read, &out.write, &err.write}) close_end(*fd);
  if (!pid) return std::move(pid).error();
  process->pid_ = *pid;
  for (const int fd : {in.write, out.read, err.read, wake.read, wake.write}) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  process->pending_input_ = options.input.value_or("");
  if (options.input && options.input->empty()) close_end(process->input_);
  process->watcher_ = std::thread([self = process.get()] { self->watch(); });
  return process;
}

Subprocess::~Subprocess() {
  if (pid_ > 0) stop(std::chrono::milliseconds(0));
  for (int* fd : {&input_, &output_, &errors_, &wake_read_, &wake_write_}) close_end(*fd);
}

/// Waits for the end without reaping, so that the pid and its group stay ours until stop().
void Subprocess::watch() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  end_ = {info.si_code != CLD_EXITED, info.si_status};
  has_ended_ = true;
  wake();
}

void Subprocess::wake() noexcept {
  // A full pipe refuses the byte, which is fine: it wakes the reader as it is.
  [[maybe_unused]] const ssize_t written = ::write(wake_write_, "", 1);
}

std::optional<ProcessEnd> Subprocess::end() const {
  return has_ended_ ? std::optional(end_) : std::nullopt;
}

Subprocess::Piece Subprocess::take(int& fd, Source source) {
  const ssize_t count = ::read(fd, buffer_.data(), buffer_.size());
  if (count > 0) return {source, {buffer_.data(), static_cast<std::size_t>(count)}};
  if (count == 0 || (errno != EINTR && errno != EAGAIN)) close_end(fd);
  return {};
}

/// A program need not read what it is given: that its end is closed is no error.
void Subprocess::give_input() {
  const ssize_t count = ::write(input_, pending_input_.data(), pending_input_.size());
  if (count > 0) {
    pending_input_.remove_prefix(static_cast<std::size_t>(count));
  } else if (errno != EINTR && errno != EAGAIN) {
    pending_input_ = {};
  }
  if (pending_input_.empty()) close_end(input_);
}

Subprocess::Piece Subprocess::read(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    // What it printed before its end is read before the end is told, and that end's word is the
    // last thing that its pipe holds.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const int wait = has_ended_ ? 0 : static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    std::array<pollfd, 4> entries{{{output_, POLLIN, 0},
                                   {errors_, POLLIN, 0},
                                   {wake_read_, POLLIN, 0},
                                   {pending_input_.empty() ? -1 : input_, POLLOUT, 0}}};
    const int ready = ::poll(entries.data(), entries.size(), wait);
    if (ready == 0 || (ready < 0 && errno != EINTR)) return {};
    if (ready < 0) continue;
    if (entries[3].revents != 0) give_input();
    if (entries[0].revents != 0) {
      if (const Piece piece = take(output_, Source::output); !piece.bytes.empty()) return piece;
    }
    if (entries[1].revents != 0) {
      if (const Piece piece = take(errors_, Source::errors); !piece.bytes.empty()) return piece;
    }
    if (entries[2].revents != 0) {
      std::array<char, 64> bytes{};
      while (::read(wake_read_, bytes.data(), bytes.size()) > 0) {
      }
      if (!has_ended_) return {};
    }
  }
}

ProcessEnd Subprocess::stop(std::chrono::milliseconds patience) {
  if (pid_ <= 0) return end_;
  kill(-pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  // Its output is read on, and dropped: it must not be stuck in a write when it should end.
  while (!has_ended_ && std::chrono::steady_clock::now() < deadline) {
    read(std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()));
  }
  kill(-pid_, SIGKILL);  // the group; its leader is not reaped yet, so the number is still its own
  watcher_.join();
  int ignored = 0;
  while (waitpid(pid_, &ignored, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return end_;
}

}  // namespace terra_hook
