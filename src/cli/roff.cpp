// SPDX-License-Identifier: MIT
#include "cli/roff.hpp"

#include <algorithm>

namespace terra_hook::roff {

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\': escaped += R"(\e)"; break;
      case '-': escaped += R"(\-)"; break;
      case '\'': escaped += R"(\(aq)"; break;
      case '`': escaped += R"(\(ga)"; break;
      case '^': escaped += R"(\(ha)"; break;
      case '~': escaped += R"(\(ti)"; break;
      case '"': escaped += R"(\(dq)"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string as_line(const std::string& escaped) {
  return (escaped.starts_with('.') ? R"(\&)" : "") + escaped + "\n";
}

std::string bold(std::string_view text) {
  return R"(\fB)" + escape(text) + R"(\fR)";
}

std::string italic(std::string_view text) {
  return R"(\fI)" + escape(text) + R"(\fR)";
}

std::string prose(std::string_view text) {
  std::string out;
  bool is_word_start = true;
  while (!text.empty()) {
    std::size_t length = 1;
    if (const auto end = text.find('`', 1); text.front() == '`' && end != std::string_view::npos) {
      out += bold(text.substr(1, end - 1));
      length = end + 1;
    } else if (is_word_start && text.starts_with("--")) {
      length =
          std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), text.size());
      out += bold(text.substr(0, length));
    } else {
      length = std::max<std::size_t>(1, std::min(text.find_first_of("`-"), text.size()));
      out += escape(text.substr(0, length));
    }
    const char last = text[length - 1];
    is_word_start = last == ' ' || last == '(';
    text.remove_prefix(length);
  }
  return out;
}

std::string sentence(std::string_view text) {
  std::string whole(text);
  if (whole.empty()) return whole;
  if (whole.front() >= 'a' && whole.front() <= 'z') {
    whole.front() = static_cast<char>(whole.front() - 'a' + 'A');
  }
  if (!whole.ends_with('.')) whole += '.';
  return prose(whole);
}

std::string section(std::string_view name) {
  return ".SH " + std::string(name) + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    out += (out.empty() ? "" : ".PP\n") + as_line(prose(text.substr(0, end)));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return out;
}

std::string entry(const std::string& term, const std::string& meaning) {
  return ".TP\n" + term + "\n" + as_line(meaning);
}

std::string literal(std::string_view text) {
  std::string out = ".EX\n";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = escape(text.substr(0, end));
    out += line.empty() ? "\\&\n" : (line.front() == ' ' ? R"(\&)" + line + "\n" : as_line(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + ".EE\n.nh\n";  // EE turns hyphenation on again
}

}  // namespace terra_hook::roff
