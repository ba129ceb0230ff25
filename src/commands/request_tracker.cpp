// SPDX-License-Identifier: MIT
#include "commands/request_tracker.hpp"

#include "http/response.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_requests = 1000;

}  // namespace

void RequestTracker::note(Capture& capture) {
  const bool is_part = capture.ids.chunk || is_large_request(capture.summary.event_type);
  if (!capture.ids.terra_reference || !is_part || is_unauthentic(capture.verdict)) return;
  const std::lock_guard lock(mutex_);
  auto request = requests_.find(*capture.ids.terra_reference);
  if (request == requests_.end()) {
    if (requests_.size() >= k_most_requests) return;
    request = requests_.emplace(*capture.ids.terra_reference, RequestProgress{}).first;
  }
  RequestProgress& progress = request->second;
  if (capture.summary.expected_payloads) progress.expected = capture.summary.expected_payloads;
  if (!capture.ids.chunk) return;
  if (!capture.answered) progress.chunks.add(*capture.ids.chunk);
  if (!capture.chunk_count) capture.chunk_count = progress.expected;
}

void RequestTracker::note_answer(const Capture& capture, int status) {
  if (!capture.ids.terra_reference || !capture.ids.chunk || !is_success(status)) return;
  const std::lock_guard lock(mutex_);
  const auto request = requests_.find(*capture.ids.terra_reference);
  if (request == requests_.end() || is_unauthentic(capture.verdict)) return;
  request->second.chunks.add(*capture.ids.chunk);
}

Result<std::vector<IncompleteRequest>> RequestTracker::incomplete(StoreReader* store) const {
  const std::lock_guard lock(mutex_);
  std::vector<IncompleteRequest> incomplete;
  for (const auto& [reference, noted] : requests_) {
    RequestProgress progress = noted;
    if (store != nullptr) {
      TRY_ASSIGN(progress, store->progress(reference));
    }
    if (progress.is_complete() != true) incomplete.push_back({reference, std::move(progress)});
  }
  return incomplete;
}

}  // namespace terra_hook
