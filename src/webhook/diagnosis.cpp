// SPDX-License-Identifier: MIT
#include "webhook/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json_scanner.hpp"
#include "base/size.hpp"
#include "webhook/hmac.hpp"
#include "webhook/mistakes.hpp"
#include "webhook/signature_claim.hpp"

namespace terra_hook {
namespace {

/// So many bytes are hashed or written at the most: less than a second's work.
constexpr std::uint64_t k_max_work = 700ULL << 20;
/// What one try costs besides its bytes, in bytes' worth of work.
constexpr std::uint64_t k_work_of_a_try = 2048;
/// Changing a body takes so many times what hashing it does.
constexpr std::uint64_t k_work_of_a_change = 3;
/// Pairs of mistakes multiply the tries: only for bodies up to this.
constexpr std::uint64_t k_max_paired_body = 256 << 10;

constexpr std::array<std::size_t, 16> k_round_sizes{
    1024,    4096,    8192,      10'000,    16'384,    65'536,    100'000,   102'400,
    131'072, 262'144, 1'000'000, 1'048'576, 2'097'152, 4'194'304, 5'242'880, 10'485'760};

struct Key {
  std::string_view secret_name;
  Secret bytes;
  std::optional<Cause> cause;  // none for a configured secret as it is
};

/// What is hashed: a body and what stands around it.
struct Message {
  std::string_view body;
  const Framing* framing = nullptr;  // none: the claim's `<t>.` before the body
};

Cause to_cause(std::string_view name, std::string_view what, std::string_view advice) {
  return {std::string(name), std::string(what), std::string(advice)};
}

std::vector<Key> make_keys(const Evidence& evidence) {
  std::vector<Key> keys;
  for (const NamedSecret& secret : evidence.secrets) {
    keys.push_back({secret.name, secret.value, std::nullopt});
  }
  for (const NamedSecret& other : evidence.other_keys) {
    keys.push_back({other.name, other.value,
                    Cause{"another key", fmt::format("it was signed with {}", other.name),
                          other.name.ends_with("API_KEY")
                              ? "configure the signing secret of the destination that sends "
                                "here; the API key signs nothing"
                              : "if that is the secret of the destination that sends here, check "
                                "with it"}});
  }
  const std::size_t plain = evidence.secrets.size();
  for (const SecretMistake& mistake : secret_mistakes()) {
    for (std::size_t i = 0; i < plain; ++i) {
      auto bytes = mistake.key(keys[i].bytes.expose());
      if (!bytes || bytes->empty() || *bytes == keys[i].bytes.expose()) continue;
      keys.push_back({keys[i].secret_name, Secret(*std::move(bytes)),
                      to_cause(mistake.name, mistake.what, mistake.advice)});
    }
  }
  return keys;
}

std::vector<SignatureClaim> make_claims(const Evidence& evidence) {
  std::vector<SignatureClaim> claims;
  for (const std::string& value : evidence.header_values) {
    for (SignatureClaim& claim : read_signature_claims(value)) claims.push_back(std::move(claim));
  }
  return claims;
}

class Search {
 public:
  explicit Search(const Evidence& evidence)
      : evidence_(evidence), claims_(make_claims(evidence)), keys_(make_keys(evidence)) {}

  Diagnosis run() {
    const Message plain{evidence_.body};
    const bool is_small = evidence_.body.size() <= k_max_paired_body;
    const bool is_found = try_keys(plain, {}, true) || try_keys(plain, {}, false) ||
                          try_framings(plain, {}, true) || try_prefixes() ||
                          try_bodies(true, false) ||
                          (is_small && (try_framings(plain, {}, false) || try_bodies(false, true)));
    if (!is_found) describe_failure();
    return std::move(diagnosis_);
  }

 private:
  bool spend(std::uint64_t bytes) {
    work_ += bytes + k_work_of_a_try;
    if (work_ <= k_max_work) return true;
    diagnosis_.is_complete = false;
    return false;
  }

  /// Tries the claims under the configured secrets as they are, or under all other keys.
  bool try_keys(const Message& message, const std::vector<Cause>& causes, bool plain_ones) {
    for (const Key& key : keys_) {
      if (key.cause.has_value() == plain_ones) continue;
      for (const SignatureClaim& claim : claims_) {
        if (!spend(message.body.size())) return false;
        if (!matches(claim, key, message)) continue;
        found(claim, key, causes);
        return true;
      }
    }
    return false;
  }

  static bool is_same(const SignatureClaim& claim, std::string_view digest) {
    if (claim.is_prefix) {
      return equal_digests(digest.substr(0, claim.digest.size()), claim.digest);
    }
    return equal_digests(digest, claim.digest);
  }

  static bool matches(const SignatureClaim& claim, const Key& key, const Message& message) {
    Hmac hmac(claim.hash, key.bytes.expose());
    if (message.framing == nullptr) {
      if (claim.timestamp.empty()) return false;
      hmac.update(claim.timestamp);
      hmac.update(".");
    } else {
      hmac.update(message.framing->before);
    }
    hmac.update(message.body);
    if (message.framing != nullptr) hmac.update(message.framing->after);
    return is_same(claim, hmac.finish());
  }

