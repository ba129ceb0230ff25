// SPDX-License-Identifier: MIT
// Servers as children of a benchmark, the real binary and its peers, in a home of their own that
// goes with them.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/subprocess.hpp"

namespace terra_hook::bench {

/// A directory that is removed at the end of its scope. Below TMPDIR or /tmp.
class WorkDirectory {
 public:
  WorkDirectory();
  ~WorkDirectory();
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A program that accepts connections; what it prints is read and dropped. Ended with its object.
class Listening {
 public:
  /// `words`: argv after the program's name. The environment is `HOME` (and all below it) and PATH.
  /// `port`: where it will listen; 0: it says `http://127.0.0.1:PORT` on one of its streams.
  Listening(const std::string& program, std::vector<std::string> words,
            const std::filesystem::path& home, std::uint16_t port = 0);
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  std::uint16_t port() const { return port_; }

  /// Its memory now and at most so far, without its children's, in bytes.
  std::uint64_t resident() const { return memory("VmRSS:"); }
  std::uint64_t most_resident() const { return memory("VmHWM:"); }

 private:
  std::uint64_t memory(std::string_view name) const;
  void drop_output();

  std::unique_ptr<Subprocess> process_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::thread reader_;
};

/// Runs a program to its end and answers its exit code; throws with its output when it is not one
/// of `expected`.
int run_to_end(const std::string& program, std::vector<std::string> words,
               const std::filesystem::path& home, const std::vector<int>& expected = {0});

/// The terra-hook that was built beside the benchmarks.
std::string terra_hook_program();

}  // namespace terra_hook::bench
