// SPDX-License-Identifier: MIT
// Terra puts the unit of a number into its field's name; here it is taken out again.
#pragma once

#include <string_view>

namespace terra_hook {

/// `bpm` for `bpm`, `m/s` for `speed_meters_per_second`, `mg/dL` for `blood_glucose_mg_per_dL`;
/// empty for a name that says none. Without `unicode` only ASCII.
std::string_view unit_of_field(std::string_view name, bool unicode);

}  // namespace terra_hook
