// SPDX-License-Identifier: MIT
// `terra-hook import`: deliveries from files into the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/delivery_file.hpp"
#include "commands/options.hpp"

namespace terra_hook {

struct ImportOptions {
  std::vector<std::string> inputs;       ///< files, directories, `-`
  std::optional<DeliveryFormat> format;  ///< `--from`; none: told by the content
  std::uint64_t max_body = k_default_max_body;
  bool keeps_verdicts = false;  ///< `--keep-verdicts`: take the files' word instead of checking
  OutputOptions output;
  SecretOptions secrets;
  StoreOptions store;
};

/// Verifies each delivery with the secrets at hand, its age judged at the moment it was received,
/// and keeps it. Files that can't be read and damaged entries are told and make the exit code that
/// of the first of them; the rest is imported all the same.
Result<ExitCode> run_import(const ImportOptions& options, Env& env);

}  // namespace terra_hook
