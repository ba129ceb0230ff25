// SPDX-License-Identifier: MIT
#include "cli/completion.hpp"

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/completion_value.hpp"
#include "terra/conformance.hpp"
#include "terra/event_type.hpp"
#include "terra/odd_deliveries.hpp"
#include "terra/sample_person.hpp"

namespace terra_hook {
namespace {

/// A choice is spelled as it is typed, the name of a kind of value in capitals.
bool is_literal(std::string_view part) {
  return std::none_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

ValueCompletion completion_of_name(const std::string& name) {
  std::vector<std::string> parts = choices(name);
  if (parts.empty()) parts.push_back(name);
  ValueCompletion completion;
  for (const std::string& part : parts) {
    if (part == "FILE") {
      completion.has_files = true;
    } else if (part == "[NAME=]FILE") {
      completion.has_files = completion.has_name = true;
    } else if (part == "DIR") {
      completion.has_directories = true;
    } else if (part == "TYPE") {
      for (const EventType& type : event_types()) completion.words.emplace_back(type.name);
    } else if (part == "PROVIDER") {
      for (const ProviderTraits& provider : all_providers()) {
        completion.words.emplace_back(provider.name);
      }
      completion.is_in_capitals = true;
    } else if (part == "ODD") {
      for (const OddDelivery& odd : odd_deliveries()) completion.words.emplace_back(odd.name);
    } else if (part == "CHECK") {
      for (std::string& id : conform_ids()) completion.words.push_back(std::move(id));
    } else if (part == "CAPTURE") {
      completion.words.insert(completion.words.end(), {"last", "last~1"});
      completion.known = "captures";
    } else if (part == "TAG") {
      completion.known = "tags";
    } else if (part == "PROFILE") {
      completion.known = "profiles";
    } else if (part == "SUBCOMMAND") {
      for (const Command& command : all_commands()) {
        if (!command.is_hidden) completion.words.emplace_back(command.name);
      }
    } else if (!part.empty() && is_literal(part)) {
      completion.words.push_back(part);
    }
  }
  return completion;
}

}  // namespace

ValueCompletion completion_of(const OptionModel& option) {
  ValueCompletion completion = completion_of_name(option.value);
  completion.is_list = option.is_repeatable && !completion.words.empty();
  return completion;
}

ValueCompletion completion_of(const ArgumentModel& argument) {
  return completion_of_name(argument.name);
}

std::string_view main_clause(std::string_view help) {
  return help.substr(0, std::min({help.find("; "), help.find(": "), help.find(" (")}));
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string joined;
  for (const std::string& word : words) {
    if (!joined.empty()) joined += separator;
    joined += word;
  }
  return joined;
}

std::string completion_script(Shell shell, std::span<const CommandModel> commands) {
  switch (shell) {
    case Shell::bash: return bash_script(commands);
    case Shell::zsh: return zsh_script(commands);
    case Shell::fish: return fish_script(commands);
  }
  return "";
}

}  // namespace terra_hook
