// SPDX-License-Identifier: MIT
// What `--redact` masks with.
#pragma once

#include "base/env.hpp"
#include "base/result.hpp"
#include "terra/redactor.hpp"

namespace terra_hook {

/// A Redactor whose key is kept in `redaction.key` in the state directory (mode 0600, made at
/// random the first time), so that masks are the same in every run on this machine and of no use
/// elsewhere. Where it can't be kept, a note says so and the masks hold for this run alone.
Redactor make_redactor(Env& env);

}  // namespace terra_hook
