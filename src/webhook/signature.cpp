// SPDX-License-Identifier: MIT
#include "webhook/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/bytes.hpp"
#include "webhook/hmac.hpp"
#include "webhook/signature_header.hpp"

namespace terra_hook {

namespace {

constexpr std::string_view k_no_field = "no X-Terra-Signature or Terra-Signature header";

constexpr std::size_t k_max_secrets = 16;

// The years 2001 and 2286 in milliseconds, beyond the year 33658 in seconds.
constexpr std::int64_t k_least_milliseconds = 1'000'000'000'000;
constexpr std::int64_t k_most_milliseconds = 9'999'999'999'999;

std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

bool looks_like_milliseconds(std::int64_t timestamp) {
  return timestamp >= k_least_milliseconds && timestamp <= k_most_milliseconds;
}

std::string human_seconds(std::int64_t count) {
  // 18 digits of seconds are more than 64 bits of microseconds can hold.
  constexpr std::int64_t k_most = 9'000'000'000'000;
  const std::string text = to_human_duration(std::chrono::seconds(std::min(count, k_most)));
  return count > k_most ? "over " + text : text;
}

std::string describe_age(std::int64_t age) {
  return age < 0 ? fmt::format("t is {} ahead of this clock", human_seconds(-age))
                 : fmt::format("signed {} ago", human_seconds(age));
}

std::string describe_milliseconds(std::int64_t timestamp, std::int64_t now) {
  return fmt::format("t looks like milliseconds, Terra sends seconds; as milliseconds: {}",
                     describe_age(now - timestamp / 1000));
}

std::int64_t to_number(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

void judge_age(Verification& result, UtcTime now, Tolerance tolerance) {
  if (result.timestamp.empty()) {
    return;
  }
  const std::int64_t clock =
      std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::int64_t timestamp = to_number(result.timestamp);
  const std::int64_t age = clock - timestamp;
  result.age = std::chrono::seconds(age);
  const bool is_stale = tolerance && (age > tolerance->count() || -age > tolerance->count());
  if (result.verdict == Verdict::valid && is_stale) {
    result.verdict = Verdict::stale;
    // As seconds it would be thousands of years ahead, which says nothing.
    result.reason =
        looks_like_milliseconds(timestamp)
            ? describe_milliseconds(timestamp, clock)
            : fmt::format("{}, tolerance {}", describe_age(age), human_seconds(tolerance->count()));
  } else if (looks_like_milliseconds(timestamp)) {
    result.notes.push_back(describe_milliseconds(timestamp, clock));
  }
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::stale: return "stale";
    case Verdict::invalid: return "invalid";
    case Verdict::malformed: return "malformed";
    case Verdict::missing: return "missing";
    case Verdict::unchecked: return "unchecked";
  }
  return "unchecked";
}

std::optional<Verdict> parse_verdict(std::string_view name) {
  for (const Verdict verdict : k_all_verdicts) {
    if (to_string(verdict) == name) {
      return verdict;
    }
  }
  return std::nullopt;
}

struct SecretSet::State {
  struct Entry {
    std::string name;
    Hmac mac;  // keyed, nothing fed; only ever copied
  };
  std::vector<Entry> entries;
};

SecretSet::SecretSet() : state_(std::make_unique<State>()) {}
SecretSet::~SecretSet() = default;
SecretSet::SecretSet(SecretSet&&) noexcept = default;
SecretSet& SecretSet::operator=(SecretSet&&) noexcept = default;

Result<SecretSet> SecretSet::create(const std::vector<NamedSecret>& secrets) {
  if (secrets.size() > k_max_secrets) {
    return Error(ErrorKind::usage,
                 fmt::format("{} signing secrets given, at most {} can be tried", secrets.size(),
                             k_max_secrets),
                 "leave out those of destinations that do not send here");
  }
  auto state = std::make_unique<State>();
  for (const NamedSecret& secret : secrets) {
    if (secret.value.empty()) {
      return Error(ErrorKind::auth, fmt::format("signing secret '{}' is empty", secret.name),
                   "copy it from the Terra dashboard: Connections, Destinations, Edit");
    }
    state->entries.push_back({secret.name, Hmac(HashFunction::sha256, secret.value.expose())});
  }
  SecretSet set;
  set.state_ = std::move(state);
  return set;
}

bool SecretSet::empty() const {
  return size() == 0;
}
std::size_t SecretSet::size() const {
  return state_ ? state_->entries.size() : 0;
}
std::string_view SecretSet::name(std::size_t index) const {
  return state_->entries.at(index).name;
}

struct Verifier::State {
  // One header value to be judged, and which of the computations is over its timestamp.
  struct Candidate {
    std::string_view name;
    SignatureHeader header;
    std::size_t computation = 0;
  };
  // The HMACs over one timestamp and the body, in the order of the secrets.
  struct Computation {
    std::string timestamp;
    std::vector<Hmac> macs;
    std::vector<std::string> digests;
  };

  const SecretSet* secrets = nullptr;
  std::vector<Candidate> candidates;
  std::vector<Computation> computations;
  // Of computations of earlier deliveries, ready for the next: to key or copy one costs more than
  // to feed it a small body.
  std::vector<std::vector<Hmac>> spare;
  bool body_is_empty = true;

  void read(const HeaderFields& fields);

