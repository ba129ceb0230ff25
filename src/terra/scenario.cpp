// SPDX-License-Identifier: MIT
#include "terra/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/command_line.hpp"
#include "base/json_tree.hpp"
#include "base/suggest.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_most_steps = 100'000;

const ActionText* find_action(std::string_view name) {
  for (const ActionText& action : scenario_actions()) {
    if (action.name == name) return &action;
  }
  return nullptr;
}

/// The nearest action, or all.
std::string action_hint(std::string_view word) {
  std::vector<std::string> names;
  for (const ActionText& action : scenario_actions()) names.emplace_back(action.name);
  const std::string suggestion = did_you_mean(word, names);
  return suggestion.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : suggestion;
}

/// `user (required), date, type`; `nothing`.
std::string arguments_text(const ActionText& action) {
  std::string text;
  const auto add = [&text](std::string_view name) {
    if (name.empty()) return;
    if (!text.empty()) text += ", ";
    text += name.substr(0, name.find('!'));
    if (name.ends_with('!')) text += " (required)";
  };
  add(action.first);
  for (std::string_view rest = action.arguments; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    add(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return text.empty() ? "nothing" : text;
}

/// Whether `action` takes an argument called `name`.
bool has_argument(const ActionText& action, std::string_view name) {
  if (name == action.first.substr(0, action.first.find('!'))) return !name.empty();
  for (std::string_view rest = action.arguments; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Result<void> check_step(const Step& step) {
  const ActionText* action = find_action(step.action);
  if (action == nullptr) {
    return Error{ErrorKind::input, fmt::format("'{}' is not an action", sanitize(step.action)),
                 action_hint(step.action)};
  }
  for (const auto& [name, value] : step.arguments) {
    if (has_argument(*action, name)) continue;
    return Error{ErrorKind::input, fmt::format("{} takes no '{}'", step.action, sanitize(name)),
                 "it takes " + arguments_text(*action)};
  }
  if (action->first.ends_with('!')) {
    const std::string_view needed = action->first.substr(0, action->first.size() - 1);
    if (!step.argument(needed)) {
      return Error{ErrorKind::input, fmt::format("{} needs a {}", step.action, needed),
                   "man terra-hook-emulate has the actions and what each takes"};
    }
  }
  return {};
}

/// A member's value as the text that a script would have.
std::optional<std::string> argument_text(const json::Tree& tree, json::Tree::Index value) {
  switch (tree.kind(value)) {
    case json::Token::string: return json::unescape(tree.raw(value));
    case json::Token::number:
    case json::Token::true_literal:
    case json::Token::false_literal: return std::string(tree.raw(value));
    case json::Token::array_begin: {
      std::string list;
      for (auto item = tree.first_child(value); item != json::Tree::k_none;
           item = tree.next_sibling(item)) {
        if (tree.kind(item) != json::Token::string) return std::nullopt;
        list += (list.empty() ? "" : ",") + json::unescape(tree.raw(item));
      }
      return list;
    }
    default: return std::nullopt;
  }
}

Result<void> read_control_body(const std::string& body, Step& step) {
  TRY_ASSIGN(const json::Tree tree, json::Tree::parse(body));
  if (tree.kind(0) != json::Token::object_begin) {
    return Error{ErrorKind::input, "the body is not a JSON object", R"(such as {"user":"1"})"};
  }
  for (auto member = tree.first_child(0); member != json::Tree::k_none;
       member = tree.next_sibling(member)) {
    const std::string name = json::unescape(tree.raw_key(member));
    if (tree.kind(member) == json::Token::null_literal) continue;
    auto text = argument_text(tree, member);
    if (!text) {
      return Error{ErrorKind::input, fmt::format("'{}' is neither text nor a number", name)};
    }
    step.arguments[name] = *std::move(text);
  }
  return {};
}

}  // namespace

std::optional<std::string> Step::argument(std::string_view name) const {
  const auto found = arguments.find(name);
  return found == arguments.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<ActionText>& scenario_actions() {
  static const std::vector<ActionText> actions = {
      {"connect", "provider", "reference_id"},
      {"sync", "user!", "date type with_samples"},
      {"backfill", "user!", "type start_date end_date with_samples"},
      {"reauth", "user!", ""},
      {"deauth", "user!", ""},
      {"revoke", "user!", ""},
      {"error", "user!", ""},
      {"permissions", "user!", "added removed"},
      {"cancel", "reference_id", "reason"},
      {"fault", "rule!", ""},
      {"settings", "", "webhook ping with_samples"},
      {"date", "date!", ""},
      {"wait", "duration!", "", true},
      {"gap", "duration!", "", true},
      {"settle", "", "", true},
      {"stop", "", "", true},
  };
  return actions;
}

Result<std::optional<Step>> parse_step(std::string_view line) {
  // A comment begins a line or follows a blank, so that a URL may have a `#`.
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      line = line.substr(0, at);
      break;
    }
  }
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return std::optional<Step>();
  auto words = split_command_line(line, "");
  if (!words) return Error{ErrorKind::input, words.error().message, words.error().hint};
  Step step;
  step.action = words->front();
  const ActionText* action = find_action(step.action);
  for (std::size_t i = 1; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    const std::size_t equals = word.find('=');
    const bool is_named =
        action != nullptr && equals != std::string::npos &&
        (has_argument(*action, word.substr(0, equals)) || i > 1 || action->first.empty());
    if (is_named) {
      step.arguments[word.substr(0, equals)] = word.substr(equals + 1);
    } else if (action != nullptr && !action->first.empty() && i == 1) {
      step.arguments[std::string(action->first.substr(0, action->first.find('!')))] = word;
    } else if (action != nullptr) {
      return Error{ErrorKind::input, fmt::format("'{}' has no name", sanitize(word)),
                   "NAME=VALUE is expected"};
    }
  }
  TRY(check_step(step));
  return std::optional(std::move(step));
}

Result<std::vector<Step>> parse_script(std::string_view text, std::string_view name) {
  std::vector<Step> steps;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    auto step = parse_step(text.substr(0, end));
    if (!step) {
      return Error{ErrorKind::input,
                   fmt::format("{}: line {}: {}", name, number, step.error().message),
                   step.error().hint};
    }
    if (*step) {
      (*step)->line = number;
      steps.push_back(**std::move(step));
    }
    if (steps.size() > k_most_steps) {
      return Error{ErrorKind::input, fmt::format("{} has more than {} steps", name, k_most_steps),
                   "split it, and run one after the other"};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return steps;
}

Result<Step> read_control_call(const ApiCall& call) {
  constexpr std::string_view prefix = "/control/";
  Step step;
  step.action = call.path.substr(std::min(prefix.size(), call.path.size()));
  for (const auto& [name, value] : call.query) step.arguments[name] = value;
  if (call.body.find_first_not_of(" \t\r\n") != std::string::npos) {
    TRY(read_control_body(call.body, step));
  }
  TRY(check_step(step));
  if (find_action(step.action)->is_for_scripts) {
    return Error{ErrorKind::input, fmt::format("{} is for scripts", step.action),
                 "put it into the file of --script"};
  }
  return step;
}

}  // namespace terra_hook
