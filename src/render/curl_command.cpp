// SPDX-License-Identifier: MIT
#include "render/curl_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/shell_quote.hpp"

namespace terra_hook {
namespace {

// Linux refuses an argument longer than 128 KiB.
constexpr std::size_t k_longest_word = 100'000;
constexpr std::size_t k_base64_line = 76;

bool carries_credentials(std::string_view name) {
  constexpr std::string_view k_words[] = {"authorization", "cookie", "api-key", "apikey",
                                          "secret",        "token",  "password"};
  return std::ranges::any_of(k_words, [lower = to_lower(name)](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

/// `X_API_KEY` for `x-api-key`.
std::string variable_name(std::string_view field) {
  std::string name;
  for (const char c : field) {
    if (c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else {
      name += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return name;
}

std::string header_argument(const HeaderField& field) {
  if (carries_credentials(field.name)) {
    return fmt::format("\"{}: ${{{}}}\"", field.name, variable_name(field.name));
  }
  // curl takes `Name:` for leave it out and `Name;` for send it empty.
  return shell_quote(field.value.empty() ? field.name + ";" : field.name + ": " + field.value);
}

std::string in_base64_lines(std::string_view body) {
  const std::string encoded = to_base64(body);
  std::string lines;
  for (std::size_t i = 0; i < encoded.size(); i += k_base64_line) {
    lines.append(encoded, i, k_base64_line).append("\n");
  }
  return lines;
}

}  // namespace

std::string curl_command(std::string_view method, std::string_view url, const HeaderFields& headers,
                         std::string_view body) {
  const auto has = [&](std::string_view name) { return find_field(headers, name).has_value(); };
  constexpr std::string_view k_next = " \\\n  ";
  std::string command = "curl";
  // --data makes it a POST; a name that a shell could read something into is quoted.
  if (method != "POST") command.append(" -X ").append(shell_quote(method));
  command.append(" --globoff ").append(shell_quote(url));
  for (const HeaderField& field : headers) {
    command.append(k_next).append("-H ").append(header_argument(field));
  }
  // What curl would add of its own to a body.
  if (!has("Content-Type")) command.append(k_next).append("-H Content-Type:");
  if (!has("Expect")) command.append(k_next).append("-H Expect:");
  if (body.size() <= k_longest_word && is_printable_text(body)) {
    return command.append(k_next).append("--data-raw ").append(shell_quote(body)).append("\n");
  }
  return fmt::format("base64 -d <<'END' |\n{}END\n{}{}--data-binary @-\n", in_base64_lines(body),
                     command, k_next);
}

}  // namespace terra_hook
