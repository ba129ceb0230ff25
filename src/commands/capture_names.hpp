// SPDX-License-Identifier: MIT
// How captures are named on a command line, and what the names stand for in a store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "capture/store.hpp"

namespace terra_hook {

/// True when `text` has the form of a capture's name: `12`, `12..20`, `last`, `last~2`, `@tag`, or
/// one of these after `capture:`; `#12`, as lines show it.
bool names_captures(std::string_view text);

/// True when such a name can stand for more than one: a range or a tag.
bool names_several(std::string_view text);

/// The numbers that `names` stand for, in the order given: a range and a tag those that exist in
/// it, anything else one number, which need not exist (load_capture() tells). A tag that marks
/// nothing is an Error; a range of numbers that are not all there gets a note.
Result<std::vector<std::int64_t>> find_captures(const std::vector<std::string>& names,
                                                StoreReader& store,
                                                std::vector<std::string>& notes);

/// The only capture that `name` stands for, or an Error that says it names several.
Result<Capture> load_named_capture(const std::string& name, StoreReader& store);

/// `text` as the name of a tag, without `@`: at most 64 letters, digits, `-`, `_` and `.`, the
/// first a letter or digit..
Result<std::string> parse_tag(std::string_view text);

/// The capture called `number`, or an Error that says there is none.
Result<Capture> load_capture(StoreReader& store, std::int64_t number);

}  // namespace terra_hook
