// SPDX-License-Identifier: MIT
// Series as text: sparklines, rate bars, step charts and maps. Block and braille characters, or
// ASCII where the style has no Unicode. No line is wider than asked; titles and units may come from
// a payload. Times are shown as the samples' own local clocks read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/level_series.hpp"
#include "base/track.hpp"
#include "base/series.hpp"
#include "render/style.hpp"

namespace terra_hook {

/// Without their newlines.
using Lines = std::vector<std::string>;

struct PlotOptions {
  std::string_view title = {};  ///< `heart rate`
  std::string_view unit = {};   ///< `bpm`; may be empty
  std::size_t width = 80;       ///< columns of the widest line
  std::size_t height = 1;       ///< rows of the plot itself; of a map at most so many
};

/// `92`, `5.42`, `11,894`, `1.2e+12`: a number as a person reads it, four digits of precision where
/// it is not whole.
std::string figure(double value);

/// `1h32`, `48m`, `40s`, `12d`: a span in six columns at most.
std::string brief_span(double seconds);

/// `92–181 bpm`, `70 kg`: minimum and maximum of a series that has values.
std::string value_range(const Series& series, std::string_view unit, const Style& style);

/// `07:04–07:52` as the local clocks read at both ends, with seconds or dates where they are
/// needed.
std::string clock_range(const SampleTime& first, const SampleTime& last, const Style& style);

/// `▁▂▅▇` in at most `columns` columns; gaps are blanks. Empty without values.
std::string sparkline(const Series& series, std::size_t columns, const Style& style);

/// A heading with minimum, maximum and average, the plot, and the times of its ends. The extremes
/// always show, however many samples share a column. Empty without values.
Lines value_plot(const Series& series, const PlotOptions& options, const Style& style);

/// Bars of how fast a counter (steps, metres) went up, in `unit` a minute. Empty when it never did.
Lines rate_plot(const Series& counter, const PlotOptions& options, const Style& style);

/// One row of a step chart.
struct LevelName {
  int level = 0;
  std::string_view name;
};

/// A row for each level that occurs, with how long it held in all. `names` gives the rows' order;
/// levels it does not know come below, as numbers. Where a column holds several levels, the longest
/// is solid and the others are marked. Empty without spans.
Lines level_plot(const LevelSeries& series, const std::vector<LevelName>& names,
                 const PlotOptions& options, const Style& style);

/// A map in true proportions, S where the route starts and F where it finishes. Empty without
/// points.
Lines route_map(const Track& route, const PlotOptions& options, const Style& style);

}  // namespace terra_hook
