// SPDX-License-Identifier: MIT
#include "commands/tag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/count.hpp"
#include "base/file.hpp"
#include "commands/capture_names.hpp"

namespace terra_hook {
namespace {

using Json = nlohmann::ordered_json;

std::string tags_text(const std::vector<TagCount>& tags) {
  std::size_t width = 0;
  for (const TagCount& tag : tags) width = std::max(width, tag.name.size());
  std::string text;
  for (const TagCount& tag : tags) {
    text += fmt::format("@{}  {}\n", pad(tag.name, width),
                        counted(static_cast<std::uint64_t>(tag.captures), "capture"));
  }
  return text;
}

std::string tags_json(const std::vector<TagCount>& tags, Format format) {
  std::string text = format == Format::json ? "[" : "";
  for (const TagCount& tag : tags) {
    const Json object{{"type", "tag"}, {"name", tag.name}, {"captures", tag.captures}};
    if (format == Format::json) text += text.size() > 1 ? ",\n" : "\n";
    text += object.dump() + (format == Format::json ? "" : "\n");
  }
  if (format == Format::json) text += tags.empty() ? "]\n" : "\n]\n";
  return text;
}

Result<ExitCode> list_tags(const TagOptions& options, const std::filesystem::path& path, Env& env) {
  std::vector<TagCount> tags;
  if (!is_missing(path)) {
    TRY_ASSIGN(StoreReader store, StoreReader::open(path));
    TRY_ASSIGN(tags, store.tags());
  }
  const Format format = options.output.format;
  env.out.write(format == Format::text ? tags_text(tags) : tags_json(tags, format));
  if (tags.empty() && format == Format::text && !options.output.is_quiet) {
    env.err.write(fmt::format("no tags yet; terra-hook tag{} last NAME makes one\n",
                              store_flag(options.store)));
  }
  return ExitCode::ok;
}

void tell(const TagOptions& options, const std::string& tag, std::int64_t count, Env& env) {
  if (options.output.format != Format::text) {
    const Json object{
        {"type", options.deletes ? "untagged" : "tagged"}, {"name", tag}, {"captures", count}};
    env.out.write(object.dump() + "\n");
  } else if (!options.output.is_quiet) {
    env.out.write(fmt::format("{} {} @{}\n", options.deletes ? "took off" : "tagged",
                              counted(static_cast<std::uint64_t>(count), "capture"), tag));
  }
}

Result<std::int64_t> add_tag(const std::string& tag, const std::vector<std::int64_t>& numbers,
                             StoreReader& store, const std::filesystem::path& path) {
  for (const std::int64_t number : numbers) TRY(load_capture(store, number));
  TRY_ASSIGN(StoreEditor editor, StoreEditor::open(path));
  TRY(editor.add_tag(tag, numbers));
  return static_cast<std::int64_t>(numbers.size());
}

Result<std::int64_t> remove_tag(const std::string& tag, const std::vector<std::int64_t>& numbers,
                                const std::filesystem::path& path) {
  TRY_ASSIGN(StoreEditor editor, StoreEditor::open(path));
  TRY_ASSIGN(const std::int64_t count, editor.remove_tag(tag, numbers));
  if (count > 0) return count;
  return Error{ErrorKind::input,
               fmt::format("no capture{} is tagged @{}", numbers.empty() ? "" : " of these", tag),
               "terra-hook tag lists the tags"};
}

/// Why the last word is no tag: it is a capture's, so that the tag is the first one or was
/// forgotten, or it is none for the reason in `error`.
Error not_a_tag(Error error, const TagOptions& options) {
  const std::vector<std::string>& words = options.words;
  if (!names_captures(words.back())) return error;
  std::string_view first = words.front();
  if (first.starts_with('@')) first.remove_prefix(1);
  const std::string_view flag = options.deletes ? "--delete " : "";
  if (words.size() > 1 && parse_tag(first)) {
    error.hint = fmt::format("the tag comes last: terra-hook tag {}{} {}", flag,
                             fmt::join(std::next(words.begin()), words.end(), " "), first);
    return error;
  }
  // Whoever writes @ has not forgotten that a tag is wanted.
  if (words.back().starts_with('@') || !std::ranges::all_of(words, names_captures)) return error;
  return Error{ErrorKind::usage,
               fmt::format("which tag is to be {}?", options.deletes ? "taken off" : "given"),
               fmt::format("terra-hook tag {}{} NAME", flag, fmt::join(words, " "))};
}

}  // namespace

Result<ExitCode> run_tag(const TagOptions& options, Env& env) {
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  if (options.words.empty()) {
    if (options.deletes) {
      return Error{ErrorKind::usage, "which tag is to be taken off?",
                   "terra-hook tag --delete [CAPTURE...] NAME"};
    }
    return list_tags(options, path, env);
  }
  std::string_view name = options.words.back();
  if (name.starts_with('@')) name.remove_prefix(1);
  const auto parsed = parse_tag(name);
  if (!parsed) return not_a_tag(parsed.error(), options);
  const std::string& tag = *parsed;
  const std::vector<std::string> names(options.words.begin(), options.words.end() - 1);
  if (names.empty() && !options.deletes) {
    return Error{ErrorKind::usage, fmt::format("which captures are to be tagged @{}?", tag),
                 fmt::format("terra-hook tag CAPTURE... {0}; terra-hook list --tag {0} shows those "
                             "that are",
                             tag)};
  }
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  std::vector<std::string> notes;
  TRY_ASSIGN(std::vector<std::int64_t> numbers, find_captures(names, store, notes));
  print_notes(notes, env);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  auto count =
      options.deletes ? remove_tag(tag, numbers, path) : add_tag(tag, numbers, store, path);
  if (!count) return std::move(count).error();
  tell(options, tag, *count, env);
  return ExitCode::ok;
}

}  // namespace terra_hook
