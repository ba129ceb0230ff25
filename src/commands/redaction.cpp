// SPDX-License-Identifier: MIT
#include "commands/redaction.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/secret.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_key_bytes = 32;
constexpr std::uint64_t k_max_file = 4096;

Result<std::string> read_key(const std::filesystem::path& path) {
  TRY_ASSIGN(const std::string text, read_file(path, k_max_file));
  const auto key = from_hex(trim(text));
  if (key && key->size() == k_key_bytes) return *key;
  return Error{ErrorKind::file, fmt::format("{} is not a redaction key", path.string()),
               "remove it; the next --redact makes a new one"};
}

Result<std::string> keep_key(const Env& env) {
  TRY_ASSIGN(const std::filesystem::path directory, state_directory(env.environment));
  const std::filesystem::path path = directory / "redaction.key";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    TRY(make_private_directory(directory));
    TRY(write_private_file(path, to_hex(env.random_bytes(k_key_bytes)) + "\n"));
  }
  return read_key(path);
}

}  // namespace

Redactor make_redactor(Env& env) {
  Result<std::string> key = keep_key(env);
  if (key) return Redactor(Secret(*std::move(key)));
  env.err.write(
      fmt::format("note: masks will be others next time: {}\n", sanitize(key.error().message)));
  return Redactor(Secret(env.random_bytes(k_key_bytes)));
}

}  // namespace terra_hook
