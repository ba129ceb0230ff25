// SPDX-License-Identifier: MIT
#include "base/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/file.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

Error write_error(const std::string& path) {
  if (errno == EEXIST) {
    return {ErrorKind::file, fmt::format("{} exists already", sanitize(path)),
            "--force replaces it"};
  }
  return file_error("write", sanitize(path));
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& path, bool replaces) {
  const std::string& name = path.native();
  if (!replaces) {
    const int fd = ::open(name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return write_error(name);
    return NewFile(name, name, fd);
  }
  struct stat status {};
  if (::lstat(name.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
    return Error{ErrorKind::file,
                 fmt::format("{} is no file that could be replaced", sanitize(name)),
                 S_ISDIR(status.st_mode) ? "name a file, not a folder" : "name another file"};
  }
  std::string temporary = name + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return write_error(name);
  return NewFile(name, std::move(temporary), fd);
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      written_path_(std::move(other.written_path_)),
      fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(written_path_.c_str());
}

Result<void> NewFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return write_error(path_);
    }
  }
  return {};
}

Result<void> NewFile::commit() {
  const int closed = ::close(std::exchange(fd_, -1));
  if (closed == 0 &&
      (written_path_ == path_ || ::rename(written_path_.c_str(), path_.c_str()) == 0)) {
    return {};
  }
  Error error = write_error(path_);
  ::unlink(written_path_.c_str());
  return error;
}

Result<void> write_new_file(const std::filesystem::path& path, std::string_view bytes,
                            bool replaces) {
  TRY_ASSIGN(NewFile file, NewFile::create(path, replaces));
  TRY(file.append(bytes));
  return file.commit();
}

}  // namespace terra_hook
