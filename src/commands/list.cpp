// SPDX-License-Identifier: MIT
#include "commands/list.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/file.hpp"
#include "base/terminal.hpp"
#include "commands/capture_names.hpp"
#include "commands/line_width.hpp"
#include "commands/list_requests.hpp"
#include "commands/redaction.hpp"
#include "render/capture_json.hpp"
#include "render/capture_text.hpp"
#include "render/redacted_capture.hpp"
#include "render/request_text.hpp"

namespace terra_hook {
namespace {

/// Large enough that writing costs little, small enough that `list | head` stops soon.
constexpr std::size_t k_captures_at_once = 32 << 10;

std::string line_text(const Capture& capture, Format format, const Style& style) {
  LineOptions line;
  line.with_date = true;
  if (format == Format::text) return capture_line(capture, line, style) + '\n';
  CaptureJsonOptions json;
  json.unicode = style.unicode;
  return capture_json(capture, json) + (format == Format::ndjson ? "\n" : "");
}

/// Lists as they may be shown to others. What is known of a body is masked by masking the body, so
/// each is read as a whole.
class RedactedLines {
 public:
  RedactedLines(StoreReader bodies, Redactor redactor)
      : bodies_(std::move(bodies)), redactor_(std::move(redactor)) {}

  Result<std::string> line(const Capture& capture, Format format, const Style& style) {
    TRY_ASSIGN(const Capture whole, load_capture(bodies_, capture.number));
    return line_text(redacted(whole, redactor_, k_default_max_body), format, style);
  }

  std::string reference(std::string_view reference) const {
    return redactor_.request_reference(reference);
  }

 private:
  StoreReader bodies_;
  Redactor redactor_;
};

/// Under the captures of one request: how far it has come. Not for programs, which ask for it with
/// `--group reference`.
Result<void> print_progress(StoreReader& store, const std::string& shown_reference,
                            const ListOptions& options, std::string& lines, Env& env) {
  const OutputOptions& output = options.output;
  if (output.format != Format::text || output.is_quiet || options.groups_by_reference) return {};
  TRY_ASSIGN(const RequestProgress progress, store.progress(*options.filter.terra_reference));
  const std::string text = progress_text(progress, err_style(output, env));
  if (text.empty()) return {};
  env.out.write(std::exchange(lines, ""));
  env.err.write(fmt::format("{}: {}\n", sanitize(shown_reference), text));
  return {};
}

std::string empty_store_text(const StoreOptions& options, const std::filesystem::path& path) {
  return fmt::format("no captures yet in {}; terra-hook listen{} fills it\n", path.string(),
                     store_flag(options));
}

/// Lines show the beginning of an id, which is no id.
std::string_view hint_on_ids(const FilterOptions& filter) {
  const bool has_id = filter.user_id || filter.reference_id || filter.terra_reference;
  return has_id ? "  ids are compared whole; terra-hook show has them whole\n" : "";
}

}  // namespace

Result<ExitCode> run_list(const ListOptions& options, Env& env) {
  if (options.groups_by_reference && options.redacts) {
    return Error{ErrorKind::usage, "--group and --redact do not go together",
                 "groups show no more of a person than the reference"};
  }
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  const Format format = options.output.format;
  Style style = out_style(options.output, env);
  style.width = line_width(env);
  std::string buffer;
  std::size_t count = 0;
  bool is_empty_store = true;
  if (format == Format::json) buffer = "[";
  if (!is_missing(path)) {
    TRY_ASSIGN(StoreReader store, StoreReader::open(path));
    std::optional<RedactedLines> redacted_lines;
    if (options.redacts) {
      TRY_ASSIGN(StoreReader bodies, StoreReader::open(path));
      redacted_lines.emplace(std::move(bodies), make_redactor(env));
    }
    if (options.groups_by_reference) {
      env.out.write(std::exchange(buffer, ""));
      TRY_ASSIGN(count, list_requests(store, filter, options.output, env));
    }
    Result<void> read;
    const auto show = [&](const Capture& capture) {
      const auto line = redacted_lines ? redacted_lines->line(capture, format, style)
                                       : Result<std::string>(line_text(capture, format, style));
      if (!line) return (read = line.error(), false);
      if (format == Format::json) buffer += count == 0 ? "\n" : ",\n";
      buffer += *line;
      ++count;
      if (buffer.size() < k_captures_at_once) return true;
      const bool is_written = env.out.write(buffer);
      buffer.clear();
      return is_written;
    };
    if (!options.groups_by_reference) TRY(store.list(filter, show));
    TRY(read);
    if (options.filter.terra_reference && count > 0) {
      const std::string& reference = *options.filter.terra_reference;
      TRY(print_progress(store, redacted_lines ? redacted_lines->reference(reference) : reference,
                         options, buffer, env));
    }
    TRY_ASSIGN(const std::optional<std::int64_t> newest, store.newest(0));
    is_empty_store = !newest;
  }
  if (format == Format::json) buffer += count == 0 ? "]\n" : "\n]\n";
  env.out.write(buffer);
  if (count == 0 && format == Format::text && !options.output.is_quiet) {
    env.err.write(is_empty_store ? empty_store_text(options.store, path)
                                 : fmt::format("no captures match in {}\n{}", path.string(),
                                               hint_on_ids(options.filter)));
  }
  return ExitCode::ok;
}

}  // namespace terra_hook
