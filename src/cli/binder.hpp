// SPDX-License-Identifier: MIT
// Adds flags to a CLI11 parser so that each has a value name, a group, an environment variable and
// an error that names it; and reads the finished parser back as a CommandModel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/model.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace terra_hook {

/// How the parsing of a command line ended.
struct Parsed {
  enum class Kind {
    complete,
    help,        ///< `--help` was among the flags
    refused,     ///< a flag's value is refused or missing: `error`, which begins with its name
    unexpected,  ///< words that no flag or argument takes: `words`
    invalid,     ///< anything else: `error`
  };
  Kind kind = Kind::complete;
  std::optional<Error> error;
  std::vector<std::string> words;
};

/// One command's flags. What they are bound to must outlive parse().
class Binder {
 public:
  Binder();
  ~Binder();
  Binder(const Binder&) = delete;
  Binder& operator=(const Binder&) = delete;

  /// The flags that follow belong to this section of the help.
  Binder& group(std::string name) {
    group_ = std::move(name);
    return *this;
  }
  /// The flag that was added last has no environment variable: it is about one call only.
  Binder& without_environment();

  /// The same for all flags of `group` so far.
  void without_environment(std::string_view group);
  /// What the help gives as the default of the flag that was added last.
  Binder& default_text(const std::string& text);
  /// The flag that was added last means this when no value stands behind it. What does is taken for
  /// its value only if `is_value` says so: an argument may follow as well.
  Binder& implied_value(std::string value, bool (*is_value)(std::string_view));

  Binder& flag(const std::string& names, bool& target, bool value, const std::string& help);
  Binder& text(const std::string& names, std::string& target, const std::string& value,
               const std::string& help);
  Binder& text(const std::string& names, std::optional<std::string>& target,
               const std::string& value, const std::string& help);
  Binder& texts(const std::string& names, std::vector<std::string>& target,
                const std::string& value, const std::string& help);
  Binder& argument(std::string& target, const std::string& name, const std::string& help,
                   bool is_required);
  Binder& arguments(std::vector<std::string>& target, const std::string& name,
                    const std::string& help, bool is_required = true);

  /// A value that `read` understands; its Error is prefixed with the flag's name.
  template <typename T, typename Read>
  Binder& parsed(const std::string& names, T& target, const std::string& value,
                 const std::string& help, Read read) {
    return add(names, value, help, false, [&target, read](std::string_view text) -> Result<void> {
      TRY_ASSIGN(target, read(text));
      return {};
    });
  }
  /// The same for a flag that may be repeated: `read` answers a list, which is appended.
  template <typename T, typename Read>
  Binder& parsed_list(const std::string& names, std::vector<T>& target, const std::string& value,
                      const std::string& help, Read read) {
    return add(names, value, help, true, [&target, read](std::string_view text) -> Result<void> {
      TRY_ASSIGN(const std::vector<T> items, read(text));
      target.insert(target.end(), items.begin(), items.end());
      return {};
    });
  }

  /// Says something about what was given that is no mistake for certain; from within a `read`.
  void note(std::string text) { notes_.push_back(std::move(text)); }
  /// What was said so, in order; after parse().
  const std::vector<std::string>& notes() const { return notes_; }

  /// What --config and --profile, which every command has, were given; after parse().
  const std::optional<std::string>& config_file() const { return config_file_; }
  const std::optional<std::string>& profile() const { return profile_; }

  /// What `flag` was given last, on the command line or by its variable; after parse(). None when
  /// it was not, or is none here.
  std::optional<std::string> value_of(const std::string& flag) const;

  /// Has parse() not look at the variable of `flag`, which is one here.
  void ignore_variable(const std::string& flag);

  /// Sets what the flags are bound to from `arguments` and the environment.
  Parsed parse(const std::vector<std::string>& arguments);

  /// In place of parse(): why it would refuse these values of `flag`, which is one here, whatever
  /// else is given.
  std::optional<Error> refusal_of(const std::string& flag, const std::vector<std::string>& values);

  /// What the parser knows of its own flags and arguments.
  void describe(CommandModel& model) const;

 private:
  using Accept = std::function<Result<void>(std::string_view)>;
  Binder& add(const std::string& names, const std::string& value, const std::string& help,
              bool is_repeatable, const Accept& accept);
  Binder& finish(CLI::Option* option, const std::string& value);

  struct ImpliedValue {
    std::string flag;
    std::string value;
    bool (*is_value)(std::string_view);
  };
  std::optional<Error> missing_value(const std::string& message) const;
  std::optional<Error> refused_value(const std::vector<std::string>& arguments) const;
  std::vector<std::string> with_implied_values(std::vector<std::string> arguments) const;

  std::unique_ptr<CLI::App> app_;
  std::string group_ = "Options";
  std::optional<std::string> config_file_;
  std::optional<std::string> profile_;
  CLI::Option* last_ = nullptr;
  std::vector<ImpliedValue> implied_values_;
  std::vector<std::string> notes_;
};

}  // namespace terra_hook