  void add_candidate(std::string_view name, std::string_view value);
  std::size_t computation_over(const std::string& timestamp);
  Verification judge(const Candidate& candidate) const;
};

void Verifier::State::add_candidate(std::string_view name, std::string_view value) {
  Candidate candidate{name, parse_signature_header(value)};
  if (candidate.header.problem.empty()) {
    candidate.computation = computation_over(candidate.header.timestamp);
  }
  candidates.push_back(std::move(candidate));
}

std::size_t Verifier::State::computation_over(const std::string& timestamp) {
  for (std::size_t i = 0; i < computations.size(); ++i) {
    if (computations[i].timestamp == timestamp) {
      return i;
    }
  }
  Computation computation{timestamp, {}, {}};
  if (spare.empty()) {
    for (const SecretSet::State::Entry& entry : secrets->state_->entries) {
      computation.macs.push_back(entry.mac);
    }
  } else {
    computation.macs = std::move(spare.back());
    spare.pop_back();
  }
  for (Hmac& mac : computation.macs) {
    mac.update(timestamp);
    mac.update(".");
  }
  computations.push_back(std::move(computation));
  return computations.size() - 1;
}

void Verifier::State::read(const HeaderFields& fields) {
  const auto value = joined_field(fields, k_signature_field);
  const auto deprecated = joined_field(fields, k_deprecated_signature_field);
  if (value) {
    add_candidate(k_signature_field, *value);
  }
  if (deprecated && deprecated != value) {
    add_candidate(k_deprecated_signature_field, *deprecated);
  }
}

Verification Verifier::State::judge(const Candidate& candidate) const {
  Verification result;
  result.timestamp = candidate.header.timestamp;
  result.notes = candidate.header.notes;
  if (secrets->empty()) {
    result.reason = "no signing secret to check with";
    if (!candidate.header.problem.empty()) {
      result.notes.push_back("the signature header is malformed: " + candidate.header.problem);
    }
    return result;
  }
  if (!candidate.header.problem.empty()) {
    result.verdict = Verdict::malformed;
    result.reason = candidate.header.problem;
    return result;
  }
  const std::vector<std::string>& digests = computations[candidate.computation].digests;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    for (const Sha256Digest& signature : candidate.header.signatures) {
      if (equal_digests(digests[i], bytes_of(signature))) {
        result.verdict = Verdict::valid;
        result.secret_name = secrets->name(i);
        return result;
      }
    }
  }
  result.verdict = Verdict::invalid;
  result.reason = digests.size() == 1
                      ? fmt::format("no v1 matches secret '{}'", secrets->name(0))
                      : fmt::format("no v1 matches any of {} secrets", digests.size());
  return result;
}

Verifier::Verifier(const SecretSet& secrets, const HeaderFields& fields)
    : state_(std::make_unique<State>()) {
  state_->secrets = &secrets;
  state_->read(fields);
}

Verifier::Verifier(const SecretSet& secrets, std::string_view header_value)
    : state_(std::make_unique<State>()) {
  state_->secrets = &secrets;
  state_->add_candidate(k_signature_field, header_value);
}

Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

void Verifier::restart(const HeaderFields& fields) {
  for (State::Computation& computation : state_->computations) {
    // Those of an unfinished delivery have been fed.
    if (!computation.digests.empty()) state_->spare.push_back(std::move(computation.macs));
  }
  state_->computations.clear();
  state_->candidates.clear();
  state_->body_is_empty = true;
  state_->read(fields);
}

void Verifier::update(std::string_view bytes) {
  state_->body_is_empty &= bytes.empty();
  for (State::Computation& computation : state_->computations) {
    for (Hmac& mac : computation.macs) {
      mac.update(bytes);
    }
  }
}

Verification Verifier::finish(UtcTime now, Tolerance tolerance) {
  if (state_->candidates.empty()) {
    Verification result;
    if (state_->secrets->empty()) {
      result.reason = "no signing secret to check with";
    } else {
      result.verdict = Verdict::missing;
      result.reason = k_no_field;
    }
    return result;
  }
  for (State::Computation& computation : state_->computations) {
    for (Hmac& mac : computation.macs) {
      computation.digests.push_back(mac.finish());
    }
  }
  std::vector<Verification> results;
  for (const State::Candidate& candidate : state_->candidates) {
    results.push_back(state_->judge(candidate));
    judge_age(results.back(), now, tolerance);
  }
  // The verdicts' order is from best to worst; of equals the first, the current name, counts.
  Verification best = *std::min_element(
      results.begin(), results.end(),
      [](const Verification& a, const Verification& b) { return a.verdict < b.verdict; });
  if (results.size() == 2) {
    best.notes.push_back(fmt::format("{} and {} differ: the first is {}, the second {}",
                                     state_->candidates[0].name, state_->candidates[1].name,
                                     to_string(results[0].verdict), to_string(results[1].verdict)));
  }
  if (state_->body_is_empty && (best.verdict == Verdict::valid || best.verdict == Verdict::stale)) {
    best.notes.emplace_back("the body is empty; the official SDKs refuse that");
  }
  return best;
}

Verification verify(const SecretSet& secrets, const HeaderFields& fields, std::string_view body,
                    UtcTime now, Tolerance tolerance) {
  Verifier verifier(secrets, fields);
  verifier.update(body);
  return verifier.finish(now, tolerance);
}

std::string sign(const Secret& secret, std::string_view timestamp, std::string_view body) {
  Hmac mac(HashFunction::sha256, secret.expose());
  mac.update(timestamp);
  mac.update(".");
  mac.update(body);
  return fmt::format("t={},v1={}", timestamp, to_hex(mac.finish()));
}

}  // namespace terra_hook
