// SPDX-License-Identifier: MIT
#include "commands/window_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_max_window = 2ULL << 30;
constexpr std::size_t k_name_digits = 24;

/// The dates that a file's name tells.
std::optional<ApiRange> range_of(const fs::path& file) {
  const std::string name = file.stem().string();
  const std::size_t dots = name.find("..");
  if (file.extension() != ".json" || dots == std::string::npos) return std::nullopt;
  // Both are spelled out, so that no clock matters.
  const auto start = parse_api_date(name.substr(0, dots), UtcTime{});
  const auto end = parse_api_date(name.substr(dots + 2), UtcTime{});
  if (!start || !end) return std::nullopt;
  return ApiRange{*start, *end};
}

Error folder_error(const fs::path& path, int number) {
  return {ErrorKind::file, fmt::format("can't use {}: {}", sanitize(path.string()),
                                       std::generic_category().message(number))};
}

}  // namespace

Result<WindowFolder> WindowFolder::open(const std::string& name, bool restarts, const Env& env) {
  TRY_ASSIGN(const fs::path state, state_directory(env.environment));
  const fs::path path = state / "requests" / to_hex(sha256(name)).substr(0, k_name_digits);
  TRY(make_private_directory(path));
  const int fd = ::open((path / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return folder_error(path, errno);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return Error{ErrorKind::input, "the same request is under way in another terra-hook",
                 "wait for it, or stop it"};
  }
  WindowFolder folder(path, fd);
  if (!restarts) return folder;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().filename() != "lock") fs::remove(entry.path(), error);
  }
  if (error) return folder_error(path, error.value());
  return folder;
}

WindowFolder::WindowFolder(WindowFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

WindowFolder::~WindowFolder() {
  if (lock_ >= 0) ::close(lock_);
}

fs::path WindowFolder::file_of(const ApiRange& window) const {
  return path_ / (window.text() + ".json");
}

Result<std::vector<ApiRange>> WindowFolder::kept(const ApiRange& range) const {
  std::vector<ApiRange> windows;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_, error)) {
    const auto window = range_of(entry.path());
    if (window && window->start.time >= range.start.time && window->end.time <= range.end.time) {
      windows.push_back(*window);
    }
  }
  if (error) return folder_error(path_, error.value());
  std::ranges::sort(windows, {}, [](const ApiRange& one) { return one.start.time; });
  std::vector<ApiRange> apart;
  for (const ApiRange& window : windows) {
    if (apart.empty() || window.start.time >= apart.back().end.time) apart.push_back(window);
  }
  return apart;
}

Result<void> WindowFolder::keep(const ApiRange& window, std::string_view body) const {
  return write_private_file(file_of(window), body);
}

Result<std::string> WindowFolder::load(const ApiRange& window) const {
  return read_file(file_of(window), k_max_window);
}

void WindowFolder::remove() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace terra_hook
