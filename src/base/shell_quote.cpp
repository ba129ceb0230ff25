// SPDX-License-Identifier: MIT
#include "base/shell_quote.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("_-./:,@%+=").find(c) != std::string_view::npos;
}

// Every escape has a fixed length: what follows one can't become a part of it.
std::string ansi_quoted(std::string_view text) {
  std::string out = "$'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += fmt::format("\\{:03o}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out + "'";
}

}  // namespace

bool is_printable_text(std::string_view text) {
  if (!is_utf8(text)) return false;
  std::string plain(text);
  std::erase_if(plain, [](char c) { return c == '\n' || c == '\t'; });
  return sanitize(plain) == plain;
}

std::string shell_quote(std::string_view text) {
  // `=` first would be expanded by zsh.
  const bool is_bare =
      !text.empty() && text.front() != '=' && std::all_of(text.begin(), text.end(), is_plain);
  if (is_bare) return std::string(text);
  if (!is_printable_text(text)) return ansi_quoted(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace terra_hook
