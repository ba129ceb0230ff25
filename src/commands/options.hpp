// SPDX-License-Identifier: MIT
// The option groups that several commands share, as typed; what they mean is worked out here, once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "capture/store.hpp"
#include "render/style.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

inline constexpr std::uint64_t k_default_max_body = 64ULL << 20;

enum class Format { text, json, ndjson, raw };

struct OutputOptions {
  Format format = Format::text;
  ColorChoice color = ColorChoice::automatic;
  bool is_ascii = false;  ///< `--ascii`
  bool is_quiet = false;
  bool is_verbose = false;
};

struct SecretOptions {
  std::vector<std::string> files;     ///< `FILE` or `NAME=FILE`
  std::vector<std::string> literals;  ///< from `--secret`
  Tolerance tolerance = k_default_tolerance;
  bool is_verifying = true;
};

struct StoreOptions {
  std::string path;  ///< empty: the default
  bool is_used = true;
};

struct FilterOptions {
  std::vector<std::string> types;
  std::optional<std::string> user_id;
  std::optional<std::string> reference_id;
  std::optional<std::string> provider;
  std::optional<std::string> terra_reference;
  std::optional<std::string> trace_id;
  std::optional<std::string> tag;
  std::vector<Verdict> verdicts;
  std::optional<std::string> since;
  std::optional<std::string> until;
  std::optional<std::int64_t> last;
};

/// What the streams can show under `--color` and `--ascii`.
Style out_style(const OutputOptions& options, const Env& env);
Style err_style(const OutputOptions& options, const Env& env);

/// The variables that may hold a signing secret, the usual one first.
inline constexpr const char* k_secret_variables[] = {
    "TERRA_SIGNING_SECRET", "TERRA_WEBHOOK_SECRET", "TERRA_WEBHOOK_SIGNING_SECRET", "TERRA_SECRET"};

/// The secrets of the flags; without any, those of k_secret_variables that differ. Warnings (a file
/// that others can read, one on the command line, variables that differ, an empty one) to `notes`.
Result<std::vector<NamedSecret>> load_secrets(const SecretOptions& options, const Env& env,
                                              std::vector<std::string>& notes);

/// The one line that `file` holds: a secret, an API key (`what`), without its line end. Warnings go
/// to `notes`.
Result<Secret> read_secret_file(const std::string& file, std::string_view what,
                                std::vector<std::string>& notes);

/// The secret called `name`, the first one without a name; `secrets` is not empty. Errors: input.
Result<NamedSecret> pick_secret(const std::vector<NamedSecret>& secrets,
                                const std::optional<std::string>& name);

/// `--store`, or `captures.db` in the data directory.
Result<std::filesystem::path> store_path(const StoreOptions& options, const Env& env);

/// ` --store FILE` as a shell takes it, for a command that is shown to be typed; empty for the
/// default store.
std::string store_flag(const StoreOptions& options);

/// True when any member is set.
bool is_filtering(const FilterOptions& options);

/// The filter with its points in time worked out against the clock.
Result<CaptureFilter> to_filter(const FilterOptions& options, const Env& env);

/// Says that `what` is going to be read when `path` is `-` and standard input a terminal, where
/// nothing would seem to happen.
void tell_of_typed_input(std::string_view path, std::string_view what, const Env& env);

/// All of `path`, of standard input when that is `-` (of which tell_of_typed_input() tells).
Result<std::string> read_input(const std::string& path, std::string_view what,
                               std::uint64_t max_bytes, const Env& env);

/// Prints warnings on standard error, one a line.
void print_notes(const std::vector<std::string>& notes, Env& env);

}  // namespace terra_hook
