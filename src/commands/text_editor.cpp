// SPDX-License-Identifier: MIT
#include "commands/text_editor.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/command_line.hpp"
#include "base/file.hpp"
#include "base/subprocess.hpp"

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_editor_tick = 20ms;
constexpr auto k_editor_patience = 2s;

/// A folder that only we can look into, as editors leave copies beside what they edit.
class PrivateFolder {
 public:
  static Result<PrivateFolder> create(const Env& env) {
    const std::string parent = env.environment("TMPDIR").value_or("");
    std::string path = (parent.empty() ? "/tmp" : parent) + "/terra-hook-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
      return Error{ErrorKind::file,
                   fmt::format("can't make a temporary folder: {}", std::strerror(errno)),
                   "TMPDIR names where"};
    }
    return PrivateFolder(std::move(path));
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;

  std::filesystem::path file(const std::string& name) const { return path_ + "/" + name; }

 private:
  explicit PrivateFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

std::string editor_of(const Env& env) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (std::string editor = env.environment(name).value_or(""); !editor.empty()) return editor;
  }
  return "vi";
}

std::vector<char*> argument_pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Starts a program in a process group of its own with our three streams and no other descriptor.
Result<pid_t> start_editor(const std::string& program, std::vector<std::string> words,
                           std::vector<std::string> environment) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_init(&actions);
#ifdef __GLIBC__
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
  sigset_t defaults;
  sigset_t unblocked;
  sigemptyset(&unblocked);
  sigemptyset(&defaults);
  for (const int number : {SIGPIPE, SIGXFSZ, SIGINT, SIGQUIT, SIGTERM, SIGHUP}) {
    sigaddset(&defaults, number);
  }
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setsigmask(&attributes, &unblocked);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  const std::vector<char*> arguments = argument_pointers(words);
  const std::vector<char*> variables = argument_pointers(environment);
  pid_t pid = -1;
  const int failure =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failure == 0) return pid;
  return Error{ErrorKind::file, fmt::format("can't run {}: {}", program, std::strerror(failure)),
               "VISUAL or EDITOR names an editor"};
}

/// Makes `group` the one that the terminal's keys are for. From the background that is asked for
/// with SIGTTOU blocked, which would stop us otherwise.
void give_terminal(int terminal, pid_t group) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  tcsetpgrp(terminal, group);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// Waits for its end. One that stops, because it was quicker than we in asking for the terminal or
/// by ^Z, goes on: there is no shell that could continue it.
int wait_for_editor(pid_t pid, int terminal, const std::function<bool()>& is_over) {
  std::optional<std::chrono::steady_clock::time_point> asked_to_end;
  for (;;) {
    int status = 0;
    const pid_t found = waitpid(pid, &status, WNOHANG | WUNTRACED);
    if (found < 0 && errno != EINTR) return -1;
    if (found == pid && !WIFSTOPPED(status)) return status;
    if (found == pid) {
      give_terminal(terminal, pid);
      ::kill(-pid, SIGCONT);
    }
    const auto now = std::chrono::steady_clock::now();
    if (!asked_to_end && is_over()) {
      ::kill(-pid, SIGTERM);
      asked_to_end = now;
    }
    if (asked_to_end && now - *asked_to_end > k_editor_patience) ::kill(-pid, SIGKILL);
    std::this_thread::sleep_for(k_editor_tick);
  }
}

}  // namespace

Result<std::string> edit_text(std::string_view text, const std::string& name,
                              std::uint64_t max_bytes, const Env& env,
                              const std::function<bool()>& is_over) {
  const std::string editor = editor_of(env);
  TRY_ASSIGN(std::vector<std::string> words,
             split_command_line(editor, env.environment("HOME").value_or("")));
  TRY_ASSIGN(const std::string program,
             find_program(words.front(), env.environment("PATH").value_or("")));
  TRY_ASSIGN(const PrivateFolder folder, PrivateFolder::create(env));
  const std::filesystem::path file = folder.file(name);
  TRY(write_private_file(file, text));
  words.push_back(file.string());
  const pid_t ours = getpgrp();
  TRY_ASSIGN(const pid_t pid,
             start_editor(program, std::move(words),
                          env.variables ? env.variables() : std::vector<std::string>()));
  give_terminal(env.in, pid);
  const int status = wait_for_editor(pid, env.in, is_over);
  give_terminal(env.in, ours);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return Error{ErrorKind::input, fmt::format("{} failed", editor), "nothing was sent"};
  }
  return read_file(file, max_bytes);
}

}  // namespace terra_hook
