// SPDX-License-Identifier: MIT
// A diagnosis of a signature, for people.
#pragma once

#include <string>

#include "render/style.hpp"
#include "webhook/diagnosis.hpp"

namespace terra_hook {

/// Lines that each begin with two blanks and end in '\n': each cause and its remedy, or what was
/// tried and what is left.
std::string diagnosis_text(const Diagnosis& diagnosis, const Style& style);

/// The same in a clause: ` because …: what to do`, or `, and …` when nothing explains it.
std::string diagnosis_clause(const Diagnosis& diagnosis);

}  // namespace terra_hook
