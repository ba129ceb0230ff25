// SPDX-License-Identifier: MIT
// Files and where ours live (XDG Base Directory Specification).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/terminal.hpp"

namespace terra_hook {

/// All bytes of the file `path`, or of the file descriptor; more than `max_bytes` is refused.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes);
Result<std::string> read_descriptor(int fd, const std::string& name, std::uint64_t max_bytes);

/// The Error that `action` (`read`, `write`) on `name` failed for the reason that errno has, with
/// what to do about it.
Error file_error(std::string_view action, const std::string& name);

/// True when somebody besides the owner may read the regular file `path`.
bool readable_by_others(const std::filesystem::path& path);

/// True when there is surely nothing at `path`; not where we may not look.
bool is_missing(const std::filesystem::path& path);

/// True when we may write the file, or into the folder, `path`.
bool is_writable(const std::filesystem::path& path);

/// Creates `path` and its missing parents, each new one with mode 0700.
Result<void> make_private_directory(const std::filesystem::path& path);

/// Replaces `path` by `bytes` with mode 0600, atomically.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view bytes);

/// `$XDG_DATA_HOME/terra-hook` (default `~/.local/share/terra-hook`): captures.
Result<std::filesystem::path> data_directory(const EnvironmentLookup& environment);

/// `$XDG_CONFIG_HOME/terra-hook` (default `~/.config/terra-hook`): what the user has set.
Result<std::filesystem::path> config_directory(const EnvironmentLookup& environment);

/// `$XDG_STATE_HOME/terra-hook` (default `~/.local/state/terra-hook`): the TLS certificate.
Result<std::filesystem::path> state_directory(const EnvironmentLookup& environment);

}  // namespace terra_hook
