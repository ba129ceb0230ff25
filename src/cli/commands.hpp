// SPDX-License-Identifier: MIT
// The table of all commands. Adding one is adding a row and its bind function.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/env.hpp"
#include "base/result.hpp"
#include "cli/binder.hpp"
#include "cli/model.hpp"

namespace terra_hook {

/// A command with its flags parsed, ready to run.
using Runner = std::function<Result<ExitCode>(Env&)>;

/// Adds a command's flags to its parser and its words to the model; the answer is run after
/// parsing.
using Bind = Runner (*)(Binder& binder, CommandModel& model);

struct Command {
  std::string_view name;
  std::string_view summary;
  Bind bind;
  bool is_hidden = false;
  bool is_configurable = true;  ///< false: configuration files mean nothing to it
};

std::span<const Command> all_commands();

/// The complete model of one command, and of all that are not hidden.
CommandModel model_of(const Command& command);
std::vector<CommandModel> all_models();

Runner bind_listen(Binder& binder, CommandModel& model);
Runner bind_verify(Binder& binder, CommandModel& model);
Runner bind_sign(Binder& binder, CommandModel& model);
Runner bind_list(Binder& binder, CommandModel& model);
Runner bind_show(Binder& binder, CommandModel& model);
Runner bind_replay(Binder& binder, CommandModel& model);
Runner bind_trigger(Binder& binder, CommandModel& model);
Runner bind_conform(Binder& binder, CommandModel& model);
Runner bind_emulate(Binder& binder, CommandModel& model);
Runner bind_request(Binder& binder, CommandModel& model);
Runner bind_export(Binder& binder, CommandModel& model);
Runner bind_import(Binder& binder, CommandModel& model);
Runner bind_tag(Binder& binder, CommandModel& model);
Runner bind_prune(Binder& binder, CommandModel& model);
Runner bind_diff(Binder& binder, CommandModel& model);
Runner bind_doctor(Binder& binder, CommandModel& model);
Runner bind_config(Binder& binder, CommandModel& model);
Runner bind_completion(Binder& binder, CommandModel& model);
Runner bind_complete(Binder& binder, CommandModel& model);
Runner bind_man(Binder& binder, CommandModel& model);

}  // namespace terra_hook
