// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "cli/completion_value.hpp"

namespace terra_hook {
namespace {

constexpr std::string_view k_bash_begin =
    R"(# Completes terra-hook in bash 4 and later. Made by: terra-hook completion bash
# shellcheck shell=bash disable=SC2034

)";

// Standing alone, without the bash-completion package, it puts together itself what bash takes
// apart: words are broken at `=` and `:`, and only the part after the last break is replaced.
constexpr std::string_view k_bash_end = R"bash(
# Adds to `found` what the store and the configuration know: captures, tags or profiles. Beside a
# choice that is only shown stands what it is.
_terra_hook_known() {
  local name hint names=() hinted=()
  while IFS=$'\t' read -r name hint; do
    [[ $name == "$value"* ]] || continue
    names+=("$prefix$name")
    hinted+=("$prefix$name  ($hint)")
  done < <(command terra-hook complete "$1" -- "${typed[@]}" 2>/dev/null)
  if [[ ${COMP_TYPE-} == @(33|63|64) ]] && ((${#names[@]} + ${#found[@]} > 1)); then
    found+=("${hinted[@]}")
  else
    found+=("${names[@]}")
  fi
}

_terra_hook() {
  COMPREPLY=()
  local typed=() word piece='' i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((i > 1)) && [[ -n $word ]] && [[ $word == [=:]* || $piece == [=:@]* && $piece != @?* ]]; then
      typed[${#typed[@]} - 1]+=$word
    else
      typed+=("$word")
    fi
    [[ $piece == @ ]] && word=@$word  # which stays with what is replaced
    piece=$word
  done
  [[ $piece == [=:]* ]] && piece=''

  local count=${#typed[@]}
  local command=${typed[0]} current=${typed[count - 1]}
  local from='' words='' known='' prefix='' flag='' arguments=0 after_dashes=''
  if ((count == 1)); then
    _terra_hook_commands
    words+=' help --help --version'
  elif [[ $command == help ]]; then
    ((count == 2)) && _terra_hook_commands
  else
    for word in "${typed[@]:1:count-2}"; do
      if [[ -n $flag ]]; then
        flag=''
      elif [[ -n $after_dashes || $word != -?* ]]; then
        ((arguments++))
      elif [[ $word == -- ]]; then
        after_dashes=1
      elif [[ $word != *=* ]] && _terra_hook_value "$command" "$word"; then
        flag=$word
      fi
    done
    from='' words='' known=''
    if [[ -z $flag && -z $after_dashes && $current == --*=* ]]; then
      flag=${current%%=*}
      prefix=$flag=
    fi
    if [[ -n $flag ]]; then
      _terra_hook_value "$command" "$flag"
    elif [[ -z $after_dashes && $current == -* ]]; then
      _terra_hook_flags "$command"
    elif ! _terra_hook_argument "$command" "$arguments" && [[ -z $after_dashes && -z $current ]]; then
      _terra_hook_flags "$command"
    fi
  fi

  local value=${current#"$prefix"} before=''
  case $from in
    list) before=${value%"${value##*,}"} ;;
    named-files) before=${value%"${value##*=}"} ;;
  esac
  prefix+=$before
  value=${value#"$before"}
  local found=() replaced_after=${current%"$piece"}
  mapfile -t found < <(
    compgen -P "$prefix" -W "$words" -- "$value"
    case $from in
      *files) compgen -P "$prefix" -f -- "$value" ;;
      directories) compgen -P "$prefix" -d -- "$value" ;;
    esac
  )
  # Names in capitals may be typed in small letters.
  ((${#found[@]})) || mapfile -t found < <(compgen -P "$prefix" -W "$words" -- "${value^^}")
  # Where there is no match, as for a quoted name, readline looks for itself.
  case $from:$value in
    *files:@*) ;; # the @ of a tag would be quoted as that of a file
    *files:*) compopt -o filenames -o default 2>/dev/null ;;
    directories:*) compopt -o filenames -o dirnames 2>/dev/null ;;
  esac
  if [[ -n $known ]]; then
    _terra_hook_known "$known"
    # In their order, the newest first.
    compopt -o nosort 2>/dev/null
  fi
  COMPREPLY=("${found[@]#"$replaced_after"}")
}

complete -F _terra_hook terra-hook
)bash";

/// `from=files words='a b'`, as the script's main function reads it.
std::string assignments(const ValueCompletion& completion) {
  std::string text;
  if (completion.has_name) {
    text = "from=named-files";
  } else if (completion.has_files) {
    text = "from=files";
  } else if (completion.has_directories) {
    text = "from=directories";
  } else if (completion.is_list) {
    text = "from=list";
  }
  const auto add = [&text](const std::string& assignment) {
    text += (text.empty() ? "" : " ") + assignment;
  };
  if (!completion.words.empty()) add(fmt::format("words='{}'", join(completion.words, " ")));
  if (!completion.known.empty()) add("known=" + completion.known);
  return text;
}

std::string bash_commands_function(std::span<const CommandModel> commands) {
  std::vector<std::string> names;
  for (const CommandModel& command : commands) names.push_back(command.name);
  return fmt::format("_terra_hook_commands() {{\n  words='{}'\n}}\n", join(names, " "));
}

std::string flags_function(std::span<const CommandModel> commands) {
  std::string text = "\n# The flags of command $1.\n_terra_hook_flags() {\n  case $1 in\n";
  for (const CommandModel& command : commands) {
    std::vector<std::string> names;
    for (const OptionModel& option : command.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
    text += fmt::format("    {}) words='{}' ;;\n", command.name, join(names, " "));
  }
  return text + "  esac\n}\n";
}

/// The flags of one command that take a value, those that are completed alike together.
std::string value_cases(const CommandModel& command) {
  std::vector<ValueCompletion> kinds;
  std::vector<std::vector<std::string>> names;
  for (const OptionModel& option : command.options) {
    if (option.value.empty()) continue;
    const ValueCompletion completion = completion_of(option);
    std::size_t kind = 0;
    while (kind < kinds.size() && !(kinds[kind] == completion)) ++kind;
    if (kind == kinds.size()) {
      kinds.push_back(completion);
      names.emplace_back();
    }
    names[kind].insert(names[kind].end(), option.names.begin(), option.names.end());
  }
  std::string text;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const std::string what = assignments(kinds[kind]);
    text += fmt::format("        {}){}{} ;;\n", join(names[kind], " | "), what.empty() ? "" : " ",
                        what);
  }
  return text;
}

std::string value_function(std::span<const CommandModel> commands) {
  std::string text =
      "\n# What completes the value of flag $2 of command $1. Fails when the flag takes none.\n"
      "_terra_hook_value() {\n  case $1 in\n";
  for (const CommandModel& command : commands) {
    const std::string cases = value_cases(command);
    if (cases.empty()) continue;
    text +=
        fmt::format("    {})\n      case $2 in\n{}        *) return 1 ;;\n      esac\n      ;;\n",
                    command.name, cases);
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

std::string argument_function(std::span<const CommandModel> commands) {
  std::string text =
      "\n# What completes an argument of command $1 after $2 others. Fails when none is expected.\n"
      "_terra_hook_argument() {\n  case $1:$2 in\n";
  for (const CommandModel& command : commands) {
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      const ArgumentModel& argument = command.arguments[i];
      text += fmt::format("    {}:{}) {} ;;\n", command.name,
                          argument.is_repeatable ? "*" : std::to_string(i),
                          assignments(completion_of(argument)));
    }
  }
  return text + "    *) return 1 ;;\n  esac\n}\n";
}

}  // namespace

std::string bash_script(std::span<const CommandModel> commands) {
  return std::string(k_bash_begin) + bash_commands_function(commands) + flags_function(commands) +
         value_function(commands) + argument_function(commands) + std::string(k_bash_end);
}

}  // namespace terra_hook
