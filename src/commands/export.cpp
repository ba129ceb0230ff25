// SPDX-License-Identifier: MIT
#include "commands/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/count.hpp"
#include "base/file.hpp"
#include "base/new_file.hpp"
#include "base/size.hpp"
#include "capture/capture_lines.hpp"
#include "capture/har.hpp"
#include "capture/http_file.hpp"
#include "commands/capture_names.hpp"
#include "commands/raw_output.hpp"
#include "commands/redaction.hpp"
#include "http/content_coding.hpp"
#include "render/redacted_capture.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_type = 40;

bool holds_several(DeliveryFormat format) {
  return format == DeliveryFormat::har || format == DeliveryFormat::ndjson;
}

std::string_view extension_of(const Capture& capture, DeliveryFormat format) {
  switch (format) {
    case DeliveryFormat::http: return ".http";
    case DeliveryFormat::har: return ".har";
    case DeliveryFormat::ndjson: return ".ndjson";
    case DeliveryFormat::json:
    case DeliveryFormat::raw: break;
  }
  const bool is_json = !capture.summary.problem && !has_content_coding(capture.headers);
  return is_json ? ".json" : ".bin";
}

DeliveryFormat format_for(const ExportOptions& options) {
  if (options.format) return *options.format;
  const std::string extension = to_lower(fs::path(options.output).extension().string());
  if (extension == ".har") return DeliveryFormat::har;
  if (extension == ".ndjson" || extension == ".jsonl") return DeliveryFormat::ndjson;
  if (extension == ".json") return DeliveryFormat::raw;
  return DeliveryFormat::http;
}

// Where the exported text goes.
class Sink {
 public:
  virtual ~Sink() = default;
  /// False once nobody reads any more.
  virtual Result<bool> write(const Capture& capture, std::string text) = 0;
  virtual Result<void> finish() { return {}; }
};

std::string text_of(const Capture& capture, DeliveryFormat format, bool with_facts) {
  switch (format) {
    case DeliveryFormat::http: return http_file_head(capture, with_facts) + capture.body;
    case DeliveryFormat::har: return har_entry(capture);
    case DeliveryFormat::ndjson: return capture_line_json(capture) + "\n";
    case DeliveryFormat::json:
    case DeliveryFormat::raw: break;
  }
  return capture.body;
}

// Puts entries together to one document; all other formats need nothing around them.
class Document {
 public:
  explicit Document(DeliveryFormat format) : is_har_(format == DeliveryFormat::har) {}

  std::string next(std::string entry) {
    if (!is_har_) return entry;
    const bool is_first = std::exchange(is_first_, false);
    return (is_first ? har_begin(TERRA_HOOK_VERSION) : std::string(",\n")) + std::move(entry);
  }

  std::string end() const {
    if (!is_har_) return "";
    return (is_first_ ? har_begin(TERRA_HOOK_VERSION) : std::string()) + har_end();
  }

 private:
  bool is_har_;
  bool is_first_ = true;
};

class StandardOutput final : public Sink {
 public:
  StandardOutput(DeliveryFormat format, Env& env) : document_(format), env_(env) {}

  Result<bool> write(const Capture& capture, std::string text) override {
    TRY(check_fit_for_output(text, fmt::format("#{}", capture.number),
                             "redirect it, or give --output FILE", env_));
    return env_.out.write(document_.next(std::move(text)));
  }
  Result<void> finish() override {
    env_.out.write(document_.end());
    return {};
  }

 private:
  Document document_;
  Env& env_;
};

class OneFile final : public Sink {
 public:
  OneFile(DeliveryFormat format, NewFile file) : document_(format), file_(std::move(file)) {}

  Result<bool> write(const Capture&, std::string text) override {
    TRY(file_.append(document_.next(std::move(text))));
    return true;
  }
  Result<void> finish() override {
    TRY(file_.append(document_.end()));
    return file_.commit();
  }

 private:
  Document document_;
  NewFile file_;
};

class Directory final : public Sink {
 public:
  Directory(DeliveryFormat format, fs::path path, bool replaces)
      : format_(format), path_(std::move(path)), replaces_(replaces) {}

  Result<bool> write(const Capture& capture, std::string text) override {
    Document document(format_);
    std::string whole = document.next(std::move(text));
    whole += document.end();
    TRY(write_new_file(path_ / export_file_name(capture, format_), whole, replaces_));
    return true;
  }

 private:
  DeliveryFormat format_;
  fs::path path_;
  bool replaces_;
};

bool names_one(const ExportOptions& options) {
  return options.captures.size() == 1 && !names_several(options.captures.front());
}

