// SPDX-License-Identifier: MIT
// Whether a capture that is at hand is one of those that a filter is about; StoreReader::list()
// asks the store the same.
#pragma once

#include "capture/capture.hpp"
#include "capture/store.hpp"

namespace terra_hook {

/// `filter`'s tag and `last` are not looked at: they are about a store.
bool matches(const CaptureFilter& filter, const Capture& capture);

}  // namespace terra_hook
