// SPDX-License-Identifier: MIT
#include "base/json_edit.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook::json {
namespace {

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump();
}

std::string replaced(std::string_view text, std::size_t begin, std::size_t end,
                     std::string_view by) {
  std::string out;
  out.reserve(text.size() + by.size());
  return out.append(text.substr(0, begin)).append(by).append(text.substr(end));
}

/// Appends a child to a container, with the white space that its last child has.
std::string appended(std::string_view text, Span container, std::string_view token,
                     std::string_view value) {
  std::optional<Child> last;
  for_each_child(text, container, [&](const Child& child) {
    last = child;
    return true;
  });
  const bool is_object = text[container.begin] == '{';
  std::string addition;
  if (!last) {
    if (is_object) addition = quoted(token) + ":";
    return replaced(text, container.begin + 1, container.begin + 1, addition.append(value));
  }
  const std::size_t gap_begin = text.find_last_of("{[,", last->key.begin - 1) + 1;
  addition.append(",").append(text.substr(gap_begin, last->key.begin - gap_begin));
  if (is_object) {
    // What stands between the last member's key and its value: the colon and its spaces.
    addition.append(quoted(token))
        .append(text.substr(last->key.end(), last->value.begin - last->key.end()));
  }
  return replaced(text, last->value.end(), last->value.end(), addition.append(value));
}

Result<std::string> set(std::string_view text, const Pointer& pointer, std::string_view value) {
  if (!pointer.empty()) {
    const std::size_t depth = pointer.tokens().size() - 1;
    const std::string& token = pointer.tokens().back();
    auto parent = locate_prefix(text, pointer, depth);
    if (!parent) {
      Error error = std::move(parent).error();
      if (error.hint.empty()) error.hint = "set what it lies in first";
      return error;
    }
    const char first = text[parent->begin];
    if (first == '[' && token == "-") return appended(text, *parent, token, value);
    if (first == '{') {
      bool exists = false;
      for_each_child(text, *parent, [&](const Child& child) {
        exists = exists || spells(child.raw_key, token);
        return !exists;
      });
      if (!exists) return appended(text, *parent, token, value);
    }
  }
  TRY_ASSIGN(const Span span, locate(text, pointer));
  return replaced(text, span.begin, span.end(), value);
}

/// The ranges to cut so that the children that `is_match` picks are gone and the commas still fit.
class Removal {
 public:
  explicit Removal(Span container) : container_(container) {}

  void add(const Child& child, bool is_match) {
    if (is_open_) ranges_.back().size = child.key.begin - ranges_.back().begin;
    is_open_ = false;
    if (!is_match) {
      has_kept_ = true;
    } else if (has_kept_) {
      // With all from the end of the child before, its comma among it.
      ranges_.push_back({previous_end_, child.value.end() - previous_end_});
    } else {
      ranges_.push_back({child.key.begin, child.value.end() - child.key.begin});
      is_open_ = true;  // up to the next child, with the comma between
    }
    previous_end_ = child.value.end();
  }

  std::string apply(std::string_view text) const {
    if (!has_kept_) {
      return replaced(text, container_.begin + 1, container_.end() - 1, "");
    }
    std::string out;
    std::size_t position = 0;
    for (const Span& range : ranges_) {
      out.append(text.substr(position, range.begin - position));
      position = range.end();
    }
    return out.append(text.substr(position));
  }

 private:
  Span container_;
  std::vector<Span> ranges_;
  std::size_t previous_end_ = 0;
  bool has_kept_ = false;
  bool is_open_ = false;
};

Result<std::string> unset(std::string_view text, const Pointer& pointer) {
  if (pointer.empty()) {
    return Error{ErrorKind::input, "the whole body can't be removed",
                 "name a member or an element, such as /data/0"};
  }
  TRY_ASSIGN(const Span named, locate(text, pointer));
  TRY_ASSIGN(const Span parent, locate_prefix(text, pointer, pointer.tokens().size() - 1));
  Removal removal(parent);
  for_each_child(text, parent, [&](const Child& child) {
    removal.add(child, child.raw_key.empty() ? child.value == named
                                             : spells(child.raw_key, pointer.tokens().back()));
    return true;
  });
  return removal.apply(text);
}

}  // namespace

Result<Edit> parse_set(std::string_view argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string_view::npos) {
    return Error{ErrorKind::usage, fmt::format("'{}' has no '='", sanitize(argument)),
                 "write it like /data/0/metadata/type=0"};
  }
  TRY_ASSIGN(Pointer pointer, Pointer::parse(argument.substr(0, equals)));
  const std::string_view value = argument.substr(equals + 1);
  if (!is_utf8(value)) {
    return Error{ErrorKind::usage, fmt::format("the value for {} is not UTF-8", pointer.describe()),
                 "a value is JSON or text, in UTF-8"};
  }
  std::string json(trim(value));
  if (find_problem(json)) json = quoted(value);
  return Edit{std::move(pointer), std::move(json)};
}

Result<Edit> parse_unset(std::string_view argument) {
  TRY_ASSIGN(Pointer pointer, Pointer::parse(argument));
  return Edit{std::move(pointer), std::nullopt};
}

Result<std::string> apply(std::string_view text, const Edit& edit) {
  return edit.value ? set(text, edit.pointer, *edit.value) : unset(text, edit.pointer);
}

}  // namespace terra_hook::json
