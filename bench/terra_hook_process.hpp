// SPDX-License-Identifier: MIT
// The real binary as a child of a benchmark, in a home of its own that goes with it.
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

/// A program that says `http://127.0.0.1:PORT` on one of its streams once it accepts connections;
/// what it prints is read and dropped. Ended with its object.
class Listening {
 public:
  /// `words`: argv. The environment is `HOME` (and all below it) and PATH.
  Listening(const std::string& program, std::vector<std::string> words,
            const std::filesystem::path& home);
  ~Listening();
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  std::uint16_t port() const { return port_; }

 private:
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
