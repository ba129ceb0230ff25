// SPDX-License-Identifier: MIT
#include "cli/binder.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>

#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// What every command has.
constexpr const char* k_general_group = "General";

/// `TERRA_HOOK_MAX_BODY` for `--max-body`.
std::string environment_name(const std::string& long_name) {
  std::string name = "TERRA_HOOK_";
  for (const char c : long_name) {
    name += c == '-' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

/// What a variable says, or `--quiet=false`.
std::optional<bool> parse_switch(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "0" || text == "no" || text == "off") return false;
  return std::nullopt;
}

/// A flag's value was refused; carries what the user is told. CLI11 reports errors by exception.
class RefusedValue : public CLI::ValidationError {
 public:
  explicit RefusedValue(terra_hook::Error error)
      : ValidationError(error.message), error_(std::move(error)) {}
  const terra_hook::Error& error() const { return error_; }

 private:
  terra_hook::Error error_;
};

}  // namespace

Binder::Binder() : app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag("-h,--help", "print this help")->group(k_general_group);
  group(k_general_group);
  text("--config", config_file_, "FILE",
       "settings from this file only (default: the user's and the project's)");
  text("--profile", profile_, "PROFILE", "also the settings of [profile.NAME]");
  group("Options");
}

Binder::~Binder() = default;

Parsed Binder::parse(const std::vector<std::string>& arguments) {
  using Kind = Parsed::Kind;
  try {
    std::vector<std::string> reversed = with_implied_values(arguments);
    std::reverse(reversed.begin(), reversed.end());  // CLI11 takes them from the back
    app_->parse(std::move(reversed));
  } catch (const RefusedValue& refused) {
    return {Kind::refused, refused.error(), {}};
  } catch (const CLI::CallForHelp&) {
    return {Kind::help, std::nullopt, {}};
  } catch (const CLI::ExtrasError&) {
    if (auto refused = refused_value(arguments)) return {Kind::refused, std::move(refused), {}};
    return {Kind::unexpected, std::nullopt, app_->remaining()};
  } catch (const CLI::ArgumentMismatch& error) {
    if (auto missing = missing_value(error.what())) return {Kind::refused, std::move(missing), {}};
    return {Kind::invalid, Error{ErrorKind::usage, sanitize(error.what())}, {}};
  } catch (const CLI::ParseError& error) {
    return {Kind::invalid, Error{ErrorKind::usage, sanitize(error.what())}, {}};
  }
  return {};
}

// CLI11's own optional values would take whatever comes next.
std::vector<std::string> Binder::with_implied_values(std::vector<std::string> arguments) const {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    for (const ImpliedValue& implied : implied_values_) {
      if (arguments[i] != implied.flag) continue;
      const bool has_value = i + 1 < arguments.size() && implied.is_value(arguments[i + 1]);
      arguments[i] += "=" + (has_value ? arguments[i + 1] : implied.value);
      if (has_value) arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
  return arguments;
}

// CLI11 says `--port: 1 required N missing`.
std::optional<Error> Binder::missing_value(const std::string& message) const {
  const std::string flag = message.substr(0, message.find(':'));
  const CLI::Option* option = std::as_const(*app_).get_option_no_throw(flag);
  if (!flag.starts_with('-') || option == nullptr) return std::nullopt;
  return Error{ErrorKind::usage, flag + " needs a value",
               flag + " " + option->get_type_name() + ": " + option->get_description()};
}

std::optional<Error> Binder::refusal_of(const std::string& flag,
                                        const std::vector<std::string>& values) {
  for (CLI::Option* option : app_->get_options()) option->envname("");
  std::vector<std::string> arguments;
  for (const std::string& value : values) arguments.push_back(flag + "=" + value);
  Parsed parsed = parse(arguments);
  return parsed.kind == Parsed::Kind::refused ? std::move(parsed.error) : std::nullopt;
}

// What stands behind such a flag and nothing else takes was meant for its value.
std::optional<Error> Binder::refused_value(const std::vector<std::string>& arguments) const {
  const std::vector<std::string> remaining = app_->remaining();
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    for (const ImpliedValue& implied : implied_values_) {
      const std::string& word = arguments[i + 1];
      const bool is_left = std::find(remaining.begin(), remaining.end(), word) != remaining.end();
      if (arguments[i] != implied.flag || !is_left || word.starts_with('-')) continue;
      const CLI::Option* option = app_->get_option(implied.flag);
      return Error{ErrorKind::usage, implied.flag + " can't be '" + sanitize(word) + "'",
                   implied.flag + " " + option->get_type_name() + ": " + option->get_description()};
    }
  }
  return std::nullopt;
}

Binder& Binder::finish(CLI::Option* option, const std::string& value) {
  option->group(group_)->type_name(value);
  if (!option->get_lnames().empty())
    option->envname(environment_name(option->get_lnames().front()));
  last_ = option;
  return *this;
}

