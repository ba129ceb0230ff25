// SPDX-License-Identifier: MIT
#include "support/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace terra_hook::test {
namespace {

struct Pipe {
  UniqueFd read, write;
};

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail(errno, "pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

pid_t spawn(const std::string& program, std::vector<std::string> arguments,
            std::vector<std::string> environment, const std::array<int, 3>& streams) {
  arguments.insert(arguments.begin(), program);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int target = 0; target < 3; ++target) {
    posix_spawn_file_actions_adddup2(&actions, streams[static_cast<std::size_t>(target)], target);
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  // What the test runner ignores or blocks is no business of the child.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, program.c_str(), &actions, &attributes,
                                 pointers(arguments).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(error, program.c_str());
  return pid;
}

/// Appends what can be read; false at the end of the stream.
bool read_some(int fd, std::string& text) {
  std::array<char, 64 << 10> bytes{};
  const ssize_t count = ::read(fd, bytes.data(), bytes.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  text.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

std::uint64_t status_kilobytes(pid_t pid, std::string_view field) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size()));
  }
  throw std::runtime_error("the process has gone");
}

}  // namespace

std::vector<std::string> child_environment(const ChildSetup& setup) {
  if (setup.home.empty()) throw std::logic_error("a child process needs a home of its own");
  const std::string home = setup.home.string();
  std::map<std::string, std::string> variables{
      {"HOME", home},
      {"XDG_DATA_HOME", home + "/data"},
      {"XDG_CONFIG_HOME", home + "/config"},
      {"XDG_STATE_HOME", home + "/state"},
      {"XDG_CACHE_HOME", home + "/cache"},
      {"TMPDIR", home},
      {"LC_ALL", "C.UTF-8"},
      {"TZ", "UTC"},
  };
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) variables[name] = value;
  }
  for (const auto& [name, value] : setup.environment) variables[name] = value;
  std::vector<std::string> environment;
  for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
  return environment;
}

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments,
                           const ChildSetup& setup)
    : input_(setup.input) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe wake = make_pipe();
  pid_ = spawn(program, arguments, child_environment(setup),
               {in.read.get(), out.write.get(), err.write.get()});
  in_ = std::move(in.write);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
  wake_read_ = std::move(wake.read);
  wake_write_ = std::move(wake.write);
  fcntl(in_.get(), F_SETFL, O_NONBLOCK);
  pump_ = std::thread([this, keeps_open = setup.keeps_input_open] { pump(keeps_open); });
  watcher_ = std::thread([this] { watch(); });
}

ChildProcess::~ChildProcess() {
  if (is_running()) signal(SIGKILL);
  watcher_.join();
  wake_write_.reset();  // a grandchild may still hold the streams
  pump_.join();
  int ignored = 0;
  waitpid(pid_, &ignored, 0);
}

