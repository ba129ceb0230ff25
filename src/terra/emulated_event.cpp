// SPDX-License-Identifier: MIT
#include "terra/emulated_event.hpp"

#include <fmt/format.h>

namespace terra_hook {
namespace {

using namespace std::chrono_literals;

constexpr auto k_before_first_chunk = 100ms;

}  // namespace

std::string event_body(const EventPlan& event, const RecordSource& source) {
  if (!event.records) return event.body;
  return data_event_body(*event.records, event.user, source);
}

EventPlan data_event(const Connection& user, RecordSpan records) {
  EventPlan event;
  event.type = records.type;
  event.user_id = user.user_id;
  event.user = user_json(to_person(user));
  event.records = std::move(records);
  return event;
}

EventPlan notice(std::string_view type, const Connection& user, const NoticeDetails& details) {
  EventPlan event;
  event.type = type;
  event.user_id = user.user_id;
  event.body = notice_event(type, to_person(user), details);
  return event;
}

std::vector<Emission> work_off(const LargeRequest& request, const RecordSource& source) {
  const std::vector<RecordSpan> spans = plan_chunks(*request.event.records, source);
  NoticeDetails details;
  details.reference = request.reference;
  details.payloads = static_cast<std::int64_t>(spans.size());
  std::vector<Emission> emissions;
  Emission& sending = emissions.emplace_back();
  sending.event = notice("large_request_sending", request.user, details);
  sending.trace_id = request.sending_trace_id;
  sending.reference = request.reference;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    Emission& chunk = emissions.emplace_back();
    chunk.event = request.event;
    chunk.event.records = spans[i];
    chunk.trace_id = fmt::format("{}:chunk:{}", request.chunk_trace_id, i + 1);
    chunk.reference = request.reference;
    chunk.chunk = i + 1;
    chunk.chunks = spans.size();
    chunk.after = k_before_first_chunk;
  }
  return emissions;
}

std::string IdSource::next() {
  // RFC 9562 §5.4: version 4, variant 10.
  const std::uint64_t high = (random_() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random_() & ~(3ULL << 62)) | (2ULL << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFFULL);
}

std::string IdSource::next_token() {
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:016x}", random_());
  return token;
}

}  // namespace terra_hook
