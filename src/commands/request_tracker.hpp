// SPDX-License-Identifier: MIT
// Which large requests a listener saw something of, and how far they have come.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "capture/store.hpp"
#include "render/events.hpp"

namespace terra_hook {

/// Any thread.
class RequestTracker {
 public:
  /// Notes chunks and large_request_* events; the others and those that failed verification are
  /// none of its business. Without a store it is also what knows a chunk's count. Past 1,000
  /// requests no further ones are noted. A chunk whose answer is not known yet (Capture::answered)
  /// counts from note_answer() on.
  void note(Capture& capture);

  /// Counts a chunk that was noted when its sender is answered 2xx: any other has it still.
  void note_answer(const Capture& capture, int status);

  /// Those that are not complete. What earlier sessions and other listeners kept in `store` counts
  /// too, when there is one.
  Result<std::vector<IncompleteRequest>> incomplete(StoreReader* store) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, RequestProgress> requests_;
};

}  // namespace terra_hook
