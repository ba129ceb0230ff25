// SPDX-License-Identifier: MIT
// `terra-hook export`: captures as files, to be carried elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/delivery_file.hpp"
#include "commands/options.hpp"

namespace terra_hook {

struct ExportOptions {
  std::vector<std::string> captures;
  FilterOptions filter;
  std::optional<DeliveryFormat> format;  ///< none: by the output's extension, else http
  std::string output;                    ///< a file or directory; empty or `-`: standard output
  bool with_facts = true;                ///< false with `--no-facts`: only what the sender sent
  bool replaces = false;                 ///< `--force`
  bool redacts = false;
  bool is_quiet = false;
  StoreOptions store;
};

/// Writes the captures that are named (and match the filter), or all that match it, by number. HTTP
/// messages and raw bodies go to a file each; HAR and NDJSON hold any number.
Result<ExitCode> run_export(const ExportOptions& options, Env& env);

/// `000012-sleep.http`: sorts by number; the type of a stranger's body can't lead out of a folder.
std::string export_file_name(const Capture& capture, DeliveryFormat format);

}  // namespace terra_hook
