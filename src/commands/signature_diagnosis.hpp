// SPDX-License-Identifier: MIT
// What a failed verification is diagnosed from: the delivery, and every key that is at hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/header_field.hpp"
#include "base/secret.hpp"
#include "webhook/diagnosis.hpp"
#include "webhook/signature.hpp"

namespace terra_hook {

/// Keys that may have been taken for one of `secrets`: the environment's other signing secrets,
/// TERRA_API_KEY and TERRA_DEV_ID.
std::vector<NamedSecret> other_keys(const std::vector<NamedSecret>& secrets, const Env& env);

/// True for the verdicts that a diagnosis can explain.
constexpr bool is_diagnosable(Verdict verdict) {
  return verdict == Verdict::invalid || verdict == Verdict::malformed;
}

/// What is known of one delivery; all of it must outlive the call. `header_value` stands for the
/// signature header where it came by itself.
struct DiagnosisSubject {
  const HeaderFields& headers;
  std::optional<std::string> header_value;
  std::string_view body;
  std::optional<UtcTime> received_at;
};

/// diagnose() with the evidence collected; a body that can't be decoded is judged as received.
Diagnosis diagnose_delivery(const DiagnosisSubject& subject, std::vector<NamedSecret> secrets,
                            std::vector<NamedSecret> others);

}  // namespace terra_hook
