// SPDX-License-Identifier: MIT
// A capture as it may be shown to others.
#pragma once

#include <cstdint>
#include <memory>

#include "capture/capture.hpp"
#include "render/renderer.hpp"
#include "terra/redactor.hpp"

namespace terra_hook {

/// `capture` (loaded with its body) as if a delivery with masked personal values had arrived: body,
/// header fields, target and address masked, and what was read from them (ids, type, records,
/// size, SHA-256) read from the masks. A content coding is undone, of at most `max_decoded` bytes.
/// What it was found to be stays: number, time, verdict, marks. The signature no longer fits the
/// body.
Capture redacted(const Capture& capture, const Redactor& redactor, std::uint64_t max_decoded);

/// `attempt` with what a target answered masked likewise: it may repeat what it was sent.
Attempt redacted(const Attempt& attempt, const Redactor& redactor);

/// Renders through `inner` what is left of events after redaction.
std::unique_ptr<Renderer> make_redacting_renderer(std::unique_ptr<Renderer> inner,
                                                  Redactor redactor, std::uint64_t max_decoded);

}  // namespace terra_hook
