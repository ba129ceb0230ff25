// SPDX-License-Identifier: MIT
#include "render/diagnosis_text.hpp"

#include <fmt/format.h>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

std::string line(std::string_view name, std::string_view color, std::string_view text,
                 const Style& style) {
  return "  " + style.paint(color, std::string(name)) + ": " + sanitize(text, style.unicode) + "\n";
}

}  // namespace

std::string diagnosis_text(const Diagnosis& diagnosis, const Style& style) {
  std::string text;
  for (const Cause& cause : diagnosis.causes) {
    text += line("cause", style.bold, cause.what, style);
    text += line("fix", style.good, cause.advice, style);
  }
  if (!diagnosis.causes.empty()) {
    return text +
           line("proof", style.dim,
                fmt::format("with that, the signature matches secret '{}'", diagnosis.secret_name),
                style);
  }
  for (const std::string& suspicion : diagnosis.suspicions) {
    text += line("odd", style.warn, suspicion, style);
  }
  text += line(
      "tried", style.dim,
      diagnosis.tried + (diagnosis.is_complete ? "" : "; not all of it, because the body is large"),
      style);
  return text + line("left", style.dim, diagnosis.left, style);
}

std::string diagnosis_clause(const Diagnosis& diagnosis) {
  std::string text;
  for (const Cause& cause : diagnosis.causes) {
    text += fmt::format("{} because {}: {}", text.empty() ? "" : "; and", cause.what, cause.advice);
  }
  if (!text.empty()) return text;
  text = ", and no usual mistake explains it";
  if (!diagnosis.is_complete) text += " (not all were tried, because the body is large)";
  for (const std::string& suspicion : diagnosis.suspicions) text += "; odd: " + suspicion;
  return text + "; what is left: " + diagnosis.left;
}

}  // namespace terra_hook
