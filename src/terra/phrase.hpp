// SPDX-License-Identifier: MIT
// A line of the tables: text with the values of a body in it. `slept {a.b|hours}[ ({c|int})]`:
// braces hold a path and its format, brackets a part that stands only where one of its values does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terra/formats.hpp"
#include "terra/path_set.hpp"

namespace terra_hook {

/// Where phrases look: a path that starts with `$.` is one of the whole body, any other one of a
/// record (or of a row).
struct PhrasePaths {
  PathSet record;
  PathSet event;
};

class Phrase {
 public:
  /// Adds the paths of `text` to `paths`. The texts are the program's own: one that is not right is
  /// a bug and throws std::logic_error (a test compiles them all).
  Phrase(std::string_view text, PhrasePaths& paths);

  /// The text. Zero is a figure, null is `–`, what is absent is left out: nothing when all values
  /// are.
  std::optional<std::string> write(const PathValues& record, const PathValues& event) const;

  /// The same beside a label: figures that are null stand there without their unit.
  std::optional<std::string> write_labelled(const PathValues& record,
                                            const PathValues& event) const;

 private:
  struct Slot {
    PathSet::Id id;
    std::size_t tally;
    bool is_of_event;
  };
  struct Piece {
    std::string literal;
    std::vector<Slot> slots;             ///< of a value: the first with content counts
    const Format* format = nullptr;      ///< of a value, or
    const EnumTable* words = nullptr;    ///< its words
    std::shared_ptr<const Phrase> part;  ///< of brackets
  };

  struct Composed {
    std::string text;
    bool has_figure = false;  ///< a value that is not null
  };

  std::optional<Composed> compose(const PathValues& record, const PathValues& event,
                                  bool drops_units) const;
  static std::optional<std::string> finished(std::optional<Composed> composed);
  std::optional<std::string> write_value(const Piece& piece, const PathValues& record,
                                         const PathValues& event) const;
  static Piece read_value(std::string_view inside, PhrasePaths& paths);

  std::vector<Piece> pieces_;
};

}  // namespace terra_hook
