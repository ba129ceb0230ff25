// SPDX-License-Identifier: MIT
#include "terra_hook_process.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "http_load.hpp"

namespace terra_hook::bench {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Subprocess> start(const std::string& program, std::vector<std::string> words,
                                  const std::filesystem::path& home) {
  SubprocessOptions options;
  options.program = program;
  options.words = std::move(words);
  options.words.insert(options.words.begin(), program);
  options.environment = {"HOME=" + home.string(), "PATH=/usr/sbin:/usr/bin:/bin", "LC_ALL=C.UTF-8"};
  auto process = Subprocess::start(options);
  if (!process) throw std::runtime_error(process.error().message);
  return *std::move(process);
}

/// The port that `text` tells; 0 when it does not, or may go on.
std::uint16_t port_in(const std::string& text) {
  constexpr std::string_view before = "http://127.0.0.1:";
  const std::size_t at = text.find(before);
  if (at == std::string::npos || text.find('\n', at) == std::string::npos) return 0;
  std::uint16_t port = 0;
  std::from_chars(text.data() + at + before.size(), text.data() + text.size(), port);
  return port;
}

}  // namespace

WorkDirectory::WorkDirectory() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "terra-hook-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("can't make a directory");
  path_ = pattern;
}

WorkDirectory::~WorkDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Listening::Listening(const std::string& program, std::vector<std::string> words,
                     const std::filesystem::path& home, std::uint16_t port)
    : process_(start(program, std::move(words), home)), port_(port) {
  std::string text;
  const auto is_ready = [&] {
    if (port != 0) return accepts(port);
    port_ = port_in(text);
    return port_ != 0;
  };
  while (!is_ready()) {
    const bool has_ended = process_->end().has_value();
    const Subprocess::Piece piece = process_->read(port == 0 ? 30s : 10ms);
    if (piece.source == Subprocess::Source::none && has_ended) {
      throw std::runtime_error(program + " does not listen:\n" + text);
    }
    text += piece.bytes;
  }
  reader_ = std::thread([this] { drop_output(); });
}

Listening::~Listening() {
  is_stopping_ = true;
  process_->wake();
  reader_.join();
  process_->stop(10s);
}

std::uint64_t Listening::memory(std::string_view name) const {
  std::ifstream status(fmt::format("/proc/{}/status", process_->pid()));
  std::string word;
  while (status >> word) {
    std::uint64_t kilobytes = 0;
    if (word == name && status >> kilobytes) return kilobytes << 10;
  }
  return 0;
}

void Listening::drop_output() {
  while (!is_stopping_ && !process_->end()) process_->read(10s);
}

int run_to_end(const std::string& program, std::vector<std::string> words,
               const std::filesystem::path& home, const std::vector<int>& expected) {
  const std::unique_ptr<Subprocess> process = start(program, std::move(words), home);
  std::string text;
  for (;;) {
    const bool has_ended = process->end().has_value();
    const Subprocess::Piece piece = process->read(600s);
    if (piece.source == Subprocess::Source::none && has_ended) break;
    if (text.size() < 4096) text += piece.bytes;
  }
  const ProcessEnd end = process->stop(0s);
  if (end.is_signal || std::ranges::find(expected, end.number) == expected.end()) {
    throw std::runtime_error(program + " ended with " + to_string(end) + ":\n" + text);
  }
  return end.number;
}

std::string terra_hook_program() {
  return TERRA_HOOK_PROGRAM;
}

}  // namespace terra_hook::bench
