// SPDX-License-Identifier: MIT
#include "terra/sample_delivery.hpp"

#include <algorithm>

#include "terra/sample_random.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {
namespace {

constexpr int k_most_days = 3650;
constexpr std::size_t k_no_limit = 1'000'000;

std::string digest_of(const std::string& signature) {
  return signature.substr(signature.find("v1=") + 3);
}

std::string signature_of(const SampleDelivery& delivery, const Secret& secret, UtcTime now) {
  const std::string time = unix_seconds_text(now);
  const std::string right = sign(secret, time, delivery.body);
  const Secret other(std::string("not the secret of this destination"));
  switch (delivery.signing) {
    case SampleSigning::valid: return right;
    case SampleSigning::missing: return {};
    case SampleSigning::forged: return sign(other, time, delivery.body);
    case SampleSigning::tampered: return sign(secret, time, delivery.body + "\n");
    case SampleSigning::expired:
      return sign(secret, unix_seconds_text(now - std::chrono::hours(1)), delivery.body);
    case SampleSigning::malformed: return digest_of(right);
    case SampleSigning::doubled:
      return sign(other, time, delivery.body) + ",v1=" + digest_of(right);
    case SampleSigning::other_scheme: return "t=" + time + ",v0=" + digest_of(right);
  }
  return right;
}

void add_signature(HeaderFields& headers, SignatureNames names, const std::string& value) {
  switch (names) {
    case SignatureNames::both:
      headers.push_back({std::string(k_signature_field), value});
      headers.push_back({std::string(k_deprecated_signature_field), value});
      break;
    case SignatureNames::current: headers.push_back({std::string(k_signature_field), value}); break;
    case SignatureNames::deprecated:
      headers.push_back({std::string(k_deprecated_signature_field), value});
      break;
    case SignatureNames::lower_case:
      headers.push_back({"x-terra-signature", value});
      headers.push_back({"terra-signature", value});
      break;
    case SignatureNames::upper_case:
      headers.push_back({"X-TERRA-SIGNATURE", value});
      headers.push_back({"TERRA-SIGNATURE", value});
      break;
  }
}

}  // namespace

HeaderFields headers_of(const SampleDelivery& delivery, const Secret* secret, UtcTime now) {
  HeaderFields headers = {{"Content-Type", "application/json"},
                          {"User-Agent", "terra-hook/" TERRA_HOOK_VERSION},
                          {"terra-reference", delivery.reference},
                          {"X-Terra-Trace-Id", delivery.trace_id}};
  if (delivery.emitted_at) {
    headers.push_back(
        {"X-Terra-Ordering-Timestamp", std::to_string(unix_milliseconds(*delivery.emitted_at))});
  }
  if (secret == nullptr) return headers;
  const std::string value = signature_of(delivery, *secret, now);
  if (!value.empty()) add_signature(headers, delivery.names, value);
  return headers;
}

std::vector<std::string> latest_records(std::string_view type, const Person& person, LocalDate date,
                                        const SampleOptions& options, std::size_t count,
                                        std::uint64_t most_bytes) {
  std::vector<std::string> records;  // the latest first
  std::uint64_t bytes = 0;
  for (int i = 0; i < k_most_days; ++i) {
    auto day = event_records(type, person, date - std::chrono::days(i), options);
    std::reverse(day.begin(), day.end());
    for (std::string& record : day) {
      bytes += record.size() + 1;
      const bool is_full = most_bytes > 0 && bytes > most_bytes + 1;
      if (records.size() == count || is_full) {
        std::reverse(records.begin(), records.end());
        return records;
      }
      records.push_back(std::move(record));
    }
    if (type == "athlete") break;
  }
  std::reverse(records.begin(), records.end());
  return records;
}

std::string widened(std::string body, std::uint64_t size) {
  if (body.size() >= size || body.empty()) return body;
  body.insert(body.size() - 1, size - body.size(), ' ');
  return body;
}

std::optional<std::string> event_of_size(std::string_view type, const Person& person,
                                         LocalDate date, const SampleOptions& options,
                                         std::uint64_t size) {
  if (!has_sample_records(type)) {
    NoticeDetails details;
    details.date = date;
    std::string body = widened(notice_event(type, person, details), size);
    return body.size() == size ? std::optional(std::move(body)) : std::nullopt;
  }
  const std::uint64_t frame = data_event(type, person, {}).size();
  if (frame > size) return std::nullopt;
  SampleOptions with_samples = options;
  with_samples.with_samples = true;
  std::vector<std::string> records =
      latest_records(type, person, date, with_samples, k_no_limit, size - frame);
  if (records.empty()) {
    with_samples.with_samples = false;
    records = latest_records(type, person, date, with_samples, k_no_limit, size - frame);
  }
  std::string body = widened(data_event(type, person, records), size);
  return body.size() == size ? std::optional(std::move(body)) : std::nullopt;
}

}  // namespace terra_hook
