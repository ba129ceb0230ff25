// SPDX-License-Identifier: MIT
// Where the data of `request` goes: standard output or a file that is there as a whole or not at
// all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/env.hpp"
#include "base/new_file.hpp"
#include "commands/request_plan.hpp"
#include "terra/record_merge.hpp"

namespace terra_hook {

/// One thread at a time.
class RequestOutput {
 public:
  /// Refuses an existing file that is not to be replaced. Nothing is written yet.
  static Result<RequestOutput> open(const ApiRequestOptions& options, Env& env);

  bool is_file() const { return !path_.empty(); }

  /// False once nobody reads any more.
  Result<bool> write(std::string_view bytes);
  /// All is written.
  Result<void> finish();
  std::uint64_t written() const { return written_; }

 private:
  RequestOutput(std::string path, bool replaces, Env& env)
      : path_(std::move(path)), replaces_(replaces), env_(env) {}

  std::string path_;
  bool replaces_;
  Env& env_;
  std::optional<NewFile> file_;
  std::uint64_t written_ = 0;
};

/// `body` as `--format` wants it: to the byte, made readable at a terminal, or a record a line.
Result<void> write_answer(std::string_view body, const ApiRequestOptions& options,
                          RequestOutput& output, Env& env);

/// A record as a line of NDJSON: its tokens as sent, without white space between them.
std::string record_line(std::string_view record);

}  // namespace terra_hook
