// SPDX-License-Identifier: MIT
// What the plots have in common: headings, time axes, marks. Only for render/plot*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/series.hpp"
#include "render/plot.hpp"

namespace terra_hook {

/// As many of the facts, which `, ` separates, as fit into `columns` whole: a figure that is cut is
/// another figure. Of a first one that is too long the beginning.
std::string fit_facts(std::string_view facts, std::size_t columns, const Style& style);

/// `title` and the facts about it that fit into the options' width.
std::string plot_heading(const PlotOptions& options, std::string_view facts, const Style& style);

/// The local times of both ends under a plot of `columns`, and of its middle where there is room.
std::string time_axis(const SampleTime& first, const SampleTime& last, std::size_t columns,
                      const Style& style);

/// `07:04`, with seconds or a date as far as a span of `span` seconds needs them.
std::string clock_text(const SampleTime& time, double span);

}  // namespace terra_hook
