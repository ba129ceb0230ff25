// SPDX-License-Identifier: MIT
// Adds flags to a CLI11 parser so that each has a value name, a group, an environment variable and
// an error that names it; and reads the finished parser back as a CommandModel.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/model.hpp"

namespace terra_hook {

/// A flag's value was refused; carries what the user is told. CLI11 reports errors by exception.
class RefusedValue : public CLI::ValidationError {
 public:
  explicit RefusedValue(terra_hook::Error error)
      : ValidationError(error.message), error_(std::move(error)) {}
  const terra_hook::Error& error() const { return error_; }

 private:
  terra_hook::Error error_;
};

class Binder {
 public:
  explicit Binder(CLI::App& app) : app_(app) {}

  /// The flags that follow belong to this section of the help.
  Binder& group(std::string name) {
    group_ = std::move(name);
    return *this;
  }
  /// The flag that was added last has no environment variable: it is about one call only.
  Binder& without_environment();
  /// What the help gives as the default of the flag that was added last.
  Binder& default_text(const std::string& text);

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
                    const std::string& help);

  /// A value that `parse` understands; its Error is prefixed with the flag's name.
  template <typename T, typename Parse>
  Binder& parsed(const std::string& names, T& target, const std::string& value,
                 const std::string& help, Parse parse) {
    return add(names, value, help, false, [&target, parse](std::string_view text) -> Result<void> {
      TRY_ASSIGN(target, parse(text));
      return {};
    });
  }
  /// The same for a flag that may be repeated: `parse` answers a list, which is appended.
  template <typename T, typename Parse>
  Binder& parsed_list(const std::string& names, std::vector<T>& target, const std::string& value,
                      const std::string& help, Parse parse) {
    return add(names, value, help, true, [&target, parse](std::string_view text) -> Result<void> {
      TRY_ASSIGN(const std::vector<T> items, parse(text));
      target.insert(target.end(), items.begin(), items.end());
      return {};
    });
  }

 private:
  using Accept = std::function<Result<void>(std::string_view)>;
  Binder& add(const std::string& names, const std::string& value, const std::string& help,
              bool is_repeatable, Accept accept);
  Binder& finish(CLI::Option* option, const std::string& value);

  CLI::App& app_;
  std::string group_ = "Options";
  CLI::Option* last_ = nullptr;
};

/// What the parser knows of its own flags and arguments.
void describe(const CLI::App& app, CommandModel& model);

}  // namespace terra_hook
