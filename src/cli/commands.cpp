// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"

namespace terra_hook {
namespace {

constexpr Command k_commands[] = {
    {"listen", "receive webhooks on this machine; verify, keep and show them", bind_listen},
    {"list", "list what has been captured, newest last", bind_list},
    {"show", "show captures in full, or their exact bytes", bind_show},
    {"replay", "send captures or files again, signed afresh", bind_replay},
    {"trigger", "send made-up events as Terra would, signed; no account needed", bind_trigger},
    {"conform", "test a webhook handler and grade its answers", bind_conform},
    {"emulate", "stand in for Terra: its REST API and webhooks, offline", bind_emulate},
    {"request", "ask Terra's API for data, here or to your webhook", bind_request},
    {"diff", "compare two captures or files by record", bind_diff},
    {"verify", "check a payload's signature and say why it fails", bind_verify},
    {"sign", "print the signature header for a payload", bind_sign},
    {"export", "write captures to files: HTTP messages, HAR, NDJSON or bodies", bind_export},
    {"import", "read deliveries from files into the store", bind_import},
    {"tag", "give captures a name, to find them by @NAME", bind_tag},
    {"prune", "remove old captures for good and shrink the store", bind_prune},
    {"doctor", "look at everything that terra-hook relies on and say what to mend", bind_doctor,
     false, false},
    {"config", "write, show or find the configuration files", bind_config, false, false},
    {"completion", "print a completion script for bash, zsh or fish", bind_completion, false,
     false},
    {"complete", "answer a completion script", bind_complete, true, false},
    {"man", "print or write the manual pages' sources", bind_man, true, false},
};

}  // namespace

std::span<const Command> all_commands() {
  return k_commands;
}

CommandModel model_of(const Command& command) {
  Binder binder;
  CommandModel model;
  model.name = command.name;
  model.summary = command.summary;
  model.is_configurable = command.is_configurable;
  command.bind(binder, model);
  binder.describe(model);
  return model;
}

std::vector<CommandModel> all_models() {
  std::vector<CommandModel> models;
  for (const Command& command : k_commands) {
    if (!command.is_hidden) models.push_back(model_of(command));
  }
  return models;
}

}  // namespace terra_hook
