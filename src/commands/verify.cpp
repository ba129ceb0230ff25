// SPDX-License-Identifier: MIT
#include "commands/verify.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "capture/delivery_file.hpp"
#include "commands/capture_names.hpp"
#include "commands/signature_diagnosis.hpp"
#include "render/capture_json.hpp"
#include "render/diagnosis_text.hpp"
#include "render/verification_text.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_verified = 1ULL << 30;
constexpr const char* k_where_signatures_are =
    "give the header's value with --signature 't=...,v1=...', or a whole HTTP message, HAR or "
    "NDJSON";

/// What is to be judged, wherever it came from.
struct Subject {
  HeaderFields headers;
  std::string body;
  std::optional<UtcTime> received_at;  ///< where it is known: its age is judged at that moment
  std::optional<Verdict> verdict;      ///< on receipt
  std::string secret_name;             ///< whose HMAC matched on receipt
  std::string place;                   ///< of one of several in a file: `line 3`
  std::vector<std::string> notes;      ///< what of a file's entry could not be taken over
};

/// `X-Terra-Signature: t=…` pasted whole is taken for its value.
std::string_view without_field_name(std::string_view signature) {
  const auto colon = signature.find(':');
  if (colon == std::string_view::npos) return signature;
  const std::string_view name = trim(signature.substr(0, colon));
  if (!equals_ignoring_case(name, k_signature_field) &&
      !equals_ignoring_case(name, k_deprecated_signature_field)) {
    return signature;
  }
  return trim(signature.substr(colon + 1));
}

std::optional<std::string> header_value(const VerifyOptions& options) {
  if (!options.signature) return std::nullopt;
  return std::string(without_field_name(*options.signature));
}

/// Judges deliveries, one after another, and tells.
class Judge {
 public:
  /// `at` stands for the moment that each was received. All else must outlive it.
  Judge(const VerifyOptions& options, const std::vector<NamedSecret>& keys,
        const SecretSet& secrets, std::optional<UtcTime> at, Env& env)
      : options_(options),
        keys_(keys),
        others_(other_keys(keys, env)),
        secrets_(secrets),
        at_(at),
        style_(out_style(options.output, env)),
        env_(env) {}

  /// False once nobody reads any more.
  bool tell(const Subject& subject) {
    const Judgement judgement = judgement_for(subject);
    const Verification verification = verify_at(subject, judgement);
    ++counts_.by_verdict[verification.verdict];
    const OutputOptions& output = options_.output;
    if (output.format == Format::text && output.is_quiet) return true;
    std::optional<Diagnosis> diagnosis;
    if (is_diagnosable(verification.verdict)) {
      diagnosis = diagnose_delivery(
          {subject.headers, header_value(options_), subject.body, subject.received_at}, keys_,
          others_);
    }
    if (output.format == Format::text) {
      std::string text = subject.place.empty()
                             ? verification_text(verification, judgement, style_)
                             : verification_line(subject.place, verification, judgement, style_);
      if (diagnosis) text += news_of(diagnosis_text(*diagnosis, style_), subject.place);
      return env_.out.write(text);
    }
    std::string text;
    if (!subject.place.empty() && output.format == Format::json) text = is_array_ ? ",\n" : "[";
    is_array_ = !text.empty();
    text += verification_json(verification, diagnosis ? &*diagnosis : nullptr, subject.place);
    return env_.out.write(is_array_ ? text : text + "\n");
  }

  void skip(const std::string& file, const SkippedEntry& entry) {
    ++counts_.skipped;
    if (!entry.is_damaged) return;
    has_damage_ = true;
    env_.err.write(
        fmt::format("{}: {}: {}\n", file, sanitize(entry.place), sanitize(entry.reason)));
  }

  bool has_told() const { return !counts_.by_verdict.empty(); }

  /// Ends what is told of several.
  void conclude() {
    const OutputOptions& output = options_.output;
    if (output.format == Format::json) env_.out.write("]\n");
    if (output.format == Format::ndjson) {
      env_.out.write(verification_summary_json(counts_) + "\n");
    } else if (output.format == Format::text && !output.is_quiet) {
      env_.out.write(verification_summary_text(counts_));
    }
  }

