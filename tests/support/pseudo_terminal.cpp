// SPDX-License-Identifier: MIT
#include "support/pseudo_terminal.hpp"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace terra_hook::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

PseudoTerminal::PseudoTerminal(const std::string& program,
                               const std::vector<std::string>& arguments, const ChildSetup& setup,
                               unsigned short columns) {
  ChildSetup with_term = setup;
  with_term.environment.emplace("TERM", "xterm-256color");
  std::vector<std::string> environment = child_environment(with_term);
  std::vector<std::string> command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  // Nothing is allocated between fork and exec: other threads may hold the allocator's lock.
  const std::vector<char*> environment_pointers = pointers(environment);
  const std::vector<char*> command_pointers = pointers(command);
  const winsize size{24, columns, 0, 0};
  int master = -1;
  pid_ = forkpty(&master, nullptr, nullptr, &size);
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "forkpty");
  if (pid_ == 0) {
    ::signal(SIGPIPE, SIG_DFL);  // ignored by those who run child processes
    execvpe(program.c_str(), command_pointers.data(), environment_pointers.data());
    _exit(127);
  }
  master_ = UniqueFd(master);
}

PseudoTerminal::~PseudoTerminal() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  int ignored = 0;
  waitpid(pid_, &ignored, 0);
}

void PseudoTerminal::type(std::string_view keys) {
  while (!keys.empty()) {
    const ssize_t count = ::write(master_.get(), keys.data(), keys.size());
    if (count < 0) throw std::system_error(errno, std::generic_category(), "write to the terminal");
    keys.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// False at the end: Linux tells it by EIO once nobody has the terminal open any more.
bool PseudoTerminal::read_more(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  pollfd entry{master_.get(), POLLIN, 0};
  if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) == 0)
    throw std::runtime_error("waited in vain; the terminal shows:\n" + screen_);
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(master_.get(), bytes.data(), bytes.size());
  if (count > 0) screen_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

void PseudoTerminal::await(std::string_view text) {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  std::size_t at = std::string::npos;
  while ((at = screen_.find(text, found_)) == std::string::npos) {
    if (!read_more(deadline))
      throw std::runtime_error("'" + std::string(text) + "' never came:\n" + screen_);
  }
  found_ = at + text.size();
}

int PseudoTerminal::wait() {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (read_more(deadline)) {
  }
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace terra_hook::test
