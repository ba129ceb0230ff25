// SPDX-License-Identifier: MIT
// Terra's webhook signature: `t=<Unix seconds>,v1=<64 lower-case hex digits>`, where v1 is the
// HMAC-SHA256 of `<t as sent>.<raw body bytes>` under the signing secret's bytes as they are
// (docs.tryterra.co, Webhooks: verifying signatures; Terra agent-skills, webhooks-verify-raw-body).
// Pure: bytes in, verdict out; the caller brings the time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/header_field.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace terra_hook {

inline constexpr std::string_view k_signature_field = "X-Terra-Signature";
inline constexpr std::string_view k_deprecated_signature_field = "Terra-Signature";

/// The official SDKs' default: a `t` up to this far in the past or the future is accepted.
inline constexpr std::chrono::seconds k_default_tolerance{300};

enum class Verdict {
  valid,      ///< a v1 matches and `t` is within the tolerance
  stale,      ///< a v1 matches, but `t` is too far from the clock
  invalid,    ///< no v1 matches any secret
  malformed,  ///< the header can't be read
  missing,    ///< there is no signature header
  unchecked,  ///< no secret to check with
};

std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view name);
inline constexpr Verdict k_all_verdicts[] = {Verdict::valid,   Verdict::stale,
                                             Verdict::invalid, Verdict::malformed,
                                             Verdict::missing, Verdict::unchecked};

/// True when the body is proven to come from somebody who holds the secret just now.
constexpr bool is_authentic(Verdict verdict) {
  return verdict == Verdict::valid;
}

/// True when it was checked and did not pass: what a listener answers 401.
constexpr bool is_unauthentic(Verdict verdict) {
  return verdict == Verdict::invalid || verdict == Verdict::malformed ||
         verdict == Verdict::missing;
}

/// A verdict and all that explains it. Never holds a digest that was computed here.
struct Verification {
  Verdict verdict = Verdict::unchecked;
  std::string secret_name;                  ///< whose HMAC matched (valid, stale), else empty
  std::string timestamp;                    ///< `t` as sent, when it was well-formed
  std::optional<std::chrono::seconds> age;  ///< clock minus `t`; negative when `t` is ahead
  std::string reason;                       ///< why it is not valid, for people; empty when it is
  std::vector<std::string> notes;           ///< oddities that did not decide the verdict
};

/// The secrets to check with, keyed once and shared by all verifications. Immutable after
/// construction and safe to use from several threads.
class SecretSet {
 public:
  /// At most 16 secrets, none empty (an empty key would verify anything signed with an empty key).
  static Result<SecretSet> create(const std::vector<NamedSecret>& secrets);
  SecretSet();
  ~SecretSet();
  SecretSet(SecretSet&&) noexcept;
  SecretSet& operator=(SecretSet&&) noexcept;

  bool empty() const;
  std::size_t size() const;
  std::string_view name(std::size_t index) const;

 private:
  friend class Verifier;
  struct State;
  std::unique_ptr<const State> state_;
};

/// How strictly `t` is held against the clock; no value means that age is ignored.
using Tolerance = std::optional<std::chrono::seconds>;

/// Checks one delivery after the other while their bodies arrive. One thread at a time; `secrets`
/// must outlive it.
class Verifier {
 public:
  /// Reads the signature from `fields`: both spellings of its name, in any case. Where both are
  /// present and differ, each is checked and the better verdict counts.
  Verifier(const SecretSet& secrets, const HeaderFields& fields);
  /// The same for a header value that came without a request.
  Verifier(const SecretSet& secrets, std::string_view header_value);
  ~Verifier();
  Verifier(Verifier&&) noexcept;
  Verifier& operator=(Verifier&&) noexcept;

  /// Begins the next delivery.
  void restart(const HeaderFields& fields);

  /// The next bytes of the raw body, as received (before any content coding is undone).
  void update(std::string_view bytes);

  /// The verdict, with `t`'s age judged at `now`. Call once, after the last update().
  Verification finish(UtcTime now, Tolerance tolerance);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Verifier over a whole body.
Verification verify(const SecretSet& secrets, const HeaderFields& fields, std::string_view body,
                    UtcTime now, Tolerance tolerance);

/// The value of a signature header for `body`: `t=<timestamp>,v1=<hex>`. `timestamp` is used as it
/// is.
std::string sign(const Secret& secret, std::string_view timestamp, std::string_view body);

}  // namespace terra_hook
