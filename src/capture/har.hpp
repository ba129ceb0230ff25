// SPDX-License-Identifier: MIT
// HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), written so that browsers and
// proxies open it, read as they and webhook services write it. What HAR has no place for is in each
// entry's `_terra_hook` object.
#pragma once

#include <string>
#include <string_view>

#include "capture/capture.hpp"
#include "capture/delivery_file.hpp"

namespace terra_hook {

/// The text before the first entry and after the last. `version` is ours.
std::string har_begin(std::string_view version);
std::string har_end();

/// One entry, on one line; a comma and a newline go between two.
std::string har_entry(const Capture& capture);

/// True when the JSON document `text` has the form of an archive: a member `log`, an object.
bool is_har(std::string_view text);

/// Visits the entries of `text`, which must be JSON. Entries that are not POST are skipped.
Result<void> read_har(std::string_view text, const DeliveryReadOptions& options,
                      const DeliveryVisitor& visitor);

}  // namespace terra_hook