Binder& Binder::without_environment() {
  last_->envname("");
  return *this;
}

void Binder::without_environment(std::string_view group) {
  for (CLI::Option* option : app_->get_options()) {
    if (option->get_group() == group) option->envname("");
  }
}

std::optional<std::string> Binder::value_of(const std::string& flag) const {
  const CLI::Option* option = std::as_const(*app_).get_option_no_throw(flag);
  if (option == nullptr || option->empty()) return std::nullopt;
  return option->results().back();
}

void Binder::ignore_variable(const std::string& flag) {
  app_->get_option(flag)->envname("");
}

Binder& Binder::implied_value(std::string value, bool (*is_value)(std::string_view)) {
  implied_values_.push_back({"--" + last_->get_lnames().front(), std::move(value), is_value});
  return *this;
}

Binder& Binder::default_text(const std::string& text) {
  last_->default_str(text);
  return *this;
}

Binder& Binder::flag(const std::string& names, bool& target, bool value, const std::string& help) {
  // Not add_flag(): CLI11 2.1 lets std::stoll's exception out for a value that is no number.
  CLI::Option* option = app_->add_option(
      names,
      [this_name = names.substr(names.rfind("--")), &target, value](const CLI::results_t& results) {
        const std::optional<bool> is_set = parse_switch(results.back());
        if (!is_set) {
          throw RefusedValue({ErrorKind::usage,
                              fmt::format("{}: '{}' is neither true nor false", this_name,
                                          sanitize(results.back())),
                              "true or false, or the flag without a value"});
        }
        target = *is_set ? value : !value;
        return true;
      },
      help);
  option->expected(0)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  return finish(option, "");
}

Binder& Binder::add(const std::string& names, const std::string& value, const std::string& help,
                    bool is_repeatable, const Accept& accept) {
  CLI::Option* option = app_->add_option(
      names,
      [this_name = names.substr(names.rfind("--")), accept](const CLI::results_t& results) {
        for (const std::string& text : results) {
          if (auto result = accept(text); !result) {
            Error error = std::move(result).error();
            // Whatever a value is, a flag with a bad one is wrong usage.
            throw RefusedValue({ErrorKind::usage, this_name + ": " + error.message, error.hint});
          }
        }
        return true;
      },
      help);
  if (is_repeatable) {
    option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args(false);
  } else {
    option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  return finish(option, value);
}

Binder& Binder::text(const std::string& names, std::string& target, const std::string& value,
                     const std::string& help) {
  return add(names, value, help, false, [&target](std::string_view text) -> Result<void> {
    target = text;
    return {};
  });
}

Binder& Binder::text(const std::string& names, std::optional<std::string>& target,
                     const std::string& value, const std::string& help) {
  return add(names, value, help, false, [&target](std::string_view text) -> Result<void> {
    target = text;
    return {};
  });
}

Binder& Binder::texts(const std::string& names, std::vector<std::string>& target,
                      const std::string& value, const std::string& help) {
  return add(names, value, help, true, [&target](std::string_view text) -> Result<void> {
    target.emplace_back(text);
    return {};
  });
}

Binder& Binder::argument(std::string& target, const std::string& name, const std::string& help,
                         bool is_required) {
  CLI::Option* option = app_->add_option(name, target, help)->type_name(name);
  if (is_required) option->required();
  return *this;
}

Binder& Binder::arguments(std::vector<std::string>& target, const std::string& name,
                          const std::string& help, bool is_required) {
  app_->add_option(name, target, help)->type_name(name)->required(is_required);
  return *this;
}

void Binder::describe(CommandModel& model) const {
  for (const CLI::Option* option : std::as_const(*app_).get_options()) {
    const bool is_repeatable = option->get_items_expected_max() > 1;
    if (option->get_positional()) {
      model.arguments.push_back(
          {option->get_name(), option->get_description(), option->get_required(), is_repeatable});
      continue;
    }
    OptionModel described;
    for (const std::string& name : option->get_snames()) described.names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) described.names.push_back("--" + name);
    described.value = option->get_type_name();
    described.help = option->get_description();
    described.group = option->get_group();
    described.default_value = option->get_default_str();
    described.environment = option->get_envname();
    described.is_repeatable = is_repeatable;
    model.options.push_back(std::move(described));
  }
  // --help and what else every command has come first; readers expect them last, --help at the end.
  std::stable_partition(model.options.begin(), model.options.end(),
                        [](const OptionModel& option) { return option.group != k_general_group; });
  const auto is_help = [](const OptionModel& option) { return option.name() == "--help"; };
  std::stable_partition(model.options.begin(), model.options.end(), std::not_fn(is_help));
}

}  // namespace terra_hook
