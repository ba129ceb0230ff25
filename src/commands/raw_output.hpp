// SPDX-License-Identifier: MIT
// Bytes that go to standard output as they are.
#pragma once

#include <string>
#include <string_view>

#include "base/env.hpp"
#include "base/result.hpp"

namespace terra_hook {

/// An Error (input) when standard output is a terminal that would act on `bytes`, which are those
/// of `what` (`#12`, `the answer`). `hint` says where to put them instead.
Result<void> check_fit_for_output(std::string_view bytes, std::string_view what, std::string hint,
                                  const Env& env);

}  // namespace terra_hook
