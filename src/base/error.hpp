// SPDX-License-Identifier: MIT
// What can go wrong, as a value. Every failure names its kind at birth; the kind alone decides the
// process's exit code. A negative answer (a bad signature) is a result, not an error.
#pragma once

#include <string>
#include <utility>

namespace terra_hook {

/// The exit codes of the program; the whole contract with scripts.
enum class ExitCode : int {
  ok = 0,
  failure = 1,
  unauthentic = 2,
  bad_input = 3,
  usage = 4,
  internal = 6,
  expectation = 8,
  timed_out = 9,
  interrupted = 130,
};

enum class ErrorKind {
  usage,        ///< the command line is wrong: unknown command or flag, missing argument
  input,        ///< what was given is refused: not JSON, no such capture, bad date
  auth,         ///< credentials are missing or refused
  network,      ///< a socket, TLS or HTTP exchange failed
  file,         ///< a file can't be read or written
  storage,      ///< the capture store can't be used
  interrupted,  ///< stopped by the user before the work was done
  internal,     ///< a bug in terra-hook
};

/// One failure. `message` is lower case, names the thing and has no full stop; `hint` says what to
/// do about it and may be empty.
struct Error {
  ErrorKind kind;
  std::string message;
  std::string hint;

  Error(ErrorKind error_kind, std::string error_message, std::string error_hint = {})
      : kind(error_kind), message(std::move(error_message)), hint(std::move(error_hint)) {}

  bool operator==(const Error&) const = default;
};

/// The one table from kind to exit code.
constexpr ExitCode exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return ExitCode::usage;
    case ErrorKind::input: return ExitCode::bad_input;
    case ErrorKind::auth: return ExitCode::unauthentic;
    case ErrorKind::network:
    case ErrorKind::file:
    case ErrorKind::storage: return ExitCode::failure;
    case ErrorKind::interrupted: return ExitCode::interrupted;
    case ErrorKind::internal: return ExitCode::internal;
  }
  return ExitCode::internal;
}

}  // namespace terra_hook
