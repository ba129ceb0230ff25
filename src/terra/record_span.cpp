// SPDX-License-Identifier: MIT
#include "terra/record_span.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "terra/sample_event.hpp"

namespace terra_hook {
namespace {

/// What type, version and user take of a chunk, generously.
constexpr std::uint64_t k_envelope_bytes = 4096;

std::string athlete_of(const RecordSpan& span, const RecordSource& source) {
  std::string athlete = "{}";
  for_each_record(span, source, [&](const std::string& record) {
    athlete = record;
    return false;
  });
  return athlete;
}

}  // namespace

bool provider_has(const ProviderTraits& provider, DataType type) {
  return (provider.types & (1U << static_cast<unsigned>(type))) != 0;
}

void for_each_record(const RecordSpan& span, const RecordSource& source,
                     const std::function<bool(const std::string&)>& take) {
  std::size_t skip = span.skip;
  std::size_t left = span.count;
  for (Day day = span.days.first; day < span.days.end && left > 0; day += std::chrono::days(1)) {
    const auto records = source.records(span.person, span.type, day, span.with_samples);
    for (std::size_t i = skip; i < records.size() && left > 0; ++i, --left) {
      if (!take(records[i])) return;
    }
    skip = 0;
  }
}

std::vector<RecordSpan> plan_chunks(const RecordSpan& span, const RecordSource& source,
                                    const ChunkLimits& limits) {
  std::vector<RecordSpan> chunks;
  std::uint64_t bytes = 0;
  for (Day day = span.days.first; day < span.days.end; day += std::chrono::days(1)) {
    const auto records = source.records(span.person, span.type, day, span.with_samples);
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::uint64_t size = records[i].size() + 1;
      const bool fits = !chunks.empty() && chunks.back().count < limits.records &&
                        bytes + size + k_envelope_bytes <= limits.bytes;
      if (!fits) {
        RecordSpan& chunk = chunks.emplace_back(span);
        chunk.days.first = day;
        chunk.skip = i;
        chunk.count = 0;
        bytes = 0;
      }
      chunks.back().days.end = day + std::chrono::days(1);
      ++chunks.back().count;
      bytes += size;
    }
  }
  return chunks;
}

std::optional<std::string> record_array(const RecordSpan& span, const RecordSource& source,
                                        std::uint64_t max_bytes) {
  std::string array = "[";
  for_each_record(span, source, [&](const std::string& record) {
    if (array.size() > 1) array += ',';
    array += record;
    return array.size() <= max_bytes;
  });
  if (array.size() > max_bytes) return std::nullopt;
  return array + "]";
}

std::string data_event_body(const RecordSpan& span, std::string_view user,
                            const RecordSource& source) {
  std::string body =
      fmt::format(R"({{"type":"{}","version":"{}","user":{},)", span.type, k_payload_version, user);
  if (span.type == "athlete") return body + R"("athlete":)" + athlete_of(span, source) + "}";
  return body + R"("data":)" + *record_array(span, source, UINT64_MAX) + "}";
}

std::optional<std::string> data_document(const RecordSpan& span, std::string_view user,
                                         const RecordSource& source, std::uint64_t max_bytes) {
  std::string document = fmt::format(R"({{"type":"{}","user":{},)", span.type, user);
  if (span.type == "athlete") return document + R"("athlete":)" + athlete_of(span, source) + "}";
  const auto records = record_array(span, source, max_bytes);
  if (!records) return std::nullopt;
  return document + R"("data":)" + *records + "}";
}

}  // namespace terra_hook
