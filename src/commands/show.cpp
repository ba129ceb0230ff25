// SPDX-License-Identifier: MIT
#include "commands/show.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "base/json_pointer.hpp"
#include "base/terminal.hpp"
#include "capture/http_file.hpp"
#include "commands/capture_names.hpp"
#include "commands/line_width.hpp"
#include "commands/raw_output.hpp"
#include "commands/redaction.hpp"
#include "http/content_coding.hpp"
#include "render/capture_json.hpp"
#include "render/capture_text.hpp"
#include "render/card_text.hpp"
#include "render/forward_text.hpp"
#include "render/json_view.hpp"
#include "render/link_text.hpp"
#include "render/redacted_capture.hpp"

namespace terra_hook {
namespace {

/// Long arrays of samples and strings would hide the rest.
constexpr std::size_t k_samples_in_full = 5;
constexpr std::size_t k_string_columns = 1000;

JsonViewOptions view_options(const ShowOptions& options, const Style& style) {
  JsonViewOptions view;
  view.width = style.width;
  if (!options.is_full) {
    view.max_samples = k_samples_in_full;
    view.max_string_columns = k_string_columns;
  }
  return view;
}

Result<void> check_record(const ShowOptions& options, const Capture& capture) {
  const std::int64_t records = capture.summary.record_count.value_or(0);
  if (!options.record || *options.record <= records) return {};
  return Error{ErrorKind::input,
               fmt::format("there is no record {} in capture #{}", *options.record, capture.number),
               records == 0 ? "it has none"
                            : fmt::format("it has {}",
                                          counted(static_cast<std::uint64_t>(records), "record"))};
}

/// A capture with what belongs to it.
struct Shown {
  Capture capture;
  std::vector<Attempt> attempts;
  std::vector<std::string> tags;
};

Result<Shown> load(StoreReader& store, std::int64_t number) {
  Shown shown;
  TRY_ASSIGN(shown.capture, load_capture(store, number));
  TRY_ASSIGN(shown.attempts, store.attempts(number));
  TRY_ASSIGN(shown.tags, store.tags_of(number));
  return shown;
}

std::string tags_text(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) text += (text.empty() ? "@" : "  @") + tag;
  return text;
}

/// A printer answers false once nobody reads any more.
bool print_text(const Shown& shown, const ShowOptions& options, const Style& style, Env& env) {
  const Capture& capture = shown.capture;
  const bool shows_all = !options.only_headers && !options.only_body && !options.only_card;
  std::string text;
  if (shows_all || options.only_card) {
    text += capture_line(capture, {true, std::nullopt, line_width(env)}, style) + "\n";
    CardOptions card;
    card.first_record = options.record.value_or(1);
    if (options.record) card.max_records = 1;
    text += capture_card(capture, card, style.width, k_default_max_body, style);
  }
  if (shows_all) {
    text += "\n" + capture_facts(capture, store_flag(options.store), style);
    if (const std::string link = link_text(capture, env.now(), k_default_max_body); !link.empty()) {
      text += style.paint(style.dim, pad("link", 16)) + link + "\n";
    }
    if (!shown.tags.empty()) {
      text += style.paint(style.dim, pad("tags", 16)) + tags_text(shown.tags) + "\n";
    }
    text += "\n";
  }
  if (shows_all || options.only_headers) text += header_text(capture.headers, style);
  if (shows_all && !capture.headers.empty()) text += "\n";
  if (!env.out.write(text)) return false;
  if (!shows_all && !options.only_body) return true;
  if (!body_text(capture, view_options(options, style), k_default_max_body, style,
                 [&env](std::string_view piece) { return env.out.write(piece); })) {
    return false;
  }
  if (!shows_all || shown.attempts.empty()) return true;
  return env.out.write("\n" + attempts_text(shown.attempts, style));
}

std::string show_json(const Shown& shown, const ShowOptions& options, const Style& style) {
  CaptureJsonOptions json;
  json.attempts = &shown.attempts;
  json.tags = &shown.tags;
  json.with_headers = !options.only_body;
  json.with_body = !options.only_headers;
  json.unicode = style.unicode;
  return capture_json(shown.capture, json);
}

Result<bool> write_raw(std::string_view bytes, const Capture& capture, const ShowOptions& options,
                       Env& env) {
  TRY(check_fit_for_output(
      bytes, fmt::format("#{}", capture.number),
      options.only_headers || options.path
          ? "redirect them to a file or a pipe"
          : fmt::format("redirect them: terra-hook show {} --format raw > body", capture.number),
      env));
  return env.out.write(bytes);
}

Result<std::string> decoded_body(const Capture& capture) {
  if (!has_content_coding(capture.headers)) return capture.body;
  return decode_content(capture.headers, capture.body, k_default_max_body);
}

/// Prints what `--path` names.
Result<bool> print_value(const Capture& capture, const json::Pointer& pointer,
                         const ShowOptions& options, const Style& style, Env& env) {
  TRY_ASSIGN(const std::string body, decoded_body(capture));
  TRY_ASSIGN(const json::Span span, json::locate(body, pointer));
  const std::string_view value = span.of(body);
  const Format format = options.output.format;
  if (format == Format::raw) return write_raw(value, capture, options, env);
  if (format == Format::text) {
    return json_view(value, view_options(options, style), style,
                     [&env](std::string_view piece) { return env.out.write(piece); });
  }
  if (!is_utf8(value)) {
    return Error{ErrorKind::input,
                 fmt::format("{} of #{} is not UTF-8", pointer.describe(), capture.number),
                 "--format raw gives its exact bytes"};
  }
  return env.out.write(format == Format::json
                           ? compact_json(value, style.unicode)
                           : value_json(capture.number, *options.path, value, style.unicode) +
                                 "\n");
}

/// Prints one; false once nobody reads any more.
Result<bool> print(const Shown& shown, const std::optional<json::Pointer>& pointer,
                   const ShowOptions& options, const Style& style, Env& env) {
  const Capture& capture = shown.capture;
  if (pointer) return print_value(capture, *pointer, options, style, env);
  switch (options.output.format) {
    case Format::text: return print_text(shown, options, style, env);
    case Format::json: return env.out.write(show_json(shown, options, style));
    case Format::ndjson: return env.out.write(show_json(shown, options, style) + "\n");
    case Format::raw: break;
  }
  if (!options.only_headers) return write_raw(capture.body, capture, options, env);
  std::string message = http_file_head(capture, false);
  message += capture.body;
  return write_raw(message, capture, options, env);
}

/// The value that is asked for, if it is one.
Result<std::optional<json::Pointer>> parse_path(const ShowOptions& options) {
  if (!options.path) return std::optional<json::Pointer>();
  if (options.only_headers) {
    return Error{ErrorKind::usage, "--path and --headers exclude one another",
                 "--path is about the body"};
  }
  TRY_ASSIGN(json::Pointer pointer, json::Pointer::parse(*options.path));
  return std::optional(std::move(pointer));
}

}  // namespace

Result<ExitCode> run_show(const ShowOptions& options, Env& env) {
  TRY_ASSIGN(const std::optional<json::Pointer> pointer, parse_path(options));
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<std::int64_t> numbers,
             find_captures(options.captures, store, notes));
  print_notes(notes, env);
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
    TRY_ASSIGN(Shown shown, load(store, number));
    TRY(check_record(options, shown.capture));
    if (redactor) {
      shown.capture = redacted(shown.capture, *redactor, k_default_max_body);
      for (Attempt& attempt : shown.attempts) attempt = redacted(attempt, *redactor);
    }
    if (!is_first && format == Format::json) env.out.write(",\n");
    if (!is_first && format == Format::text) env.out.write("\n");
    is_first = false;
    TRY_ASSIGN(const bool goes_on, print(shown, pointer, options, style, env));
    if (!goes_on) break;
  }
  if (is_array) env.out.write("]");
  if (format == Format::json) env.out.write("\n");
  return ExitCode::ok;
}

}  // namespace terra_hook
