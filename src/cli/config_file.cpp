// SPDX-License-Identifier: MIT
#include "cli/config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

#include "base/suggest.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

/// Where a table of the file stands.
struct Section {
  std::string profile;
  std::string command;
};

class ConfigReader {
 public:
  ConfigReader(const std::string& file, const std::vector<std::string>& commands)
      : file_(file), commands_(commands) {}

  Result<std::vector<Setting>> read(const toml::table& root) {
    TRY(read_table(root, {}));
    // In the order of the file, which the table does not keep.
    std::stable_sort(settings_.begin(), settings_.end(),
                     [](const Setting& a, const Setting& b) { return a.line < b.line; });
    return std::move(settings_);
  }

 private:
  Error error_at(const toml::node& node, const std::string& message, std::string hint = "") const {
    const toml::source_position at = node.source().begin;
    return {ErrorKind::input, fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message),
            std::move(hint)};
  }

  Result<void> read_table(const toml::table& table, const Section& section) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (const toml::table* inner = node.as_table()) {
        TRY(read_section(name, *inner, section));
      } else {
        TRY(read_setting(name, node, section));
      }
    }
    return {};
  }

  Result<void> read_section(const std::string& name, const toml::table& table,
                            const Section& section) {
    if (section.profile.empty() && section.command.empty() && name == "profile") {
      return read_profiles(table);
    }
    const bool is_command = std::find(commands_.begin(), commands_.end(), name) != commands_.end();
    if (is_command && section.command.empty()) return read_table(table, {section.profile, name});
    std::vector<std::string> known =
        section.command.empty() ? commands_ : std::vector<std::string>();
    if (section.profile.empty() && section.command.empty()) known.emplace_back("profile");
    return error_at(table, fmt::format("[{}] is no command", sanitize(name)),
                    did_you_mean(name, known));
  }

  Result<void> read_profiles(const toml::table& profiles) {
    for (const auto& [key, node] : profiles) {
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        return error_at(node, fmt::format("profile.{} is no table", sanitize(key.str())),
                        "a profile is [profile.NAME] with settings below it");
      }
      TRY(read_table(*table, {std::string(key.str()), ""}));
    }
    return {};
  }

  static std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    return std::nullopt;
  }

  Result<void> read_setting(const std::string& key, const toml::node& node,
                            const Section& section) {
    Setting setting;
    setting.profile = section.profile;
    setting.command = section.command;
    setting.key = key;
    setting.file = file_;
    setting.line = node.source().begin.line;
    const toml::array* list = node.as_array();
    const std::size_t count = list == nullptr ? 1 : list->size();
    for (std::size_t i = 0; i < count; ++i) {
      const toml::node& item = list == nullptr ? node : *list->get(i);
      auto text = text_of(item);
      if (!text) {
        return error_at(item, fmt::format("{} has a value that no flag takes", sanitize(key)),
                        "text in quotes, a number, true or false, or a list of these");
      }
      setting.values.push_back(*std::move(text));
    }
    settings_.push_back(std::move(setting));
    return {};
  }

  const std::string& file_;
  const std::vector<std::string>& commands_;
  std::vector<Setting> settings_;
};

}  // namespace

Result<std::vector<Setting>> parse_config(std::string_view text, const std::string& file,
                                          const std::vector<std::string>& commands) {
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    const toml::source_position at = parsed.error().source().begin;
    return Error{ErrorKind::input,
                 fmt::format("{}:{}:{}: {}", file, at.line, at.column,
                             sanitize(parsed.error().description())),
                 "the file is TOML: key = \"value\""};
  }
  return ConfigReader(file, commands).read(parsed.table());
}

}  // namespace terra_hook
