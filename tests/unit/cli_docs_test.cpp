// SPDX-License-Identifier: MIT
// The command model is complete and consistent, and what is generated from it is what is committed.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/man_page.hpp"

namespace terra_hook {
namespace {

/// Those of our own commands and those of curl, which the examples use.
const std::set<std::string> k_flags_of_others = {"--data-binary"};

/// Flags about one call only, and the one that shows a secret: no variable sets them.
const std::set<std::string> k_without_environment = {
    "config --force",
    "config --project",
    "conform --list",
    "conform --only",
    "conform --secret",
    "doctor --offline",
    "doctor --secret",
    "emulate --secret",
    "export --force",
    "export --format",
    "export --no-facts",
    "export --output",
    "import --from",
    "import --keep-verdicts",
    "import --secret",
    "listen --secret",
    "prune --dry-run",
    "prune --keep",
    "prune --keep-tagged",
    "prune --last",
    "prune --max-size",
    "prune --older-than",
    "prune --provider",
    "prune --reference-id",
    "prune --since",
    "prune --tag",
    "prune --terra-reference",
    "prune --trace-id",
    "prune --type",
    "prune --until",
    "prune --user-id",
    "prune --verdict",
    "prune --yes",
    "replay --as-received",
    "replay --dry-run",
    "replay --keep-time",
    "replay --print",
    "replay --secret",
    "replay --set",
    "replay --unset",
    "replay --unsigned",
    "request --dry-run",
    "request --end-date",
    "request --force",
    "request --output",
    "request --print",
    "request --query",
    "request --restart",
    "request --secret",
    "request --start-date",
    "show --body",
    "show --card",
    "show --headers",
    "show --path",
    "show --record",
    "sign --secret",
    "sign --timestamp",
    "tag --delete",
    "trigger --dry-run",
    "trigger --file",
    "trigger --list",
    "trigger --pack",
    "trigger --print",
    "trigger --secret",
    "trigger --set",
    "trigger --terra-reference",
    "trigger --trace-id",
    "trigger --unset",
    "trigger --unsigned",
    "verify --at",
    "verify --secret",
    "verify --signature",
};

std::string committed(const std::string& path) {
  std::ifstream file(TERRA_HOOK_SOURCE_DIR "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every `--flag` in a text.
std::set<std::string> flags_in(const std::string& text) {
  static const std::regex flag("(^|[^A-Za-z0-9-])(--[a-z][a-z0-9-]*)");
  std::set<std::string> flags;
  for (auto match = std::sregex_iterator(text.begin(), text.end(), flag);
       match != std::sregex_iterator(); ++match) {
    flags.insert((*match)[2]);
  }
  return flags;
}

std::set<std::string> flags_of(const CommandModel& command) {
  std::set<std::string> flags = k_flags_of_others;
  for (const OptionModel& option : command.options)
    flags.insert(option.names.begin(), option.names.end());
  return flags;
}

std::set<std::string> flags_of_all() {
  std::set<std::string> flags{"--help", "--version"};
  for (const CommandModel& command : all_models()) flags.merge(flags_of(command));
  return flags;
}

/// Those of `mentioned` that do not exist, joined.
std::string unknown(const std::set<std::string>& mentioned, const std::set<std::string>& known) {
  std::string list;
  for (const std::string& flag : mentioned) {
    if (!known.contains(flag)) list += flag + " ";
  }
  return list;
}

bool is_one_line(const std::string& text) {
  return !text.empty() && text.find('\n') == std::string::npos && text.front() != ' ' &&
         text.back() != ' ' && text.back() != '.';
}

std::string page_named(const std::string& file) {
  for (const ManPage& page : man_pages(all_models())) {
    if (page.file == file) return page.text;
  }
  return "";
}

TEST_CASE("docs/what is committed is what the model gives") {
  const std::vector<CommandModel> models = all_models();
  std::vector<std::pair<std::string, std::string>> files = {
      {"completions/terra-hook.bash", completion_script(Shell::bash, models)},
      {"completions/_terra-hook", completion_script(Shell::zsh, models)},
      {"completions/terra-hook.fish", completion_script(Shell::fish, models)},
  };
  std::set<std::string> pages;
  for (const ManPage& page : man_pages(models)) {
    files.emplace_back("man/" + page.file, page.text);
    pages.insert(page.file);
  }
  for (const auto& file : files) {
    const bool is_current = committed(file.first) == file.second;
    CHECK_MESSAGE(is_current, file.first,
                  " is out of date; run: cmake --build build/release --target docs");
  }
  for (const auto& entry : std::filesystem::directory_iterator(TERRA_HOOK_SOURCE_DIR "/man")) {
    const std::string file = entry.path().filename().string();
    CHECK_MESSAGE(pages.contains(file), file, " is no page any more");
  }
}

TEST_CASE("docs/the same model gives the same bytes") {
  CHECK(page_named("terra-hook-listen.1") == page_named("terra-hook-listen.1"));
  for (const ManPage& page : man_pages(all_models())) {
    CHECK(page.text.find("\t") == std::string::npos);
  }
}

TEST_CASE("docs/every command is described") {
  std::set<std::string> names;
  for (const Command& command : all_commands()) {
    const CommandModel model = model_of(command);
    CAPTURE(model.name);
    CHECK(std::regex_match(model.name, std::regex("[a-z][a-z-]+")));
    CHECK(names.insert(model.name).second);
    CHECK(is_one_line(model.summary));
    CHECK(model.description.ends_with('.'));
    CHECK((command.is_hidden || !model.examples.empty()));
    for (const ArgumentModel& argument : model.arguments) {
      CHECK(is_one_line(argument.name));
      CHECK(is_one_line(argument.help));
    }
    for (const Example& example : model.examples) {
      CAPTURE(example.command);
      CHECK(is_one_line(example.comment));
      CHECK(example.command.find("terra-hook " + model.name) != std::string::npos);
    }
  }
}

TEST_CASE("docs/every flag is described") {
  for (const CommandModel& command : all_models()) {
    for (const OptionModel& option : command.options) {
      CAPTURE(command.name);
      CAPTURE(option.name());
      CHECK(std::regex_match(option.name(), std::regex("--[a-z0-9-]{2,}")));
      CHECK(is_one_line(option.help));
      CHECK(!option.group.empty());
      CHECK(option.group != "Options");
      const std::string before_value = option.value.substr(0, option.value.find(':'));
      CHECK(option.value == before_value);  // CLI11 appends its own notes to a type's name
      CHECK((!option.value.empty() || option.default_value.empty()));
    }
  }
}

TEST_CASE("docs/no name is given to two flags of a command") {
  for (const CommandModel& command : all_models()) {
    CAPTURE(command.name);
    std::set<std::string> names;
    for (const OptionModel& option : command.options) {
      for (const std::string& name : option.names) {
        CAPTURE(name);
        CHECK(names.insert(name).second);
        CHECK((name.starts_with("--") || name.size() == 2));
      }
    }
  }
}

TEST_CASE("docs/a flag's variable is named after it") {
  std::set<std::string> without;
  for (const CommandModel& command : all_models()) {
    for (const OptionModel& option : command.options) {
      if (option.name() == "--help") continue;
      CAPTURE(command.name);
      CAPTURE(option.name());
      if (option.environment.empty()) {
        without.insert(command.name + " " + option.name());
        continue;
      }
      std::string expected = "TERRA_HOOK_";
      for (const char c : option.name().substr(2))
        expected += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      CHECK(option.environment == expected);
    }
  }
  CHECK(without == k_without_environment);
}

TEST_CASE("docs/a flag is spelled the same wherever it appears") {
  // The formats differ, listen's --body says how much where show's is a part, and its --path is a
  // URL's where show's is inside a body. An export may go into a folder. What
  // request asks for is sent as true or false, where emulate has a switch.
  const std::set<std::string> may_differ = {"--format", "--print",  "--body",
                                            "--path",   "--output", "--with-samples"};
  std::map<std::string, std::string> values;
  for (const CommandModel& command : all_models()) {
    for (const OptionModel& option : command.options) {
      CAPTURE(option.name());
      const auto [known, is_new] = values.emplace(option.name(), option.value);
      CHECK((is_new || known->second == option.value || may_differ.contains(option.name())));
    }
  }
}

TEST_CASE("docs/no text tells of a flag that does not exist") {
  for (const CommandModel& command : all_models()) {
    CAPTURE(command.name);
    const std::set<std::string> known = flags_of(command);
    std::string text = command.summary + "\n" + command.description;
    for (const OptionModel& option : command.options) text += "\n" + option.help;
    for (const ArgumentModel& argument : command.arguments) text += "\n" + argument.help;
    for (const ExitCodeText& code : command.exit_codes) text += "\n" + std::string(code.meaning);
    for (const Example& example : command.examples)
      text += "\n" + example.comment + "\n" + example.command;
    CHECK(unknown(flags_in(text), known) == "");
  }

  std::string general = program_help(all_models(), Style(Terminal{}));
  for (const ManPage& page : man_pages(all_models())) {
    general += std::regex_replace(page.text, std::regex(R"(\\-)"), "-");
  }
  CHECK(flags_in(general).contains("--port"));
  CHECK(unknown(flags_in(general), flags_of_all()) == "");
}

/// A code that is new to the enumeration is a warning here until it is in the table of the test.
constexpr bool is_in_the_test(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
    case ExitCode::failure:
    case ExitCode::unauthentic:
    case ExitCode::bad_input:
    case ExitCode::usage:
    case ExitCode::internal:
    case ExitCode::expectation:
    case ExitCode::timed_out:
    case ExitCode::interrupted: return true;
  }
  return false;
}

TEST_CASE("docs/the table of exit codes is complete and ascending") {
  const std::vector<ExitCode> codes = {
      ExitCode::ok,          ExitCode::failure,   ExitCode::unauthentic,
      ExitCode::bad_input,   ExitCode::usage,     ExitCode::internal,
      ExitCode::expectation, ExitCode::timed_out, ExitCode::interrupted};
  std::vector<int> expected;
  for (const ExitCode code : codes) {
    CHECK(is_in_the_test(code));
    expected.push_back(static_cast<int>(code));
  }
  std::vector<int> told;
  for (const ExitCodeText& text : exit_code_texts()) {
    told.push_back(text.code);
    CHECK(is_one_line(std::string(text.meaning)));
  }
  CHECK(std::is_sorted(told.begin(), told.end()));
  CHECK(told == expected);
}

TEST_CASE("docs/a command's exit codes are some of the program's") {
  std::set<int> known;
  for (const ExitCodeText& code : exit_code_texts()) known.insert(code.code);
  for (const CommandModel& command : all_models()) {
    CAPTURE(command.name);
    for (const ExitCodeText& code : command.exit_codes) {
      CHECK(known.contains(code.code));
      CHECK(is_one_line(std::string(code.meaning)));
    }
    const std::vector<ExitCodeText> all = exit_codes_of(command);
    CHECK(all.size() >= 5);
    CHECK(std::is_sorted(all.begin(), all.end(),
                         [](const auto& a, const auto& b) { return a.code < b.code; }));
  }
}

TEST_CASE("docs/the man pages are plain roff with every section") {
  std::set<std::string> files;
  for (const ManPage& page : man_pages(all_models())) {
    CAPTURE(page.file);
    files.insert(page.file);
    for (std::size_t begin = 0; begin < page.text.size();) {
      const std::size_t end = page.text.find('\n', begin);
      REQUIRE(end != std::string::npos);
      const std::string line = page.text.substr(begin, end - begin);
      CAPTURE(line);
      CHECK(!line.empty());
      CHECK(line.front() != '\'');
      CHECK(line.front() != ' ');
      CHECK(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }));
      begin = end + 1;
    }
    for (const std::string heading : {"NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS",
                                      "ENVIRONMENT", "FILES", "SEE ALSO"}) {
      CAPTURE(heading);
      CHECK(page.text.find("\n.SH " + heading + "\n") != std::string::npos);
    }
  }
  CHECK(files.size() == all_models().size() + 2);
  CHECK(page_named("terra-hook.1").find("\n.SH COMMANDS\n") != std::string::npos);
}

TEST_CASE("docs/terra-hook-config has every key and what a project's file may do with it") {
  const std::string page = page_named("terra-hook-config.5");
  std::size_t count = 0;
  for (const CommandModel& command : all_models()) {
    for (const OptionModel& option : command.options) {
      const bool is_key = !option.environment.empty() && option.name() != "--config" &&
                          option.name() != "--profile" && command.is_configurable;
      if (!is_key) continue;
      ++count;
      std::string key = std::regex_replace(option.name().substr(2), std::regex("-"), "\\-");
      CAPTURE(key);
      CHECK(page.find("\n\\fB" + key + "\\fR = ") != std::string::npos);
    }
  }
  CHECK(count > 100);
  const auto entry_of = [&page](const std::string& key) {
    const std::size_t begin = page.find("\n\\fB" + key + "\\fR = ");
    return page.substr(begin, page.find("\n.TP\n", begin) - begin);
  };
  CHECK(entry_of("tunnel").find("Not in a project\\(aqs file.") != std::string::npos);
  CHECK(entry_of("to").find("only for this machine.") != std::string::npos);
  CHECK(entry_of("port").find("project") == std::string::npos);
}

TEST_CASE("docs/the man page escapes what roff would act on") {
  CommandModel command;
  command.name = "odd";
  command.summary = "it's a `back-tick` and \\ a \"quote\" ~ ^";
  command.description = ".TH is no request\n\n'nor this; see --a-flag.";
  const std::string page = man_pages(std::vector{command})[1].text;
  CHECK(page.find("\\- it\\(aqs a \\(gaback\\-tick\\(ga and \\e a \\(dqquote\\(dq \\(ti \\(ha\n") !=
        std::string::npos);
  CHECK(page.find("\n\\&.TH is no request\n.PP\n") != std::string::npos);
  CHECK(page.find("\n\\(aqnor this; see \\fB\\-\\-a\\-flag\\fR.\n") != std::string::npos);
}

}  // namespace
}  // namespace terra_hook