  ExitCode code() const {
    for (const auto& [verdict, count] : counts_.by_verdict) {
      if (!is_authentic(verdict)) return ExitCode::unauthentic;
    }
    return has_damage_ ? ExitCode::bad_input : ExitCode::ok;
  }

 private:
  Judgement judgement_for(const Subject& subject) const {
    if (at_) return {*at_, Judgement::Moment::chosen};
    if (subject.received_at) return {*subject.received_at, Judgement::Moment::receipt};
    return {env_.now(), Judgement::Moment::now};
  }

  Verification verify_at(const Subject& subject, const Judgement& judgement) const {
    Verifier verifier = options_.signature
                            ? Verifier(secrets_, without_field_name(*options_.signature))
                            : Verifier(secrets_, subject.headers);
    verifier.update(subject.body);
    Verification verification = verifier.finish(judgement.at, options_.secrets.tolerance);
    verification.notes.insert(verification.notes.end(), subject.notes.begin(), subject.notes.end());
    if (subject.verdict && is_authentic(*subject.verdict) && !is_authentic(verification.verdict)) {
      std::string note = fmt::format("it was {} when it was received", to_string(*subject.verdict));
      if (!subject.secret_name.empty()) note += ", with secret '" + subject.secret_name + "'";
      verification.notes.push_back(std::move(note));
    }
    return verification;
  }

  /// What went wrong once mostly goes wrong each time, and is not told twice in a row.
  std::string news_of(std::string text, const std::string& place) {
    if (text == told_diagnosis_) return fmt::format("  for the same reason as {}\n", told_place_);
    told_diagnosis_ = text;
    told_place_ = style_.clean(place);
    return text;
  }

  const VerifyOptions& options_;
  const std::vector<NamedSecret>& keys_;
  const std::vector<NamedSecret> others_;
  const SecretSet& secrets_;
  const std::optional<UtcTime> at_;
  const Style style_;
  Env& env_;
  VerificationCounts counts_;
  std::string told_diagnosis_;
  std::string told_place_;
  bool has_damage_ = false;
  bool is_array_ = false;
};

/// One word of the command line: a file, or captures.
struct VerifyInput {
  std::string name;
  std::vector<std::int64_t> captures;
};

/// What the words stand for. `store` is opened when one names captures.
Result<std::vector<VerifyInput>> find_inputs(const VerifyOptions& options,
                                             std::optional<StoreReader>& store,
                                             std::vector<std::string>& notes, const Env& env) {
  std::vector<VerifyInput> inputs;
  for (const std::string& name : options.inputs) {
    VerifyInput& input = inputs.emplace_back();
    input.name = name;
    if (name == "-" || !names_captures(name)) continue;
    if (!store) {
      TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
      TRY_ASSIGN(store, StoreReader::open(path));
    }
    TRY_ASSIGN(input.captures, find_captures({name}, *store, notes));
  }
  return inputs;
}

/// Whether that can be told before files are read.
bool are_several(const std::vector<VerifyInput>& inputs) {
  const VerifyInput& first = inputs.front();
  return inputs.size() > 1 || (!first.captures.empty() && names_several(first.name));
}

/// Judges what the words stand for, one after another.
class InputReader {
 public:
  /// All must outlive it. `store` is there when an input has captures.
  InputReader(const VerifyOptions& options, const std::vector<VerifyInput>& inputs,
              std::optional<StoreReader>& store, Judge& judge, const Env& env)
      : options_(options),
        inputs_(inputs),
        store_(store),
        judge_(judge),
        env_(env),
        has_several_(are_several(inputs)) {}

  Result<void> read() {
    Result<void> done;
    for (const VerifyInput& input : inputs_) {
      done = read(input);
      if (!done) break;
    }
    if (has_several_ && judge_.has_told()) judge_.conclude();
    return done;
  }

