// SPDX-License-Identifier: MIT
#include "cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace terra_hook {
namespace {

constexpr std::string_view k_description =
    "terra-hook stands on a developer's machine where the server that receives Terra's webhooks "
    "will stand. It accepts deliveries over HTTP or HTTPS, checks their signatures, keeps each one "
    "byte for byte in a store, and shows what it is about. What was kept can be listed, shown and "
    "checked again, and any payload can be signed as Terra would sign it.\n"
    "\n"
    "Without a flag, an account or a configuration, `terra-hook listen` receives on "
    "http://127.0.0.1:4567. Nothing but deliveries comes in and nothing goes out: there is no "
    "telemetry and no update check.\n"
    "\n"
    "Standard output carries data only: lines, bodies, JSON. What is said about the work (where it "
    "listens, notes, errors) goes to standard error.";

constexpr std::string_view k_notes =
    "A signature is the hex HMAC-SHA256, under the signing secret, of a timestamp, a full stop and "
    "the exact bytes of the body. It arrives in the header field X-Terra-Signature, or "
    "Terra-Signature by its older name, as `t=TIMESTAMP,v1=SIGNATURE`. A handler that parses the "
    "body and prints it again before checking will fail.\n"
    "\n"
    "A secret given with --secret can be seen in the process list. A secret file should be "
    "readable "
    "by its owner only.";

/// `text` with everything that roff would act on made literal.
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

/// A full stop that begins a line would make it a request.
std::string as_line(const std::string& escaped) {
  return (escaped.starts_with('.') ? R"(\&)" : "") + escaped + "\n";
}

std::string bold(std::string_view text) {
  return R"(\fB)" + escape(text) + R"(\fR)";
}

std::string italic(std::string_view text) {
  return R"(\fI)" + escape(text) + R"(\fR)";
}

/// Prose: `code` and --flags are bold, the rest is escaped.
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

/// A help text as a sentence.
std::string sentence(std::string_view text) {
  std::string whole(text);
  if (whole.empty()) return whole;
  if (whole.front() >= 'a' && whole.front() <= 'z') {
    whole.front() = static_cast<char>(whole.front() - 'a' + 'A');
  }
  if (!whole.ends_with('.')) whole += '.';
  return prose(whole);
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

/// A value's name: words that are typed as they are in bold, what they stand for in italics.
std::string value_text(std::string_view value) {
  if (value == "[NAME=]FILE") return "[" + italic("NAME") + "=]" + italic("FILE");
  const auto shown = [](std::string_view part) {
    const bool is_literal =
        std::none_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return is_literal ? bold(part) : italic(part);
  };
  std::string out;
  for (const std::string& part : choices(value)) out += (out.empty() ? "" : "|") + shown(part);
  return out.empty() ? shown(value) : out;
}

std::string option_entry(const OptionModel& option) {
  std::string term;
  for (const std::string& name : option.names) term += (term.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) term += " " + value_text(option.value);
  std::string meaning = sentence(option.help);
  if (!option.default_value.empty()) meaning += "\nDefault: " + escape(option.default_value) + ".";
  if (option.is_repeatable) meaning += "\nMay be repeated.";
  if (!option.environment.empty()) meaning += "\nEnvironment: " + escape(option.environment) + ".";
  return entry(term, meaning);
}

std::string synopsis(const CommandModel& command) {
  std::string line = bold("terra-hook " + command.name) + " [" + italic("options") + "]";
  for (const ArgumentModel& argument : command.arguments) {
    std::string name = value_text(argument.name) + (argument.is_repeatable ? " ..." : "");
    line += argument.is_required ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string examples_section(std::span<const CommandModel> commands) {
  std::string out = ".SH EXAMPLES\n";
  for (const CommandModel& command : commands) {
    if (!command.examples.empty()) out += ".SS " + escape(command.name) + "\n";
    for (const Example& example : command.examples) {
      // EE turns hyphenation on again.
      out += ".TP\n" + as_line(prose(example.comment) + ":") + ".EX\n" +
             as_line(escape(example.command)) + ".EE\n.nh\n";
    }
  }
  return out;
}

std::string command_section(const CommandModel& command) {
  std::string out = ".SS " + escape(command.name) + "\n" + synopsis(command) + "\n.PP\n" +
                    as_line(sentence(command.summary)) + ".PP\n" + paragraphs(command.description);
  if (!command.arguments.empty()) out += ".PP\n" + italic("Arguments") + "\n";
  for (const ArgumentModel& argument : command.arguments) {
    out += entry(value_text(argument.name), sentence(argument.help));
  }
  std::string_view group;
  for (const OptionModel& option : command.options) {
    if (option.group != group) out += ".PP\n" + italic(option.group) + "\n";
    group = option.group;
    out += option_entry(option);
  }
  return out;
}

std::string environment_section() {
  std::string out = ".SH ENVIRONMENT\n";
  out += "Most flags can be set by a variable, named with each; a flag on the command line wins.\n";
  for (const VariableText& variable : variable_texts()) {
    out += entry(bold(variable.name), sentence(variable.meaning));
  }
  return out;
}

std::string files_section() {
  return ".SH FILES\n" +
         entry(italic("$XDG_DATA_HOME/terra-hook/captures.db"),
               prose("The store, an SQLite database that its owner alone can read. --store names "
                     "another.")) +
         entry(italic("$XDG_STATE_HOME/terra-hook/localhost.crt") + ", " + italic("localhost.key"),
               prose("The certificate that --tls makes, and its private key."));
}

}  // namespace

std::string man_page(std::span<const CommandModel> commands) {
  // Without a date the same commands give the same bytes whenever they are built.
  std::string out =
      R"(.\" Made by: terra-hook man
.TH TERRA\-HOOK 1 "" terra\-hook "User Commands"
.nh
.ad l
.SH NAME
)";
  out += "terra\\-hook \\- " + escape(program_summary()) + "\n.SH SYNOPSIS\n";
  for (const CommandModel& command : commands) out += synopsis(command) + "\n.br\n";
  out += bold("terra-hook help") + " [" + italic("COMMAND") + "]\n.br\n" +
         bold("terra-hook --version") + "\n";
  out += ".SH DESCRIPTION\n" + paragraphs(k_description) + ".SH COMMANDS\n";
  for (const CommandModel& command : commands) out += command_section(command);
  out += examples_section(commands);
  out += ".SH EXIT STATUS\n";
  for (const ExitCodeText& code : exit_code_texts()) {
    out += entry(bold(std::to_string(code.code)), sentence(code.meaning));
  }
  out += environment_section() + files_section();
  out += ".SH NOTES\n" + paragraphs(k_notes);
  out += ".SH SEE ALSO\n" + bold("curl") + "(1), " + bold("jq") + "(1), " + bold("openssl") +
         "(1), " + bold("sqlite3") + "(1)\n.PP\n";
  return out + prose("Terra's documentation: https://docs.tryterra.co") + "\n";
}

}  // namespace terra_hook
