// SPDX-License-Identifier: MIT
// The completion scripts in the shells they are for. A shell that is not here fails its test.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/user.hpp"
#include "support/pseudo_terminal.hpp"

namespace terra_hook::test {
namespace {

constexpr const char* k_bash_completion = "/usr/share/bash-completion/bash_completion";

struct Case {
  std::string line;  ///< the cursor is at its end
  std::string words;
};

/// What each of the three shells must offer.
std::vector<Case> cases(const User& user) {
  const std::string home = user.home().path().string();
  user.home().write("some-file", "");
  std::filesystem::create_directory(user.home() / "some-folder");
  return {
      {"terra-hook li", "list listen"},
      {"terra-hook ver", "verify"},
      {"terra-hook man", ""},  // hidden
      {"terra-hook help ver", "verify"},
      {"terra-hook help verify l", ""},
      {"terra-hook frobnicate ", ""},
      {"terra-hook listen --po", "--port"},
      {"terra-hook listen --threads 3 --no-", "--no-store --no-verify"},
      {"terra-hook listen --format ", "ndjson text"},
      {"terra-hook list --format ", "json ndjson text"},
      {"terra-hook show --format ", "json ndjson raw text"},
      {"terra-hook list --format=nd", "ndjson"},
      {"terra-hook listen --body ", "card full none short"},
      {"terra-hook show --bod", "--body"},
      {"terra-hook list --color=", "always auto never"},
      {"terra-hook list --type sle", "sleep"},
      {"terra-hook list --type=menst", "menstruation"},
      {"terra-hook list --type sleep,acti", "activity"},
      {"terra-hook list --type=sleep,acti", "activity"},
      {"terra-hook list --verdict ", "invalid malformed missing stale unchecked valid"},
      {"terra-hook list --verdict valid,sta", "stale"},
      {"terra-hook list --provider GARM", "GARMIN"},
      {"terra-hook list --provider=garm", "GARMIN"},
      {"terra-hook trigger --provider f", "FITBIT FREESTYLELIBRE"},
      {"terra-hook listen --port ", ""},
      {"terra-hook listen --port=", ""},
      {"terra-hook list --user-id ", ""},
      {"terra-hook show ", "last last~1"},
      {"terra-hook show last las", "last last~1"},
      {"terra-hook verify las", "last last~1"},
      {"terra-hook completion ", "bash fish zsh"},
      {"terra-hook sign " + home + "/some-f", "some-file some-folder"},
      {"terra-hook verify " + home + "/some-fi", "some-file"},
      {"terra-hook listen --tls-cert " + home + "/some-fi", "some-file"},
      {"terra-hook listen --store=" + home + "/some-fi", "some-file"},
      {"terra-hook listen --secret-file " + home + "/some-fi", "some-file"},
      {"terra-hook listen --secret-file prod=" + home + "/some-fi", "some-file"},
      {"terra-hook listen --secret-file=prod=" + home + "/some-fi", "some-file"},
  };
}

/// What the user sees of a candidate: a shell may give it with or without what was typed before.
std::string last_part(std::string word) {
  if (word.ends_with('/')) word.pop_back();
  word.erase(std::remove(word.begin(), word.end(), '\\'), word.end());
  return word.substr(word.find_last_of("=,/") + 1);
}

std::string sorted(const Words& candidates) {
  Words words;
  for (const std::string& word : candidates) words.push_back(last_part(word));
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Writes the script to a file and returns its path.
std::string script_of(const User& user, const std::string& shell) {
  const Finished finished = user.run({"completion", shell});
  REQUIRE(finished.code == 0);
  REQUIRE(finished.err.empty());
  return user.home().write("_terra-hook", finished.out);
}

/// A shell that finds the program under its name.
ChildSetup setup_of(const User& user, Variables variables = {}) {
  const std::string folder = std::filesystem::path(terra_hook_program()).parent_path().string();
  variables["PATH"] = folder + ":" + std::getenv("PATH");
  return {user.home().path(), std::move(variables)};
}

Finished run(const User& user, const std::string& shell, const Words& arguments,
             const Variables& variables = {}) {
  const Finished finished = run_program(shell, arguments, setup_of(user, variables));
  CHECK(finished.err == "");
  CHECK(finished.code == 0);
  return finished;
}

/// A line as bash hands it to a completion function: broken at blanks, `=`, `:` and `@`.
Words bash_words(const std::string& line) {
  Words words = {""};
  for (const char c : line) {
    const bool is_break = c == '=' || c == ':' || c == '@';
    if (c == ' ' || is_break) {
      if (!words.back().empty()) words.emplace_back();
      if (is_break) {
        words.back() += c;
        words.emplace_back();
      }
    } else {
      words.back() += c;
    }
  }
  const bool ends_in_break = line.ends_with('=') || line.ends_with(':') || line.ends_with('@');
  if (ends_in_break) words.pop_back();
  return words;
}

Words complete_in_bash(const User& user, const std::string& script, const Words& words,
                       bool with_package, const Variables& variables = {}) {
  std::string program = with_package ? "source " + std::string(k_bash_completion) + "\n" : "";
  program += "source '" + script + "'\n" +
             R"(COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
                spec=$(complete -p terra-hook); function=${spec#*-F }; function=${function%% *}
                "$function" terra-hook "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                ((${#COMPREPLY[@]})) && printf '%s\n' "${COMPREPLY[@]}"; true)";
  Words arguments = {"--norc", "--noprofile", "-c", program, "bash"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  return lines_of(run(user, "bash", arguments, variables).out);
}

TEST_CASE("completion/bash with and without its completion package") {
  const User user;
  const std::string script = script_of(user, "bash");
  for (const bool with_package : {false, true}) {
    for (const Case& row : cases(user)) {
      CAPTURE(with_package);
      CAPTURE(row.line);
      CHECK(sorted(complete_in_bash(user, script, bash_words(row.line), with_package)) ==
            row.words);
    }
  }
}

TEST_CASE("completion/bash where its words are not broken at the equals sign") {
  const User user;
  const std::string script = script_of(user, "bash");
  CHECK(complete_in_bash(user, script, {"terra-hook", "list", "--format=nd"}, false) ==
        Words{"--format=ndjson"});
  CHECK(complete_in_bash(user, script, {"terra-hook", "list", "--type=sleep,bo"}, false) ==
        Words{"--type=sleep,body"});
}

/// Somebody with captures, tags and profiles, some of them a stranger's doing.
class UserWithCaptures : public User {
 public:
  UserWithCaptures() {
    receive({R"({"type":"sleep","user":{"user_id":"u-1","provider":"GARMIN"},"data":[]})",
             "{\"type\":\"a$(touch ACTED)`touch ACTED`;'\\\"/\\u001b[31m\\u009bx\"}"});
    CHECK(run({"tag", "1", "bug-17"}).code == 0);
    CHECK(run({"export", "1", "--output", (home() / "one.http").string()}).code == 0);
    CHECK(run({"import", (home() / "one.http").string(), "--store", (home() / "other.db").string()})
              .code == 0);
    std::filesystem::create_directories(home() / "config/terra-hook");
    home().write("config/terra-hook/config.toml",
                 "[profile.staging]\nport = 1\n[profile.\"a $(touch ACTED)\"]\nport = 1\n"
                 "[profile.other]\nstore = \"" +
                     (home() / "other.db").string() + "\"\n");
  }

  std::vector<Case> cases() const {
    const std::string other = (home() / "other.db").string();
    return {
        {"terra-hook show ", "1 2 @bug-17 last last~1"},
        {"terra-hook show 2 ", "1 2 @bug-17 last last~1"},
        {"terra-hook show @", "@bug-17"},
        {"terra-hook show 1 @bu", "@bug-17"},
        {"terra-hook tag 1", "1"},
        {"terra-hook verify 2", "2"},
        {"terra-hook list --tag ", "bug-17"},
        {"terra-hook list --tag=bu", "bug-17"},
        {"terra-hook list --profile ", "other staging"},
        {"terra-hook listen --profile=st", "staging"},
        {"terra-hook show --store " + other + " ", "1 last last~1"},
        {"terra-hook show --store=" + other + " --profile staging ", "1 last last~1"},
        {"terra-hook show --profile other ", "1 last last~1"},
        {"terra-hook show --store /nonexistent/x.db ", "last last~1"},
        {"terra-hook config show conf", "config conform"},
    };
  }

  bool has_acted() const { return std::filesystem::exists(home() / "ACTED"); }
};

TEST_CASE("completion/names are looked up and nothing in them acts") {
  const UserWithCaptures user;
  const Finished captures = user.run({"complete", "captures", "--", "show"});
  CHECK(captures.code == 0);
  CHECK(captures.err.empty());
  const Words lines = lines_of(captures.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("2\ta??touch ACTED??touch ACTED"));
  CHECK(lines[1].starts_with("1\tsleep GARMIN u-1, "));
  CHECK(lines[1].ends_with(" ago"));
  CHECK(lines[2] == "@bug-17\t1 capture");
  CHECK(captures.out.find_first_of("$`;'\"\\/\x1b\xc2(){}[]<>|&*~#!") == std::string::npos);
  CHECK(user.run({"complete", "profiles"}).out == "other\tprofile\nstaging\tprofile\n");
  CHECK(lines_of(user.run({"complete", "captures", "--", "show", "--store", "~/other.db"}).out)
            .size() == 1);
  // Nobody is to be told of what can't be read, and nothing is made.
  user.home().write("config/terra-hook/config.toml", "nonsense");
  for (const Words& words :
       {Words{"complete", "profiles"}, Words{"complete", "tags", "--", "list", "--store", "x.db"},
        Words{"complete", "captures", "--", "show", "--store", "/etc/passwd"}}) {
    const Finished finished = user.run(words);
    CHECK(finished.code == 0);
    CHECK((finished.out + finished.err).empty());
  }
  CHECK_FALSE(std::filesystem::exists(user.home() / "x.db"));
}

TEST_CASE("completion/bash looks names up and shows what they are") {
  const UserWithCaptures user;
  const std::string script = script_of(user, "bash");
  for (const bool with_package : {false, true}) {
    for (const Case& row : user.cases()) {
      CAPTURE(row.line);
      CHECK(sorted(complete_in_bash(user, script, bash_words(row.line), with_package)) ==
            row.words);
    }
  }
  const Words shown =
      complete_in_bash(user, script, {"terra-hook", "show", ""}, false, {{"COMP_TYPE", "63"}});
  REQUIRE(shown.size() == 5);
  CHECK(shown[2].starts_with("2  (a??touch ACTED"));
  CHECK(shown[3].starts_with("1  (sleep GARMIN u-1, "));
  CHECK(complete_in_bash(user, script, {"terra-hook", "show", "1"}, false, {{"COMP_TYPE", "63"}}) ==
        Words{"1"});
  PseudoTerminal bash("bash", {"--norc", "--noprofile", "-i"},
                      setup_of(user, {{"PS1", "> "}, {"INPUTRC", "/dev/null"}}), 200);
  bash.type("cd; source '" + script + "'; bind 'set enable-bracketed-paste off'; echo rea''dy\n");
  bash.await("ready");
  bash.type("echo terra-hook; terra-hook show 1 @b\t");
  bash.await("show 1 @bug-17 ");
  bash.type("\x15terra-hook verify @b\t");
  bash.await("verify @bug-17 ");
  bash.type("\x15terra-hook show \t\t");
  bash.await("1  (sleep GARMIN u-1, ");
  bash.type("\x15 exit 7\n");
  CHECK(bash.wait() == 7);
  CHECK_FALSE(user.has_acted());
}

TEST_CASE("completion/bash offers flags where no argument is expected") {
  const User user;
  const std::string script = script_of(user, "bash");
  const Words first = complete_in_bash(user, script, {"terra-hook", ""}, false);
  CHECK(sorted(first) ==
        "--help --version completion config conform diff doctor emulate export help import list "
        "listen prune replay request show sign tag trigger verify");
  const Words flags = complete_in_bash(user, script, {"terra-hook", "list", ""}, false);
  CHECK(std::find(flags.begin(), flags.end(), "--since") != flags.end());
  const std::string file = (user.home() / "x").string();
  const Words none =
      complete_in_bash(user, script, {"terra-hook", "diff", file, "2", "las"}, false);
  CHECK(none.empty());
  CHECK(complete_in_bash(user, script, {"terra-hook", "show", "--", "-"}, false).empty());
}

TEST_CASE("completion/bash at a terminal") {
  const User user;
  const std::string script = script_of(user, "bash");
  user.home().write("some file", "");
  for (const std::string package : {"/dev/null", k_bash_completion}) {
    CAPTURE(package);
    PseudoTerminal bash("bash", {"--norc", "--noprofile", "-i"},
                        {user.home().path(), {{"PS1", "> "}, {"INPUTRC", "/dev/null"}}}, 200);
    bash.type("set -u; cd; source " + package + "; source '" + script +
              "'; bind 'set enable-bracketed-paste off'; echo rea''dy\n");
    bash.await("ready");
    bash.type("echo terra-hook; terra-hook listen --format=nd\t");
    bash.await("--format=ndjson ");
    bash.type("\x15terra-hook list --type sleep,menst\t");
    bash.await("sleep,menstruation ");
    bash.type("\x15terra-hook sign some\t");
    bash.await("sign some\\ file ");
    bash.type("\x15terra-hook listen --secret-file prod=\"so\t");
    bash.await("prod=\"some file\" ");
    bash.type("\x15 exit 7\n");
    CHECK(bash.wait() == 7);
  }
}

/// An interactive zsh that writes what it would offer for a line to a file.
class ZshCompletion {
 public:
  ZshCompletion(const User& user, const std::string& load)
      : file_((user.home() / "hits").string()),
        zsh_("zsh", {"-f", "-i"}, setup_of(user, {{"PS1", ""}}), 200) {
    const std::string setup = user.home().write("setup.zsh", R"(
      unsetopt zle_bracketed_paste prompt_sp prompt_cr beep
      LISTMAX=10000
      fpath=("$HOME" $fpath)
      autoload -Uz compinit
      compinit -u -D
      )" + load + R"(
      typeset -ga hits
      compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
          builtin compadd "$@"
          return
        fi
        local -a found
        builtin compadd -A found "$@"
        hits+=("${found[@]}")
        builtin compadd "$@"
      }
      offer() {
        hits=()
        zle list-choices
        print -rl -- "${hits[@]}" > "$HOME/hits"
        BUFFER=
        print -r "offered"
      }
      zle -N offer
      bindkey '^I' offer
      print rea''dy
    )");
    zsh_.type("source '" + setup + "'\n");
    zsh_.await("ready");
  }

  Words complete(const std::string& line) {
    zsh_.type(line + "\t");
    zsh_.await("offered");
    Words words = lines_of(read_whole_file(file_));
    words.erase(std::remove(words.begin(), words.end(), ""), words.end());
    return words;
  }

  const std::string& screen() const { return zsh_.screen(); }

 private:
  std::string file_;
  PseudoTerminal zsh_;
};

TEST_CASE("completion/zsh from its function path and sourced") {
  const User user;
  const std::string script = script_of(user, "zsh");
  for (const std::string& load : {std::string(), "source '" + script + "'"}) {
    CAPTURE(load);
    if (!load.empty()) std::filesystem::rename(script, user.home() / "sourced");
    ZshCompletion zsh(user, load.empty() ? "" : "source \"$HOME/sourced\"");
    for (const Case& row : cases(user)) {
      CAPTURE(row.line);
      CHECK(sorted(zsh.complete(row.line)) == row.words);
    }
    CHECK(zsh.complete("terra-hook diff 1 2 las").empty());
    CHECK(sorted(zsh.complete("terra-hook listen -")).find("--on-invalid") != std::string::npos);
    // Descriptions are shown beside the words, once the widget has returned.
    zsh.complete("terra-hook ");
    zsh.complete("terra-hook ");
    CHECK(zsh.screen().find("bad option") == std::string::npos);
    CHECK(zsh.screen().find("not found") == std::string::npos);
    CHECK(zsh.screen().find("check a payload's signature and say why it fails") !=
          std::string::npos);
    CHECK(zsh.screen().find("answer 401 or 200") != std::string::npos);
  }
}

TEST_CASE("completion/zsh looks names up and shows what they are") {
  const UserWithCaptures user;
  script_of(user, "zsh");
  ZshCompletion zsh(user, "");
  for (const Case& row : user.cases()) {
    CAPTURE(row.line);
    CHECK(sorted(zsh.complete(row.line)) == row.words);
  }
  zsh.complete("terra-hook show ");
  zsh.complete("terra-hook ");
  CHECK(zsh.screen().find("sleep GARMIN u-1, ") != std::string::npos);
  CHECK_FALSE(user.has_acted());
}

/// `name<TAB>hint` lines.
Words complete_in_fish(const User& user, const std::string& script, const std::string& line) {
  return lines_of(
      run(user, "fish",
          {"--no-config", "-c", "source $argv[1]; complete -C $argv[2]; true", script, line})
          .out);
}

TEST_CASE("completion/fish looks names up and shows what they are") {
  const UserWithCaptures user;
  const std::string script = script_of(user, "fish");
  for (const Case& row : user.cases()) {
    CAPTURE(row.line);
    Words words;
    for (const std::string& line : complete_in_fish(user, script, row.line)) {
      words.push_back(line.substr(0, line.find('\t')));
    }
    CHECK(sorted(words) == row.words);
  }
  const Words shown = complete_in_fish(user, script, "terra-hook show ");
  CHECK(std::any_of(shown.begin(), shown.end(), [](const std::string& line) {
    return line.starts_with("1\tsleep GARMIN u-1, ");
  }));
  CHECK_FALSE(user.has_acted());
}

TEST_CASE("completion/fish") {
  const User user;
  const std::string script = script_of(user, "fish");
  for (const Case& row : cases(user)) {
    CAPTURE(row.line);
    Words words;
    for (const std::string& line : complete_in_fish(user, script, row.line)) {
      words.push_back(line.substr(0, line.find('\t')));
    }
    CHECK(sorted(words) == row.words);
  }
  const Finished described =
      run(user, "fish",
          {"--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, "terra-hook ver"});
  CHECK(described.out == "verify\tcheck a payload's signature and say why it fails\n");
}

TEST_CASE("completion/the scripts are sound to their own shells") {
  const User user;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    CHECK(run(user, shell, {"-n", script_of(user, shell)}).out.empty());
  }
}

}  // namespace
}  // namespace terra_hook::test
