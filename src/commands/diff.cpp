// SPDX-License-Identifier: MIT
#include "commands/diff.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "capture/delivery_file.hpp"
#include "commands/capture_names.hpp"
#include "http/content_coding.hpp"
#include "render/diff_report.hpp"
#include "terra/body_reading.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_compared = 256ULL << 20;
constexpr std::size_t k_chunk = 32 << 10;

/// A body and what is known of its delivery.
struct Input {
  std::string name;
  std::optional<std::int64_t> number;
  std::optional<UtcTime> received_at;
  HeaderFields headers;
  std::string body;  ///< content coding undone
};

Input capture_input(Capture capture) {
  return Input{fmt::format("#{}", capture.number), capture.number, capture.received_at,
               std::move(capture.headers), std::move(capture.body)};
}

Result<Input> load_capture_input(const std::string& name, const DiffCommandOptions& options,
                                 const Env& env) {
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  TRY_ASSIGN(Capture capture, load_named_capture(name, store));
  return capture_input(std::move(capture));
}

Result<Input> load_file_input(const std::string& path, const Env& env) {
  DeliveryReadOptions reading;
  reading.max_body = k_max_compared;
  tell_of_typed_input(path, "a delivery", env);
  TRY_ASSIGN(std::vector<FileDelivery> deliveries, read_all_deliveries(path, env.in, reading));
  const std::string name = path == "-" ? "standard input" : path;
  if (deliveries.size() != 1) {
    return Error{ErrorKind::input, fmt::format("{} holds {} deliveries", name, deliveries.size()),
                 "one is compared with one; terra-hook import makes captures of them"};
  }
  FileDelivery& delivery = deliveries.front();
  return Input{name, std::nullopt, delivery.received_at, std::move(delivery.headers),
               std::move(delivery.body)};
}

Result<Input> with_decoded_body(Input input) {
  if (!has_content_coding(input.headers)) return input;
  auto body = decode_content(input.headers, input.body, k_max_compared);
  if (!body) {
    return Error{ErrorKind::input, fmt::format("{}: {}", input.name, body.error().message),
                 body.error().hint};
  }
  input.body = *std::move(body);
  return input;
}

Result<Input> load_input(const std::string& name, const DiffCommandOptions& options,
                         const Env& env) {
  const bool is_capture = name != "-" && names_captures(name);
  TRY_ASSIGN(Input input,
             is_capture ? load_capture_input(name, options, env) : load_file_input(name, env));
  return with_decoded_body(std::move(input));
}

Result<DiffSide> read_side(const Input& input) {
  auto tree = json::Tree::parse(input.body);
  if (!tree) {
    return Error{ErrorKind::input, fmt::format("{}: {}", input.name, tree.error().message),
                 "diff compares JSON bodies"};
  }
  return DiffSide{input.name,
                  input.number,
                  input.received_at,
                  read_delivery_ids(input.headers).ordering_timestamp,
                  read_body(input.body).summary,
                  *std::move(tree)};
}

void decide_later(DiffReport& report) {
  const DiffSide& a = report.a;
  const DiffSide& b = report.b;
  if (a.ordering_timestamp && b.ordering_timestamp &&
      *a.ordering_timestamp != *b.ordering_timestamp) {
    report.later_by = LaterBy::ordering_timestamp;
    report.b_is_later = *b.ordering_timestamp > *a.ordering_timestamp;
  } else if (a.number && b.number && *a.number != *b.number) {
    report.later_by = LaterBy::capture_order;
    report.b_is_later = *b.number > *a.number;
  }
}

/// Both must outlive the report.
Result<DiffReport> compare(const Input& input_a, const Input& input_b, const DiffOptions& options) {
  TRY_ASSIGN(DiffSide a, read_side(input_a));
  TRY_ASSIGN(DiffSide b, read_side(input_b));
  DiffReport report{std::move(a), std::move(b), {}, true, LaterBy::argument_order, {}};
  decide_later(report);
  const bool is_one_type = report.a.summary.event_type == report.b.summary.event_type;
  const bool is_one_user = report.a.summary.user_id == report.b.summary.user_id;
  report.diff = diff_bodies(report.a.tree, report.b.tree,
                            is_one_type ? event_type_of(report.a) : std::string_view{}, options);
  if (is_one_type && is_one_user) {
    report.losses =
        find_losses(report.diff, report.earlier().tree, report.later().tree, report.b_is_later);
  }
  return report;
}

void print(const DiffReport& report, const OutputOptions& options, Env& env) {
  std::string buffer;
  const WriteText write = [&](std::string_view text) {
    buffer += text;
    if (buffer.size() < k_chunk) return true;
    const bool is_written = env.out.write(buffer);
    buffer.clear();
    return is_written;
  };
  if (options.format == Format::text) {
    write_diff_text(report, out_style(options, env), write);
  } else {
    write_diff_json(report, options.format == Format::json ? DiffJson::document : DiffJson::lines,
                    write);
  }
  env.out.write(buffer);
}

}  // namespace

Result<std::string> diff_captures(const Capture& a, const Capture& b, const Style& style) {
  constexpr std::size_t k_max_text = 4 << 20;
  TRY_ASSIGN(const Input input_a, with_decoded_body(capture_input(a)));
  TRY_ASSIGN(const Input input_b, with_decoded_body(capture_input(b)));
  TRY_ASSIGN(const DiffReport report, compare(input_a, input_b, {}));
  std::string text;
  write_diff_text(report, style, [&text](std::string_view piece) {
    text += piece;
    return text.size() < k_max_text;
  });
  return text;
}

Result<ExitCode> run_diff(const DiffCommandOptions& options, Env& env) {
  if (options.a == "-" && options.b == "-") {
    return Error{ErrorKind::usage, "only one of the two can be standard input",
                 "name the other one by its number or file"};
  }
  TRY_ASSIGN(const Input input_a, load_input(options.a, options, env));
  TRY_ASSIGN(const Input input_b, load_input(options.b, options, env));
  TRY_ASSIGN(const DiffReport report,
             compare(input_a, input_b, {options.number_tolerance, !options.is_full}));
  const bool is_silent = options.output.is_quiet && options.output.format == Format::text;
  if (!is_silent || !report.diff.is_same()) print(report, options.output, env);
  return report.diff.is_same() ? ExitCode::ok : ExitCode::expectation;
}

}  // namespace terra_hook
