// SPDX-License-Identifier: MIT
// A long array of samples in one line: how many, from when to when, from what to what.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_scanner.hpp"
#include "base/series.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// What an array of samples holds.
struct SampleFold {
  struct Field {
    std::string_view raw_name;  ///< a key as sent, with its quotes; empty for bare numbers
    Series series;              ///< over time, or over the items' numbers where they have no time
  };

  std::size_t items = 0;
  bool has_times = false;
  SampleTime first, last;     ///< earliest and latest, where there are times
  std::vector<Field> fields;  ///< those that hold numbers
};

/// Reads the array that `scanner`'s last token opened, to behind its end. Nothing, and the scanner
/// anywhere inside, when it is not one of samples: objects of at most four members, one of them a
/// timestamp or all of them one number, or numbers alone. One pass, bounded memory.
std::optional<SampleFold> read_samples(json::Scanner& scanner);

/// `3,600 items, 07:04–07:52, 92–181 bpm ▁▂▅▇` in at most `columns`.
std::string fold_text(const SampleFold& fold, std::size_t columns, const Style& style);

}  // namespace terra_hook
