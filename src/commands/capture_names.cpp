// SPDX-License-Identifier: MIT
#include "commands/capture_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/terminal.hpp"
#include "base/whole_number.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_tag = 64;

/// How far back `last` or `last~n` reaches.
std::optional<std::int64_t> parse_last(std::string_view text) {
  if (text == "last") return 0;
  if (!text.starts_with("last~")) return std::nullopt;
  return whole_number<std::int64_t>(text.substr(5), 0);
}

std::string_view without_prefix(std::string_view text) {
  constexpr std::string_view prefix = "capture:";
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  // As lines show it.
  const bool is_shown = text.size() > 1 && text.front() == '#' && is_digit(text[1]);
  return is_shown ? text.substr(1) : text;
}

Result<std::int64_t> resolve_one(std::string_view text, StoreReader& store) {
  if (const auto number = whole_number<std::int64_t>(text, 0)) return *number;
  const auto back = parse_last(text);
  if (!back) {
    return Error{ErrorKind::input, fmt::format("'{}' names no capture", sanitize(text)),
                 "a number (12), a range (12..20), last, last~2, or @tag"};
  }
  TRY_ASSIGN(const std::optional<std::int64_t> number, store.newest(*back));
  if (number) return *number;
  return Error{ErrorKind::input, fmt::format("no capture '{}': there are not that many", text),
               "terra-hook list shows what there is"};
}

bool is_range(std::string_view text) {
  return text.find("..") != std::string_view::npos;
}

Result<void> add_range(std::string_view text, StoreReader& store,
                       std::vector<std::int64_t>& numbers, std::vector<std::string>& notes) {
  const auto dots = text.find("..");
  if (dots == 0 || dots + 2 == text.size()) {
    return Error{ErrorKind::input, fmt::format("'{}' has one end only", sanitize(text)),
                 "a range has two, such as 12..20 or 12..last"};
  }
  CaptureFilter filter;
  TRY_ASSIGN(filter.first_number, resolve_one(text.substr(0, dots), store));
  TRY_ASSIGN(filter.last_number, resolve_one(text.substr(dots + 2), store));
  if (*filter.last_number < *filter.first_number) {
    return Error{ErrorKind::input, fmt::format("'{}' ends before it begins", sanitize(text)),
                 fmt::format("the older one comes first: {}..{}", text.substr(dots + 2),
                             text.substr(0, dots))};
  }
  const std::size_t before = numbers.size();
  TRY(store.list(filter, [&](const Capture& capture) {
    numbers.push_back(capture.number);
    return true;
  }));
  const auto found = static_cast<std::int64_t>(numbers.size() - before);
  // Whoever counts back from the last one did not mean those that were pruned.
  const bool is_counted = text.find("last") == std::string_view::npos;
  const std::int64_t missing = *filter.last_number - *filter.first_number + 1 - found;
  if (found > 0 && missing > 0 && is_counted) {
    notes.push_back(fmt::format("{} of {} {} not in the store", missing, sanitize(text),
                                missing == 1 ? "is" : "are"));
  }
  if (found > 0) return {};
  return Error{ErrorKind::input, fmt::format("no captures in {}", sanitize(text)),
               "terra-hook list shows what there is"};
}

Result<void> add_tagged(std::string_view text, StoreReader& store,
                        std::vector<std::int64_t>& numbers) {
  TRY_ASSIGN(const std::string tag, parse_tag(text.substr(1)));
  TRY_ASSIGN(const std::vector<std::int64_t> tagged, store.tagged(tag));
  if (tagged.empty()) {
    return Error{ErrorKind::input, fmt::format("no capture is tagged @{}", tag),
                 "terra-hook tag lists the tags"};
  }
  numbers.insert(numbers.end(), tagged.begin(), tagged.end());
  return {};
}

}  // namespace

bool names_captures(std::string_view text) {
  text = without_prefix(text);
  if (text.starts_with('@')) return true;
  const auto is_one = [](std::string_view part) {
    return whole_number<std::int64_t>(part, 0).has_value() || parse_last(part).has_value();
  };
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return is_one(text);
  return is_one(text.substr(0, dots)) && is_one(text.substr(dots + 2));
}

bool names_several(std::string_view text) {
  text = without_prefix(text);
  return text.starts_with('@') || is_range(text);
}

Result<std::vector<std::int64_t>> find_captures(const std::vector<std::string>& names,
                                                StoreReader& store,
                                                std::vector<std::string>& notes) {
  std::vector<std::int64_t> numbers;
  for (const std::string& name : names) {
    const std::string_view text = without_prefix(name);
    if (text.starts_with('@')) {
      TRY(add_tagged(text, store, numbers));
    } else if (is_range(text)) {
      TRY(add_range(text, store, numbers, notes));
    } else {
      TRY_ASSIGN(const std::int64_t number, resolve_one(text, store));
      numbers.push_back(number);
    }
  }
  return numbers;
}

Result<Capture> load_named_capture(const std::string& name, StoreReader& store) {
  std::vector<std::string> ignored;
  TRY_ASSIGN(const std::vector<std::int64_t> numbers, find_captures({name}, store, ignored));
  if (numbers.size() == 1 && !is_range(name)) return load_capture(store, numbers.front());
  return Error{ErrorKind::input, fmt::format("'{}' names several captures", sanitize(name)),
               "one is needed here; terra-hook list shows them"};
}

Result<std::string> parse_tag(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return Error{ErrorKind::input, fmt::format("'{}' can't be a tag: {}", sanitize(text), why),
                 "letters, digits, '-', '_' and '.', such as bug-17"};
  };
  if (text.empty()) return Error{ErrorKind::input, "the tag is empty", "such as @bug-17"};
  if (text.size() > k_max_tag) {
    return refused(fmt::format("it has more than {} characters", k_max_tag));
  }
  if (!is_alphanumeric(text.front())) return refused("it begins with neither letter nor digit");
  const bool is_clean = std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  });
  if (!is_clean) return refused("it has other characters");
  if (is_range(text)) return refused("two dots are for ranges");
  if (consists_of(text, k_digits) || text.starts_with("last")) {
    return refused("that names a capture");
  }
  return std::string(text);
}

Result<Capture> load_capture(StoreReader& store, std::int64_t number) {
  TRY_ASSIGN(std::optional<Capture> capture, store.load(number));
  if (capture) return *std::move(capture);
  TRY_ASSIGN(const std::optional<std::int64_t> newest, store.newest(0));
  return Error{ErrorKind::input, fmt::format("no capture #{}", number),
               newest ? fmt::format("the newest is #{}; terra-hook list shows them all", *newest)
                      : std::string("the store is empty; terra-hook listen fills it")};
}

}  // namespace terra_hook
