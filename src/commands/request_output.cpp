// SPDX-License-Identifier: MIT
#include "commands/request_output.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/json_scanner.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "commands/raw_output.hpp"
#include "render/json_view.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_answer_samples = 5;
constexpr std::size_t k_answer_string = 1000;
constexpr std::size_t k_answer_lines = 500;

Result<void> check_new(const std::string& path, bool replaces) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (replaces || status.type() == std::filesystem::file_type::not_found) return {};
  return Error{ErrorKind::file, fmt::format("{} exists already", sanitize(path)),
               "--force replaces it"};
}

/// At a terminal, for people: the exact bytes go into files and pipes.
void view_answer(std::string_view body, const ApiRequestOptions& options, Env& env) {
  const Style style = out_style(options.show, env);
  JsonViewOptions view;
  view.width = style.width;
  view.max_samples = k_answer_samples;
  view.max_string_columns = k_answer_string;
  view.max_lines = k_answer_lines;
  json_view(body, view, style, [&env](std::string_view piece) { return env.out.write(piece); });
}

Result<void> write_lines(std::string_view body, RequestOutput& output) {
  const auto list = find_records(body);
  if (!list) {
    TRY(output.write(record_line(body)));
    return {};
  }
  RecordMerger merger;
  TRY(merger.add(*list,
                 [&output](std::string_view record) { return output.write(record_line(record)); }));
  return {};
}

}  // namespace

Result<RequestOutput> RequestOutput::open(const ApiRequestOptions& options, Env& env) {
  std::string path = options.output == "-" ? "" : options.output;
  if (!path.empty()) TRY(check_new(path, options.replaces));
  return RequestOutput(std::move(path), options.replaces, env);
}

Result<bool> RequestOutput::write(std::string_view bytes) {
  written_ += bytes.size();
  if (!is_file()) return env_.out.write(bytes);
  if (!file_) {
    // Beside it and renamed at the end, also where nothing is replaced: never half a file.
    TRY_ASSIGN(NewFile file, NewFile::create(path_, true));
    file_.emplace(std::move(file));
  }
  TRY(file_->append(bytes));
  return true;
}

Result<void> RequestOutput::finish() {
  if (!is_file()) return {};
  TRY(write(""));
  TRY(check_new(path_, replaces_));
  return file_->commit();
}

std::string record_line(std::string_view record) {
  std::string line;
  if (!json::append_compact(line, record)) line = record;
  return line + "\n";
}

Result<void> write_answer(std::string_view body, const ApiRequestOptions& options,
                          RequestOutput& output, Env& env) {
  if (options.show.format == Format::ndjson) return write_lines(body, output);
  if (!output.is_file()) {
    const Terminal terminal = detect_terminal(env.out.fd(), env.environment, ColorChoice::never);
    if (terminal.is_terminal && options.show.format == Format::text) {
      view_answer(body, options, env);
      return {};
    }
    TRY(check_fit_for_output(body, "the answer", "redirect it, or give --output FILE", env));
  }
  TRY(output.write(body));
  return {};
}

}  // namespace terra_hook
