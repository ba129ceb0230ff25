// SPDX-License-Identifier: MIT
#include "commands/list.hpp"

#include <fmt/format.h>

#include "render/capture_json.hpp"
#include "render/capture_text.hpp"

namespace terra_hook {
namespace {

/// Large enough that writing costs little, small enough that `list | head` stops soon.
constexpr std::size_t k_chunk = 32 << 10;

}  // namespace

Result<ExitCode> run_list(const ListOptions& options, Env& env) {
  TRY_ASSIGN(const CaptureFilter filter, to_filter(options.filter, env));
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  const Format format = options.output.format;
  const Style style = out_style(options.output, env);
  LineOptions line;
  line.with_date = true;

  std::string buffer;
  std::size_t count = 0;
  bool is_empty_store = true;
  if (format == Format::json) buffer = "[";
  if (std::filesystem::exists(path)) {
    TRY_ASSIGN(StoreReader store, StoreReader::open(path));
    TRY(store.list(filter, [&](const Capture& capture) {
      if (format == Format::json) buffer += count == 0 ? "\n" : ",\n";
      buffer +=
          format == Format::text ? capture_line(capture, line, style) : capture_json(capture, {});
      if (format != Format::json) buffer += '\n';
      ++count;
      if (buffer.size() < k_chunk) return true;
      const bool is_written = env.out.write(buffer);
      buffer.clear();
      return is_written;
    }));
    TRY_ASSIGN(const std::optional<std::int64_t> newest, store.newest(0));
    is_empty_store = !newest;
  }
  if (format == Format::json) buffer += count == 0 ? "]\n" : "\n]\n";
  env.out.write(buffer);
  if (count == 0 && format == Format::text && !options.output.is_quiet) {
    env.err.write(
        is_empty_store
            ? fmt::format("no captures yet in {}; terra-hook listen fills it\n", path.string())
            : fmt::format("no captures match in {}\n", path.string()));
  }
  return ExitCode::ok;
}

}  // namespace terra_hook
