// SPDX-License-Identifier: MIT
#include "commands/sign.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_input = 1ULL << 30;
constexpr std::size_t k_max_timestamp_digits = 18;

Result<std::string> timestamp_of(const SignOptions& options, const Env& env) {
  if (!options.timestamp) {
    return unix_seconds_text(env.now());
  }
  const std::string& text = *options.timestamp;
  if (text.size() <= k_max_timestamp_digits && is_all_digits(text)) return text;
  return Error{ErrorKind::usage, fmt::format("'{}' is not a timestamp", sanitize(text)),
               "Unix seconds, such as 1782880000"};
}

Result<Secret> choose_secret(const SignOptions& options, const std::vector<NamedSecret>& secrets) {
  if (secrets.empty()) {
    return Error{ErrorKind::auth, "no signing secret to sign with",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE"};
  }
  TRY_ASSIGN(NamedSecret secret, pick_secret(secrets, options.sign_with));
  return std::move(secret.value);
}

}  // namespace

Result<ExitCode> run_sign(const SignOptions& options, Env& env) {
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<NamedSecret> secrets, load_secrets(options.secrets, env, notes));
  print_notes(notes, env);
  TRY_ASSIGN(const Secret secret, choose_secret(options, secrets));
  TRY_ASSIGN(const std::string timestamp, timestamp_of(options, env));
  TRY_ASSIGN(const std::string body, read_input(options.input, "the body", k_max_input, env));
  // Terra never sends one: most often a pipe that failed, or a file not yet written.
  if (body.empty()) print_notes({"the body is empty"}, env);
  const std::string value = sign(secret, timestamp, body);
  if (options.output.format == Format::text) {
    env.out.write(fmt::format("{}: {}\n", k_signature_field, value));
  } else {
    // All parts are digits, hex and fixed names: nothing to escape.
    env.out.write(
        fmt::format("{{\"type\":\"signature\",\"name\":\"{}\",\"value\":\"{}\",\"timestamp\":\"{}"
                    "\",\"signature\":\"{}\"}}\n",
                    k_signature_field, value, timestamp, value.substr(value.find("v1=") + 3)));
  }
  return ExitCode::ok;
}

}  // namespace terra_hook
