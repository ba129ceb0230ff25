// SPDX-License-Identifier: MIT
#include "terra/phrase.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace terra_hook {
namespace {

constexpr std::size_t k_no_tally = static_cast<std::size_t>(-1);

[[noreturn]] void reject(std::string_view text) {
  throw std::logic_error("phrase: " + std::string(text));
}

/// Where the part that starts with the bracket at the front of `text` ends; braces are stepped
/// over, for paths hold brackets too.
std::size_t end_of_part(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') i = std::min(text.find('}', i), text.size() - 1);
    if (text[i] == '[') ++depth;
    if (text[i] == ']' && --depth == 0) return i;
  }
  return std::string_view::npos;
}

/// Units as they follow a figure in a row that has several, longer ones first.
constexpr std::string_view k_units[] = {"a minute", "bpm", "days", "mmHg", "ms",   "mg",
                                        "m",        "rpm", "W",    "g",    "times"};

/// `literal` without the unit that it begins with: ` m lowest` is ` lowest`.
std::string_view without_unit(std::string_view literal) {
  const std::size_t begin = literal.starts_with(' ') ? 1 : 0;
  for (const std::string_view unit : k_units) {
    if (literal.substr(begin, unit.size()) != unit) continue;
    const std::string_view rest = literal.substr(begin + unit.size());
    if (rest.empty() || rest.front() == ' ' || rest.front() == ',') return rest;
  }
  return literal;
}

}  // namespace

Phrase::Phrase(std::string_view text, PhrasePaths& paths) {
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) pieces_.push_back({std::exchange(literal, {}), {}, nullptr, nullptr, {}});
  };
  while (!text.empty()) {
    const char c = text.front();
    if (c != '{' && c != '[') {
      literal += c;
      text.remove_prefix(1);
      continue;
    }
    end_literal();
    const std::size_t end = c == '{' ? text.find('}') : end_of_part(text);
    if (end == std::string_view::npos) reject(text);
    const std::string_view inside = text.substr(1, end - 1);
    if (c == '{') {
      pieces_.push_back(read_value(inside, paths));
    } else {
      Piece piece;
      piece.part = std::make_shared<const Phrase>(inside, paths);
      pieces_.push_back(std::move(piece));
    }
    text.remove_prefix(end + 1);
  }
  end_literal();
}

Phrase::Piece Phrase::read_value(std::string_view inside, PhrasePaths& paths) {
  const std::size_t bar = inside.find('|');
  if (bar == std::string_view::npos) reject(inside);
  Piece piece;
  const std::string_view format = inside.substr(bar + 1);
  piece.format = find_format(format);
  if (piece.format == nullptr) piece.words = find_enum(format);
  if (piece.format == nullptr && piece.words == nullptr) reject(inside);
  std::string_view names = inside.substr(0, bar);
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    const bool is_of_event = name.starts_with("$.");
    if (is_of_event) name.remove_prefix(2);
    PathSet& set = is_of_event ? paths.event : paths.record;
    const PathSet::Id id = set.add(name);
    piece.slots.push_back({id, name.ends_with('*') ? set.tally_of(id) : k_no_tally, is_of_event});
  }
  return piece;
}

std::optional<std::string> Phrase::write(const PathValues& record, const PathValues& event) const {
  return finished(compose(record, event, false));
}

std::optional<std::string> Phrase::write_labelled(const PathValues& record,
                                                  const PathValues& event) const {
  const bool is_figure =
      pieces_.size() == 2 && !pieces_[0].slots.empty() && !pieces_[1].literal.empty();
  if (is_figure && write_value(pieces_[0], record, event) == k_null_text) {
    return std::string(k_null_text);
  }
  return finished(compose(record, event, true));
}

std::optional<Phrase::Composed> Phrase::compose(const PathValues& record, const PathValues& event,
                                                bool drops_units) const {
  Composed composed;
  bool has_values = false;
  bool has_parts = false;
  bool needs_values = false;
  bool needs_parts = false;
  for (const Piece& piece : pieces_) {
    if (piece.part) {
      const std::optional<Composed> part = piece.part->compose(record, event, drops_units);
      needs_parts = true;
      if (!part) continue;
      has_parts = true;
      composed.text += part->text;
      composed.has_figure |= part->has_figure;
      continue;
    }
    if (piece.slots.empty()) {
      const bool is_after_null = (has_values || has_parts) && !composed.has_figure;
      composed.text += drops_units && is_after_null ? without_unit(piece.literal) : piece.literal;
      continue;
    }
    needs_values = true;
    const std::optional<std::string> value = write_value(piece, record, event);
    if (!value) continue;
    has_values = true;
    composed.has_figure |= *value != k_null_text;
    composed.text += *value;
  }
  // What a part says is not enough where a value stands outside of it.
  if (needs_values ? !has_values : needs_parts && !has_parts) return std::nullopt;
  return composed;
}

std::optional<std::string> Phrase::finished(std::optional<Composed> composed) {
  if (!composed) return std::nullopt;
  // Parts end in what separates them from the next one.
  std::string& text = composed->text;
  text.erase(text.find_last_not_of(", ") + 1);
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::optional<std::string> Phrase::write_value(const Piece& piece, const PathValues& record,
                                               const PathValues& event) const {
  std::vector<Argument> arguments;
  bool is_null = false;
  for (const Slot& slot : piece.slots) {
    const PathValues& values = slot.is_of_event ? event : record;
    const Argument argument{&values.values[slot.id],
                            slot.tally == k_no_tally ? nullptr : &values.tallies[slot.tally]};
    if (argument.value->has_content()) arguments.push_back(argument);
    is_null |= argument.value->kind == PathValue::Kind::null;
  }
  if (arguments.empty()) {
    return is_null ? std::optional(std::string(k_null_text)) : std::nullopt;
  }
  if (piece.words != nullptr) return enum_text(*arguments[0].value, *piece.words);
  return piece.format->write(arguments);
}

}  // namespace terra_hook
