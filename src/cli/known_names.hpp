// SPDX-License-Identifier: MIT
// What only the store and the configuration know and a completion script asks for while somebody
// types: numbers of captures, tags, profiles.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"

namespace terra_hook {

enum class NameKind { captures, tags, profiles };

/// Lines of a name, a tab and a hint: of `captures` the newest fifty and all tags, as they are
/// named on a command line; of `tags` and `profiles` their names. `typed` are the words of the
/// command line that is being typed, without the program's: its --store, --config and --profile
/// count. Nothing but letters, digits, blanks and `@._:,+-` is in the lines, whatever a payload or
/// a file says. Empty when something can't be read: there is nobody to tell.
std::string known_names(NameKind kind, const std::vector<std::string>& typed, Env& env);

}  // namespace terra_hook
