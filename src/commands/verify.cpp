// SPDX-License-Identifier: MIT
#include "commands/verify.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.hpp"
#include "capture/http_message.hpp"
#include "commands/capture_names.hpp"
#include "commands/signature_diagnosis.hpp"
#include "render/capture_json.hpp"
#include "render/capture_text.hpp"
#include "render/diagnosis_text.hpp"

namespace terra_hook {
namespace {

constexpr std::uint64_t k_max_verified = 1ULL << 30;

/// What is to be judged, wherever it came from.
struct Subject {
  HeaderFields headers;
  std::string body;
  std::optional<UtcTime> received_at;  ///< of a capture: its age is judged at that moment
  std::optional<Verdict> verdict;      ///< of a capture: on receipt
  std::string secret_name;             ///< of a capture: whose HMAC matched on receipt
};

Result<Subject> load_capture_subject(const VerifyOptions& options, const Env& env) {
  TRY_ASSIGN(const std::filesystem::path path, store_path(options.store, env));
  TRY_ASSIGN(StoreReader store, StoreReader::open(path));
  TRY_ASSIGN(Capture capture, load_named_capture(options.input, store));
  return Subject{std::move(capture.headers), std::move(capture.body), capture.received_at,
                 capture.verdict, std::move(capture.secret_name)};
}

Result<Subject> load_file_subject(const VerifyOptions& options, const Env& env) {
  const bool is_stdin = options.input == "-";
  TRY_ASSIGN(std::string bytes, is_stdin ? read_descriptor(env.in, "standard input", k_max_verified)
                                         : read_file(options.input, k_max_verified));
  if (options.signature) return Subject{{}, std::move(bytes), {}, {}, {}};
  if (!looks_like_http_message(bytes)) {
    return Error{
        ErrorKind::input,
        fmt::format(fmt::runtime(bytes.empty() ? "{} is empty" : "{} has a body but no signature"),
                    is_stdin ? "standard input" : options.input),
        "give the header's value with --signature 't=...,v1=...', or a whole HTTP message"};
  }
  TRY_ASSIGN(HttpMessage message, parse_http_message(bytes));
  return Subject{std::move(message.headers), std::move(message.body), {}, {}, {}};
}

Result<Subject> load_subject(const VerifyOptions& options, const Env& env) {
  if (options.input == "-" || !names_captures(options.input))
    return load_file_subject(options, env);
  return load_capture_subject(options, env);
}

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

/// The moment that the age of `t` is judged at.
struct Judgement {
  UtcTime at{};
  enum class Moment { now, receipt, chosen } moment = Moment::now;
};

/// `signed 12 s ago`, `signed 2 s before it was received`, `signed 3 min 2 s after 2026-…Z`.
std::string age_text(std::chrono::seconds age, const Judgement& judgement) {
  const bool is_ahead = age < std::chrono::seconds(0);
  const std::string distance = to_human_duration(is_ahead ? -age : age);
  switch (judgement.moment) {
    case Judgement::Moment::now:
      if (age.count() == 0) return "signed just now";
      return fmt::format(fmt::runtime(is_ahead ? "signed {} ahead of the clock" : "signed {} ago"),
                         distance);
    case Judgement::Moment::receipt:
      if (age.count() == 0) return "signed in the second it was received";
      return fmt::format("signed {} {} it was received", distance, is_ahead ? "after" : "before");
    case Judgement::Moment::chosen: break;
  }
  const std::string at = to_rfc3339(judgement.at);
  if (age.count() == 0) return "signed at " + at;
  return fmt::format("signed {} {} {}", distance, is_ahead ? "after" : "before", at);
}

std::string verification_text(const Verification& verification, const Judgement& judgement,
                              const Style& style) {
  std::string text = verdict_text(verification.verdict, verification.secret_name, style) + "\n";
  if (!verification.reason.empty()) text += "  " + style.clean(verification.reason) + "\n";
  if (verification.verdict == Verdict::valid && verification.age) {
    text += "  " + age_text(*verification.age, judgement) + "\n";
  }
  for (const std::string& note : verification.notes) text += "  note: " + style.clean(note) + "\n";
  return text;
}

}  // namespace

Result<ExitCode> run_verify(const VerifyOptions& options, Env& env) {
  std::vector<std::string> notes;
  TRY_ASSIGN(std::vector<NamedSecret> named_secrets, load_secrets(options.secrets, env, notes));
  print_notes(notes, env);
  if (named_secrets.empty()) {
    return Error{ErrorKind::auth, "no signing secret to verify with",
                 "set TERRA_SIGNING_SECRET or pass --secret-file FILE"};
  }
  TRY_ASSIGN(const SecretSet secrets, SecretSet::create(named_secrets));
  TRY_ASSIGN(const Subject subject, load_subject(options, env));
  Judgement judgement{env.now(), Judgement::Moment::now};
  if (subject.received_at) judgement = {*subject.received_at, Judgement::Moment::receipt};
  if (options.at) {
    judgement.moment = Judgement::Moment::chosen;
    TRY_ASSIGN(judgement.at, parse_point_in_time(*options.at, env.now()));
  }
  Verifier verifier = options.signature ? Verifier(secrets, without_field_name(*options.signature))
                                        : Verifier(secrets, subject.headers);
  verifier.update(subject.body);
  Verification verification = verifier.finish(judgement.at, options.secrets.tolerance);

  if (subject.verdict && is_authentic(*subject.verdict) && !is_authentic(verification.verdict)) {
    verification.notes.push_back(fmt::format("it was {} when it was received, with secret '{}'",
                                             to_string(*subject.verdict), subject.secret_name));
  }

  const bool is_text = options.output.format == Format::text;
  std::optional<Diagnosis> diagnosis;
  if (is_diagnosable(verification.verdict) && !(is_text && options.output.is_quiet)) {
    std::vector<NamedSecret> others = other_keys(named_secrets, env);
    diagnosis = diagnose_delivery(
        {subject.headers, header_value(options), subject.body, subject.received_at},
        std::move(named_secrets), std::move(others));
  }
  if (!is_text) {
    env.out.write(verification_json(verification, diagnosis ? &*diagnosis : nullptr) + "\n");
  } else if (!options.output.is_quiet) {
    const Style style = out_style(options.output, env);
    env.out.write(verification_text(verification, judgement, style) +
                  (diagnosis ? diagnosis_text(*diagnosis, style) : ""));
  }
  return is_authentic(verification.verdict) ? ExitCode::ok : ExitCode::unauthentic;
}

}  // namespace terra_hook
