// SPDX-License-Identifier: MIT
// Why a signature of 10 MB fails: what it takes to find the cause, or that there is none, against
// one HMAC of the body.
#include <string>

#include "bodies.hpp"
#include "comparison.hpp"
#include "webhook/diagnosis.hpp"
#include "webhook/hmac.hpp"
#include "webhook/signature.hpp"

using namespace terra_hook;

int main() {
  const std::string body = bench::daily_body(10 << 20);
  const Secret secret("whsec_bench");
  constexpr const char* time = "1782000000";
  const auto diagnose_header = [&](const std::string& header, const Secret& known) {
    const Evidence evidence{.header_values = {header},
                            .body = body,
                            .decoded_body = {},
                            .secrets = {{"default", known}},
                            .other_keys = {},
                            .ordering_timestamp = {},
                            .received_at = {}};
    const Diagnosis diagnosis = diagnose(evidence);
    return diagnosis.causes.size() + diagnosis.suspicions.size();
  };
  std::string spaced = body;
  if (const auto at = spaced.find(','); at != std::string::npos) spaced.insert(at + 1, " ");
  bench::Comparison("the diagnosis of 10 MB", body.size())
      .add("one HMAC of the body",
           [&] {
             Hmac hmac(HashFunction::sha256, "whsec_bench");
             hmac.update(body);
             return hmac.finish().size();
           })
      .add("a newline was added",
           [&] { return diagnose_header(sign(secret, time, body + "\n"), secret); })
      .add("the secret has white space",
           [&] { return diagnose_header(sign(secret, time, body), Secret("whsec_bench\n")); })
      .add("nothing explains it",
           [&] { return diagnose_header(sign(secret, time, spaced), secret); })
      .run();
}