 private:
  Result<void> read(const VerifyInput& input) {
    for (const std::int64_t number : input.captures) {
      TRY_ASSIGN(Capture capture, load_capture(*store_, number));
      const bool goes_on = judge_.tell({std::move(capture.headers),
                                        std::move(capture.body),
                                        capture.received_at,
                                        capture.verdict,
                                        std::move(capture.secret_name),
                                        has_several_ ? fmt::format("#{}", number) : "",
                                        {}});
      if (!goes_on) break;
    }
    if (!input.captures.empty()) return {};
    return options_.signature ? read_body(input.name) : read_file(input.name);
  }

  /// The file is the exact body that the signature of the command line is for.
  Result<void> read_body(const std::string& path) {
    TRY_ASSIGN(std::string body, read_input(path, "the body", k_max_verified, env_));
    judge_.tell({{}, std::move(body), {}, {}, {}, {}, {}});
    return {};
  }

  /// The file, or each delivery in one of several.
  Result<void> read_file(const std::string& path) {
    const std::string name = path == "-" ? "standard input" : sanitize(path);
    bool has_any = false;
    const DeliveryVisitor visitor{
        [&](FileDelivery delivery) -> Result<bool> {
          if (delivery.headers.empty()) {
            return Error{ErrorKind::input,
                         fmt::format("{} has a body but no signature",
                                     delivery.place.empty() ? "it" : delivery.place),
                         k_where_signatures_are};
          }
          has_any = true;
          has_several_ = has_several_ || !delivery.place.empty();
          return judge_.tell({std::move(delivery.headers), std::move(delivery.body),
                              delivery.received_at, delivery.verdict,
                              std::move(delivery.secret_name), place_in(name, delivery.place),
                              std::move(delivery.notes)});
        },
        [&](const SkippedEntry& entry) { judge_.skip(name, entry); }};
    tell_of_typed_input(path, "deliveries", env_);
    auto format = read_delivery_file(path, env_.in, {{}, k_max_verified}, visitor);
    if (!format) {
      if (format.error().kind == ErrorKind::input && !has_any) {
        format.error().hint = k_where_signatures_are;
      }
      return std::move(format).error();
    }
    if (has_any) return {};
    return Error{ErrorKind::input, fmt::format("{}: there is no delivery in it", name),
                 k_where_signatures_are};
  }

  /// The name goes without saying where there is one file.
  std::string place_in(const std::string& name, const std::string& place) const {
    if (inputs_.size() == 1) return place;
    return place.empty() ? name : name + " " + place;
  }

  const VerifyOptions& options_;
  const std::vector<VerifyInput>& inputs_;
  std::optional<StoreReader>& store_;
  Judge& judge_;
  const Env& env_;
  bool has_several_;  ///< a file tells when it is read
};

}  // namespace

Result<ExitCode> run_verify(const VerifyOptions& options, Env& env) {
  std::optional<StoreReader> store;
  std::vector<std::string> notes;
  TRY_ASSIGN(const std::vector<VerifyInput> inputs, find_inputs(options, store, notes, env));
  if (options.signature && are_several(inputs)) {
    return Error{ErrorKind::usage, "--signature is for one body", "verify them one by one"};
  }
  TRY_ASSIGN(const std::vector<NamedSecret> keys, load_secrets(options.secrets, env, notes));
  print_notes(notes, env);
  if (keys.empty()) {
    // A secret would not help who named what is not there.
    for (const VerifyInput& input : inputs) {
      if (!input.captures.empty()) TRY(load_capture(*store, input.captures.front()));
    }
    return Error{ErrorKind::auth, "no signing secret to verify with",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE"};
  }
  TRY_ASSIGN(const SecretSet secrets, SecretSet::create(keys));
  std::optional<UtcTime> at;
  if (options.at) {
    TRY_ASSIGN(at, parse_point_in_time(*options.at, env.now()));
  }
  Judge judge(options, keys, secrets, at, env);
  TRY(InputReader(options, inputs, store, judge, env).read());
  return judge.code();
}

}  // namespace terra_hook
