// SPDX-License-Identifier: MIT
// The records of made-up people as Terra would deliver them (its published schema's field names,
// units and enums). The same person, type, date and options give the same bytes for ever,
// whatever was asked before, and what different records say of one day agrees. Pure.
#pragma once

#include <string>
#include <vector>

#include "terra/sample_day.hpp"
#include "terra/sample_person.hpp"

namespace terra_hook {

struct SampleOptions {
  bool with_samples = false;      ///< else the arrays of samples are empty
  bool ignores_provider = false;  ///< also what the person's provider does not have
};

/// The JSON texts of a local date's records, in the order of time; on some days of some types
/// there is none. A night belongs to the date on which it ends, a workout to the one on which it
/// begins. `athlete` is the same one on each date.
std::vector<std::string> sample_records(const Person& person, DataType type, LocalDate date,
                                        const SampleOptions& options);

}  // namespace terra_hook