Result<std::unique_ptr<Sink>> make_sink(const ExportOptions& options, DeliveryFormat format,
                                        Env& env) {
  const bool fits_into_one = holds_several(format) || names_one(options);
  if (options.output.empty() || options.output == "-") {
    if (!fits_into_one) {
      return Error{ErrorKind::usage,
                   fmt::format("several captures as {} need a directory", to_string(format)),
                   "--output DIR, or --format ndjson or har for one stream"};
    }
    return std::unique_ptr<Sink>(std::make_unique<StandardOutput>(format, env));
  }
  std::error_code ignored;
  const bool is_directory =
      options.output.ends_with('/') || fs::is_directory(options.output, ignored);
  const std::string extension = to_lower(fs::path(options.output).extension().string());
  const bool names_file = extension == ".har" || extension == ".ndjson" || extension == ".jsonl" ||
                          extension == ".http" || extension == ".json";
  if (!fits_into_one && !is_directory && names_file) {
    return Error{ErrorKind::usage,
                 fmt::format("several captures as {} need a directory, and {} looks like a file",
                             to_string(format), sanitize(options.output)),
                 "--output DIR, or --format ndjson or har for one file"};
  }
  if (fits_into_one && !is_directory) {
    TRY_ASSIGN(NewFile file, NewFile::create(options.output, options.replaces));
    return std::unique_ptr<Sink>(std::make_unique<OneFile>(format, std::move(file)));
  }
  TRY(make_private_directory(options.output));
  return std::unique_ptr<Sink>(
      std::make_unique<Directory>(format, options.output, options.replaces));
}

// The numbers to export, ascending, each once.
Result<std::vector<std::int64_t>> find_numbers(const ExportOptions& options, StoreReader& store,
                                               Env& env) {
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  std::vector<std::int64_t> numbers;
  if (!options.captures.empty()) {
    std::vector<std::string> notes;
    TRY_ASSIGN(numbers, find_captures(options.captures, store, notes));
    print_notes(notes, env);
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    if (!is_filtering(options.filter)) return numbers;
  }
  std::vector<std::int64_t> matching;
  TRY(store.list(filter, [&](const Capture& capture) {
    matching.push_back(capture.number);
    return true;
  }));
  if (options.captures.empty()) return matching;
  std::vector<std::int64_t> both;
  std::set_intersection(numbers.begin(), numbers.end(), matching.begin(), matching.end(),
                        std::back_inserter(both));
  return both;
}

struct Tally {
  std::size_t captures = 0;
  std::uint64_t bytes = 0;
  std::size_t with_signed_urls = 0;
};

bool holds_signed_url(const Capture& capture) {
  return capture.body.find("X-Amz-Signature=") != std::string::npos ||
         capture.body.find("X-Goog-Signature=") != std::string::npos;
}

void tell(const Tally& tally, const ExportOptions& options, DeliveryFormat format, Env& env) {
  if (options.is_quiet) return;
  const bool is_file = !options.output.empty() && options.output != "-";
  if (is_file) {
    std::error_code ignored;
    const bool is_bare_folder =
        !options.output.ends_with('/') && fs::is_directory(options.output, ignored);
    env.err.write(fmt::format("exported {} ({}, {}) to {}{}\n",
                              counted(tally.captures, "capture", "captures"), to_string(format),
                              to_human_size(tally.bytes), sanitize(options.output),
                              is_bare_folder ? "/" : ""));
  }
  if (options.redacts) {
    env.err.write("note: signatures are masked like the bodies: these deliveries do not verify\n");
  }
  if (tally.with_signed_urls > 0 && !options.redacts) {
    env.err.write(
        fmt::format("note: {} of them hold{} signed URLs: whoever has the file may fetch the data "
                    "until they expire; --redact hides them\n",
                    tally.with_signed_urls, tally.with_signed_urls == 1 ? "s" : ""));
  }
}

}  // namespace

std::string export_file_name(const Capture& capture, DeliveryFormat format) {
  std::string type;
  for (const char c : to_lower(capture.summary.event_type.value_or("")).substr(0, k_max_type)) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (is_plain || !type.ends_with('-')) type += is_plain ? c : '-';
  }
  type = trim(type, "-");
  return fmt::format("{:06}{}{}{}", capture.number, type.empty() ? "" : "-", type,
                     extension_of(capture, format));
}

Result<ExitCode> run_export(const ExportOptions& options, Env& env) {
  if (options.captures.empty() && !is_filtering(options.filter)) {
    return Error{
        ErrorKind::usage, "which captures are to be exported?",
        "name them (12, 1..20, last, @tag; 1..last for all) or give a filter such as --since 1d"};
  }
  const DeliveryFormat format = format_for(options);
  TRY_ASSIGN(const fs::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  TRY_ASSIGN(const std::vector<std::int64_t> numbers, find_numbers(options, store, env));
  if (numbers.empty()) {
    return Error{ErrorKind::input, "no captures match", "terra-hook list shows what there is"};
  }
  if (names_one(options)) TRY(load_capture(store, numbers.front()));
  std::optional<Redactor> redactor;
  if (options.redacts) redactor = make_redactor(env);
  TRY_ASSIGN(const std::unique_ptr<Sink> sink, make_sink(options, format, env));
  Tally tally;
  for (const std::int64_t number : numbers) {
    TRY_ASSIGN(Capture capture, load_capture(store, number));
    if (redactor) capture = redacted(capture, *redactor, k_default_max_body);
    tally.with_signed_urls += holds_signed_url(capture) ? 1 : 0;
    std::string text = text_of(capture, format, options.with_facts);
    tally.bytes += text.size();
    ++tally.captures;
    TRY_ASSIGN(const bool is_read, sink->write(capture, std::move(text)));
    if (!is_read) return ExitCode::ok;
  }
  TRY(sink->finish());
  tell(tally, options, format, env);
  return ExitCode::ok;
}

}  // namespace terra_hook
