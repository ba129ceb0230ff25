// SPDX-License-Identifier: MIT
#include "render/verification_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/count.hpp"
#include "render/capture_text.hpp"

namespace terra_hook {
namespace {

/// `entry 100` is what most files need.
constexpr std::size_t k_place_columns = 9;

/// `signed 12 s ago`, `signed 2 s before it was received`, `signed 3 min 2 s after 2026-…Z`.
std::string signing_age(std::chrono::seconds age, const Judgement& judgement) {
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

/// What explains the verdict; may be empty.
std::string explanation(const Verification& verification, const Judgement& judgement,
                        const Style& style) {
  if (!verification.reason.empty()) return style.clean(verification.reason);
  if (verification.verdict != Verdict::valid || !verification.age) return "";
  return signing_age(*verification.age, judgement);
}

std::string note_lines(const Verification& verification, const Style& style) {
  std::string text;
  for (const std::string& note : verification.notes) text += "  note: " + style.clean(note) + "\n";
  return text;
}

}  // namespace

std::string verification_text(const Verification& verification, const Judgement& judgement,
                              const Style& style) {
  std::string text = verdict_text(verification.verdict, verification.secret_name, style) + "\n";
  if (const std::string why = explanation(verification, judgement, style); !why.empty()) {
    text += "  " + why + "\n";
  }
  return text + note_lines(verification, style);
}

std::string verification_line(std::string_view place, const Verification& verification,
                              const Judgement& judgement, const Style& style) {
  std::string text = style.paint(style.id, pad(style.clean(place), k_place_columns)) + "  " +
                     verdict_text(verification.verdict, verification.secret_name, style);
  if (const std::string why = explanation(verification, judgement, style); !why.empty()) {
    text += "  " + why;
  }
  return text + "\n" + note_lines(verification, style);
}

std::uint64_t VerificationCounts::verified() const {
  std::uint64_t sum = 0;
  for (const auto& [verdict, count] : by_verdict) sum += count;
  return sum;
}

std::string verdict_counts_text(const std::map<Verdict, std::uint64_t>& by_verdict) {
  std::string list;
  for (const auto& [verdict, count] : by_verdict) {
    list +=
        fmt::format("{}{} {}", list.empty() ? "" : ", ", grouped_digits(count), to_string(verdict));
  }
  return list;
}

std::string verification_summary_text(const VerificationCounts& counts) {
  std::string text =
      fmt::format("verified {}: {}", counted(counts.verified(), "delivery", "deliveries"),
                  verdict_counts_text(counts.by_verdict));
  if (counts.skipped > 0) {
    text += fmt::format("; skipped {}", counted(counts.skipped, "entry", "entries"));
  }
  return text + "\n";
}

std::string verification_summary_json(const VerificationCounts& counts) {
  nlohmann::ordered_json object{{"type", "summary"}, {"verified", counts.verified()}};
  auto& verdicts = object["verdicts"] = nlohmann::ordered_json::object();
  for (const auto& [verdict, count] : counts.by_verdict) {
    verdicts[std::string(to_string(verdict))] = count;
  }
  object["skipped"] = counts.skipped;
  return object.dump();
}

}  // namespace terra_hook