  bool try_framings(const Message& message, const std::vector<Cause>& causes, bool plain_keys) {
    // The claims of one header differ in their digests; most have one time in common.
    std::vector<std::string> timestamps;
    for (const SignatureClaim& claim : claims_) {
      if (std::find(timestamps.begin(), timestamps.end(), claim.timestamp) == timestamps.end()) {
        timestamps.push_back(claim.timestamp);
      }
    }
    for (const FramingMistake& mistake : framing_mistakes()) {
      std::vector<Cause> with_this = causes;
      with_this.push_back(to_cause(mistake.name, mistake.what, mistake.advice));
      for (const std::string& timestamp : timestamps) {
        for (const Framing& framing : mistake.framings(timestamp, evidence_)) {
          if (try_keys({message.body, &framing}, with_this, plain_keys)) return true;
        }
      }
    }
    return false;
  }

  bool try_bodies(bool plain_keys, bool with_framings) {
    for (const BodyMistake& mistake : body_mistakes()) {
      if (!spend(k_work_of_a_change * evidence_.body.size())) return false;
      const auto body = mistake.body(evidence_);
      if (!body) continue;
      const std::vector<Cause> causes{to_cause(mistake.name, mistake.what, mistake.advice)};
      if (try_keys({*body}, causes, plain_keys)) return true;
      if (with_framings && try_framings({*body}, causes, true)) return true;
    }
    return false;
  }

  /// A signature over the beginning of the body, up to a size at which programs cut.
  bool try_prefixes() {
    for (const Key& key : keys_) {
      if (key.cause) continue;
      for (const SignatureClaim& claim : claims_) {
        if (!spend(evidence_.body.size())) return false;
        if (const std::size_t size = matching_prefix(claim, key)) {
          found(claim, key,
                {{"truncated body",
                  fmt::format("it was signed over the first {} bytes of the body alone", size),
                  "raise the limit of what reads the body, such as express.json({limit})"}});
          return true;
        }
      }
    }
    return false;
  }

  std::size_t matching_prefix(const SignatureClaim& claim, const Key& key) const {
    Hmac hmac(claim.hash, key.bytes.expose());
    hmac.update(claim.timestamp);
    hmac.update(".");
    std::size_t done = 0;
    for (const std::size_t size : k_round_sizes) {
      if (size >= evidence_.body.size()) return 0;
      hmac.update(evidence_.body.substr(done, size - done));
      done = size;
      if (is_same(claim, Hmac(hmac).finish())) return size;
    }
    return 0;
  }

  void found(const SignatureClaim& claim, const Key& key, const std::vector<Cause>& causes) {
    for (const std::string_view name : claim.mended) {
      const HeaderCause& cause = header_cause(name);
      diagnosis_.causes.push_back(to_cause(cause.name, cause.what, cause.advice));
    }
    if (key.cause) diagnosis_.causes.push_back(*key.cause);
    diagnosis_.causes.insert(diagnosis_.causes.end(), causes.begin(), causes.end());
    diagnosis_.secret_name = key.secret_name;
  }

  void describe_failure() {
    if (claims_.empty()) {
      diagnosis_.tried = "nothing: there is no digest to compare with";
      diagnosis_.left =
          "the header was lost or cut on its way; take it as it arrives, t=<Unix seconds>,v1=<64 "
          "hex "
          "digits>";
      return;
    }
    const std::size_t plain = evidence_.secrets.size();
    diagnosis_.tried = fmt::format(
        "{} secret{} and {} other keys made of {}, {} ways to change the body, {} ways to sign it, "
        "other encodings and lengths of the digest",
        plain, plain == 1 ? "" : "s", keys_.size() - plain, plain == 1 ? "it" : "them",
        body_mistakes().size(), framing_mistakes().size());
    const bool has_time = std::any_of(claims_.begin(), claims_.end(),
                                      [](const auto& claim) { return !claim.timestamp.empty(); });
    diagnosis_.left = fmt::format(
        "another secret (each destination has its own, a new one when it is made anew), {}bytes of "
        "the body that were changed beyond recognition, as by a parser that sorts the keys or "
        "writes "
        "85.0 as 85",
        has_time ? "a t that was changed after signing, or " : "a t that was lost, or ");
    suspect_body();
    for (const SignatureClaim& claim : claims_) {
      if (claim.timestamp.size() == 13) {
        diagnosis_.suspicions.emplace_back("t has 13 digits: milliseconds; Terra sends seconds");
        break;
      }
    }
  }

  void suspect_body() {
    const std::string_view body = evidence_.decoded_body.value_or(evidence_.body);
    if (body.empty()) {
      diagnosis_.suspicions.emplace_back("the body is empty; was it read before it was verified?");
      return;
    }
    if (const auto problem = json::find_problem(body)) {
      const bool is_round = std::find(k_round_sizes.begin(), k_round_sizes.end(),
                                      evidence_.body.size()) != k_round_sizes.end();
      diagnosis_.suspicions.push_back(
          fmt::format("the body is not JSON (line {}, column {}: {}){}", problem->line,
                      problem->column, problem->message,
                      is_round ? fmt::format("; it has {} bytes exactly, as if cut at a limit",
                                             evidence_.body.size())
                               : ""));
    }
    if (body.find("\xef\xbf\xbd") != std::string_view::npos) {
      diagnosis_.suspicions.emplace_back(
          "the body has replacement characters (U+FFFD): it was decoded with a wrong character "
          "set");
    }
  }

  const Evidence& evidence_;
  const std::vector<SignatureClaim> claims_;
  const std::vector<Key> keys_;
  std::uint64_t work_ = 0;
  Diagnosis diagnosis_;
};

}  // namespace

Diagnosis diagnose(const Evidence& evidence) {
  return Search(evidence).run();
}

}  // namespace terra_hook
