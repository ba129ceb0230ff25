// SPDX-License-Identifier: MIT
#include "commands/show.hpp"

#include <fmt/format.h>

#include "capture/http_message.hpp"
#include "commands/capture_names.hpp"
#include "commands/redaction.hpp"
#include "render/capture_json.hpp"
#include "render/capture_text.hpp"
#include "render/redacted_capture.hpp"

namespace terra_hook {
namespace {

std::string show_text(const Capture& capture, const ShowOptions& options, const Style& style) {
  const bool shows_all = !options.only_headers && !options.only_body;
  std::string text;
  if (shows_all) {
    text += capture_line(capture, {true, std::nullopt}, style) + "\n" +
            capture_facts(capture, style) + "\n";
  }
  if (shows_all || options.only_headers) text += header_text(capture.headers, style);
  if (shows_all) text += "\n";
  if (shows_all || options.only_body) {
    JsonViewOptions view;
    view.width = style.width;
    text += body_text(capture, view, k_default_max_body, style);
  }
  return text;
}

std::string show_json(const Capture& capture, const ShowOptions& options) {
  CaptureJsonOptions json;
  json.with_headers = !options.only_body;
  json.with_body = !options.only_headers;
  return capture_json(capture, json);
}

/// Prints one; false once nobody reads any more.
bool print(const Capture& capture, const ShowOptions& options, const Style& style, Env& env) {
  switch (options.output.format) {
    case Format::text: return env.out.write(show_text(capture, options, style));
    case Format::json: return env.out.write(show_json(capture, options));
    case Format::ndjson: return env.out.write(show_json(capture, options) + "\n");
    case Format::raw: break;
  }
  if (options.only_headers &&
      !env.out.write(http_message_head(capture.method, capture.target, capture.headers))) {
    return false;
  }
  return env.out.write(capture.body);
}

}  // namespace

Result<ExitCode> run_show(const ShowOptions& options, Env& env) {
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  TRY_ASSIGN(const std::vector<std::int64_t> numbers, find_captures(options.captures, store));
  // A document that holds several is an array; one named by itself is its object.
  const bool is_single = options.captures.size() == 1 && !names_several(options.captures[0]);
  const Format format = options.output.format;
  const bool is_array = format == Format::json && !is_single;
  const Style style = out_style(options.output, env);
  std::optional<Redactor> redactor;
  if (options.redacts) redactor = make_redactor(env);
  if (is_array) env.out.write("[");
  bool is_first = true;
  for (const std::int64_t number : numbers) {
    TRY_ASSIGN(Capture capture, load_capture(store, number));
    if (redactor) capture = redacted(capture, *redactor, k_default_max_body);
    if (!is_first && format == Format::json) env.out.write(",\n");
    if (!is_first && format == Format::text) env.out.write("\n");
    is_first = false;
    if (!print(capture, options, style, env)) break;
  }
  if (is_array) env.out.write("]");
  if (format == Format::json) env.out.write("\n");
  return ExitCode::ok;
}

}  // namespace terra_hook
