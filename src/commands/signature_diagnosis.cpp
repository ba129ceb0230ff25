// SPDX-License-Identifier: MIT
#include "commands/signature_diagnosis.hpp"

#include <algorithm>
#include <utility>

#include "commands/options.hpp"
#include "http/content_coding.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

constexpr const char* k_credential_variables[] = {"TERRA_API_KEY", "TERRA_DEV_ID"};

/// A body is decoded up to this; what is larger was hardly signed decoded.
constexpr std::uint64_t k_max_diagnosed = 64ULL << 20;

bool holds(const std::vector<NamedSecret>& keys, const Secret& value) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const NamedSecret& key) { return key.value.equals(value); });
}

std::vector<std::string> header_values(const DiagnosisSubject& subject) {
  if (subject.header_value) return {*subject.header_value};
  std::vector<std::string> values;
  for (const std::string_view name : {k_signature_field, k_deprecated_signature_field}) {
    auto value = joined_field(subject.headers, name);
    if (value && std::find(values.begin(), values.end(), *value) == values.end()) {
      values.push_back(*std::move(value));
    }
  }
  return values;
}

}  // namespace

std::vector<NamedSecret> other_keys(const std::vector<NamedSecret>& secrets, const Env& env) {
  std::vector<NamedSecret> others;
  const auto add = [&](const char* variable) {
    const auto value = env.environment(variable);
    if (!value || value->empty()) return;
    Secret secret(*value);
    if (!holds(secrets, secret) && !holds(others, secret)) {
      others.push_back({variable, std::move(secret)});
    }
  };
  std::for_each(std::begin(k_secret_variables), std::end(k_secret_variables), add);
  std::for_each(std::begin(k_credential_variables), std::end(k_credential_variables), add);
  return others;
}

Diagnosis diagnose_delivery(const DiagnosisSubject& subject, std::vector<NamedSecret> secrets,
                            std::vector<NamedSecret> others) {
  Evidence evidence;
  evidence.header_values = header_values(subject);
  evidence.body = subject.body;
  std::string decoded;
  if (has_content_coding(subject.headers)) {
    if (auto result = decode_content(subject.headers, subject.body, k_max_diagnosed)) {
      decoded = *std::move(result);
      evidence.decoded_body = decoded;
    }
  }
  evidence.secrets = std::move(secrets);
  evidence.other_keys = std::move(others);
  evidence.ordering_timestamp = read_delivery_ids(subject.headers).ordering_timestamp;
  evidence.received_at = subject.received_at;
  return diagnose(evidence);
}

}  // namespace terra_hook
