// SPDX-License-Identifier: MIT
#include "commands/list_requests.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

#include "commands/line_width.hpp"
#include "render/request_text.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_groups = 100'000;

Result<std::vector<RequestGroup>> collect(StoreReader& store, const CaptureFilter& filter) {
  std::vector<RequestGroup> groups;
  std::unordered_map<std::string, std::size_t> places;
  bool is_full = false;
  TRY(store.list(filter, [&](const Capture& capture) {
    if (!capture.ids.terra_reference) return true;
    const auto [place, is_new] = places.try_emplace(*capture.ids.terra_reference, groups.size());
    if (is_new) {
      is_full = groups.size() == k_most_groups;
      if (is_full) return false;
      groups.emplace_back().reference = place->first;
    }
    add_to_group(groups[place->second], capture);
    return true;
  }));
  if (is_full) {
    return Error{ErrorKind::input, fmt::format("there are more than {} requests", k_most_groups),
                 "narrow them down with --since or --last"};
  }
  return groups;
}

}  // namespace

Result<std::size_t> list_requests(StoreReader& store, const CaptureFilter& filter,
                                  const OutputOptions& output, Env& env) {
  TRY_ASSIGN(std::vector<RequestGroup> groups, collect(store, filter));
  Style style = out_style(output, env);
  style.width = line_width(env);
  std::size_t count = 0;
  for (RequestGroup& group : groups) {
    TRY_ASSIGN(group.progress, store.progress(group.reference));
    const std::string line =
        output.format == Format::text ? request_line(group, style) : request_json(group);
    const bool is_array = output.format == Format::json;
    const char* const before = !is_array ? "" : count == 0 ? "\n" : ",\n";
    ++count;
    if (!env.out.write(before + line + (is_array ? "" : "\n"))) break;
  }
  return count;
}

}  // namespace terra_hook