/// Feeds standard input and collects the two outputs until both have ended.
void ChildProcess::pump(bool keeps_input_open) {
  std::size_t fed = 0;
  bool is_held = false;
  while (out_.is_open() || err_.is_open()) {
    const bool is_fed = fed == input_.size();
    if (is_fed && !keeps_input_open) in_.reset();
    std::array<pollfd, 4> entries{{{is_held ? -1 : out_.get(), POLLIN, 0},
                                   {err_.get(), POLLIN, 0},
                                   {is_fed ? -1 : in_.get(), POLLOUT, 0},
                                   {wake_read_.get(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) break;
    if (entries[2].revents != 0) {
      const ssize_t count = ::write(in_.get(), input_.data() + fed, input_.size() - fed);
      if (count < 0 && errno != EAGAIN) in_.reset();
      if (count > 0) fed += static_cast<std::size_t>(count);
    }
    const std::lock_guard lock(mutex_);
    if (entries[0].revents != 0 && !read_some(out_.get(), output_)) out_.reset();
    if (entries[1].revents != 0 && !read_some(err_.get(), errors_)) err_.reset();
    if (entries[3].revents != 0) {
      std::string byte;
      if (!read_some(wake_read_.get(), byte)) break;
      is_held = holds_output_;
      if (closes_output_) out_.reset();
    }
    output_ended_ = !out_.is_open();
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  output_ended_ = is_pumped_ = true;
  changed_.notify_all();
}

/// Waits for the end without reaping, so that the pid stays ours until the destructor.
void ChildProcess::watch() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);
  exit_code_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  changed_.notify_all();
}

template <typename Predicate>
void ChildProcess::await(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience,
                         std::string_view what, Predicate is_so) {
  if (changed_.wait_for(lock, patience, is_so)) return;
  throw std::runtime_error("waited in vain for " + std::string(what) + "\nstandard output:\n" +
                           output_.substr(0, 4096) + "\nstandard error:\n" +
                           errors_.substr(0, 4096));
}

std::optional<std::string> ChildProcess::next_line(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  std::size_t end = std::string::npos;
  std::size_t searched = 0;
  await(lock, patience, "a line of output", [&] {
    end = output_.find('\n', searched);
    searched = output_.size();
    return end != std::string::npos || output_ended_;
  });
  if (end == std::string::npos) return std::nullopt;
  std::string line = output_.substr(0, end);
  output_.erase(0, end + 1);
  return line;
}

std::string ChildProcess::output() {
  const std::lock_guard lock(mutex_);
  return output_;
}

std::string ChildProcess::errors() {
  const std::lock_guard lock(mutex_);
  return errors_;
}

void ChildProcess::await_error_text(std::string_view text, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  await(lock, patience, "'" + std::string(text) + "' on standard error",
        [&] { return errors_.find(text) != std::string::npos; });
}

void ChildProcess::wake_pump() {
  if (::write(wake_write_.get(), "", 1) != 1) fail(errno, "write");
}

void ChildProcess::hold_output() {
  const std::lock_guard lock(mutex_);
  holds_output_ = true;
  wake_pump();
}

void ChildProcess::close_output() {
  std::unique_lock lock(mutex_);
  closes_output_ = true;
  wake_pump();
  await(lock, k_patience, "the output to close", [&] { return output_ended_; });
}

void ChildProcess::signal(int number) {
  if (::kill(pid_, number) != 0) fail(errno, "kill");
}

bool ChildProcess::is_running() {
  const std::lock_guard lock(mutex_);
  return !exit_code_;
}

int ChildProcess::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  await(lock, patience, "the child's end", [&] { return exit_code_.has_value(); });
  holds_output_ = false;  // what the pipe still holds is read now
  wake_pump();
  await(lock, patience, "the end of the child's output", [&] { return is_pumped_; });
  return *exit_code_;
}

std::size_t ChildProcess::open_descriptors(std::string_view kind) const {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd")) {
    std::error_code closed_meanwhile;
    if (read_symlink(entry.path(), closed_meanwhile).string().starts_with(kind)) ++count;
  }
  return count;
}

std::uint64_t ChildProcess::resident_bytes() const {
  return status_kilobytes(pid_, "VmRSS:") << 10;
}

std::uint64_t ChildProcess::peak_resident_bytes() const {
  return status_kilobytes(pid_, "VmHWM:") << 10;
}

void ChildProcess::limit(int resource, std::uint64_t value) {
  rlimit limit{};
  // glibc's C++ prototype wants an enumeration.
  const auto kind = static_cast<__rlimit_resource>(resource);
  if (prlimit(pid_, kind, nullptr, &limit) != 0) fail(errno, "prlimit");
  limit.rlim_cur = value;
  if (prlimit(pid_, kind, &limit, nullptr) != 0) fail(errno, "prlimit");
}

std::string terra_hook_program() {
  return TERRA_HOOK_PROGRAM;
}

Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const ChildSetup& setup, std::chrono::milliseconds patience) {
  ChildProcess child(program, arguments, setup);
  const int code = child.wait(patience);
  return {code, child.output(), child.errors()};
}

Finished run_terra_hook(const std::vector<std::string>& arguments, const ChildSetup& setup,
                        std::chrono::milliseconds patience) {
  return run_program(terra_hook_program(), arguments, setup, patience);
}

}  // namespace terra_hook::test
