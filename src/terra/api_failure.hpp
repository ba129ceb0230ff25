// SPDX-License-Identifier: MIT
// Failures of Terra's REST API in words: what happened, and what to do about it (Terra openapi, v2:
// Problem; rate-limits; the help pages on errors of API endpoints). Pure.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "terra/api_answer.hpp"
#include "terra/api_step.hpp"

namespace terra_hook {

struct ApiFailure {
  ExitCode code = ExitCode::failure;
  std::string message;              ///< like an Error's
  std::vector<std::string> advice;  ///< lines, each a whole thought
  /// A smaller range or delivery to the webhook may do: the caller names the commands.
  bool has_ways_out = false;
};

/// What the words are about.
struct ApiSubject {
  std::string what;  ///< `activity`, `/lab-reports`
  std::string host;  ///< of the API
  bool names_user = false;
  ApiTraits traits;
};

/// An answer with `status`, which is not 2xx. `problem` is what its body says, and `location` what
/// a redirect names.
ApiFailure explain_status(int status, const ApiProblem& problem, const ApiLimits& limits,
                          std::string_view location, const ApiSubject& subject);

/// No answer: `error` is the client's.
ApiFailure explain_no_answer(ClientFailure failure, const Error& error, const ApiSubject& subject);

/// A 2xx answer that says "not yet" for longer than is waited for.
ApiFailure explain_processing(const AnswerReading& answer, const ApiSubject& subject);

}  // namespace terra_hook
