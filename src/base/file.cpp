// SPDX-License-Identifier: MIT
#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/size.hpp"

namespace terra_hook {

namespace fs = std::filesystem;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A temporary file that goes away unless it was renamed into place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& beside)
      : path_(beside.string() + ".XXXXXX"), descriptor_(::mkostemp(path_.data(), O_CLOEXEC)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (descriptor_.is_open() && !renamed_) {
      ::unlink(path_.c_str());
    }
  }

  bool is_open() const { return descriptor_.is_open(); }
  int fd() const { return descriptor_.get(); }

  bool rename_to(const fs::path& path) {
    renamed_ = ::rename(path_.c_str(), path.c_str()) == 0;
    return renamed_;
  }

 private:
  std::string path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

std::string file_hint(int number) {
  switch (number) {
    case ENOENT: return "is it spelled right? a relative path begins at the current folder";
    case EISDIR: return "name a file, not a folder";
    case ENOTDIR: return "what its path takes for a folder is a file";
    case EACCES:
    case EPERM: return "ls -l shows who may";
    case ENOSPC:
    case EDQUOT: return "make room on its disk";
    case EROFS: return "its disk takes no changes; name another place";
    default: return "";
  }
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// The XDG specification has relative paths ignored.
std::optional<fs::path> absolute_path(const EnvironmentLookup& environment, const char* name) {
  const std::optional<std::string> value = environment(name);
  if (value && fs::path(*value).is_absolute()) {
    return fs::path(*value);
  }
  return std::nullopt;
}

Result<fs::path> xdg_directory(const EnvironmentLookup& environment, const char* variable,
                               const char* below_home, std::string_view hint) {
  if (const auto base = absolute_path(environment, variable)) {
    return *base / "terra-hook";
  }
  if (const auto home = absolute_path(environment, "HOME")) {
    return *home / below_home / "terra-hook";
  }
  return Error(ErrorKind::file, fmt::format("neither {} nor HOME is an absolute path", variable),
               std::string(hint));
}

}  // namespace

Error file_error(std::string_view action, const std::string& name) {
  const int number = errno;
  return Error(
      ErrorKind::file,
      fmt::format("can't {} {}: {}", action, name, std::generic_category().message(number)),
      file_hint(number));
}

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return file_error("read", path.string());
  }
  return read_descriptor(file.get(), path.string(), max_bytes);
}

Result<std::string> read_descriptor(int fd, const std::string& name, std::uint64_t max_bytes) {
  std::string bytes;
  std::array<char, 65536> piece;
  for (;;) {
    const ssize_t count = ::read(fd, piece.data(), piece.size());
    if (count == 0) {
      return bytes;
    }
    if (count < 0) {
      if (errno == EINTR) {
        continue;
      }
      return file_error("read", name);
    }
    const auto length = static_cast<std::size_t>(count);
    if (length > max_bytes - bytes.size()) {
      return Error(ErrorKind::input,
                   fmt::format("{} is larger than {}", name, to_human_size(max_bytes)),
                   "is it the right file?");
    }
    bytes.append(piece.data(), length);
  }
}

bool readable_by_others(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

Result<void> make_private_directory(const fs::path& path) {
  fs::path made;
  for (const fs::path& part : path) {
    made /= part;
    std::error_code ignored;
    if (fs::is_directory(made, ignored)) {
      continue;
    }
    // Another process may have made it meanwhile.
    if (::mkdir(made.c_str(), S_IRWXU) != 0 &&
        (errno != EEXIST || !fs::is_directory(made, ignored))) {
      return file_error("make directory", made.string());
    }
  }
  return {};
}

Result<void> write_private_file(const fs::path& path, std::string_view bytes) {
  TemporaryFile temporary(path);
  if (!temporary.is_open() || !write_all(temporary.fd(), bytes) || ::fsync(temporary.fd()) != 0 ||
      !temporary.rename_to(path)) {
    return file_error("write", path.string());
  }
  // The new name itself is on disk only once its directory is. Some file systems can't sync one.
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) {
    ::fsync(directory.get());
  }
  return {};
}

Result<fs::path> data_directory(const EnvironmentLookup& environment) {
  return xdg_directory(environment, "XDG_DATA_HOME", ".local/share",
                       "set HOME or XDG_DATA_HOME, or pass --store");
}

bool is_missing(const fs::path& path) {
  std::error_code failure;
  return !fs::exists(path, failure) && !failure;
}

bool is_writable(const fs::path& path) {
  return ::access(path.c_str(), W_OK) == 0;
}

Result<fs::path> config_directory(const EnvironmentLookup& environment) {
  return xdg_directory(environment, "XDG_CONFIG_HOME", ".config", "set HOME or XDG_CONFIG_HOME");
}

Result<fs::path> state_directory(const EnvironmentLookup& environment) {
  return xdg_directory(environment, "XDG_STATE_HOME", ".local/state", "set HOME or XDG_STATE_HOME");
}

}  // namespace terra_hook
