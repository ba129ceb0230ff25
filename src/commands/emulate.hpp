// SPDX-License-Identifier: MIT
// `terra-hook emulate`: a local stand-in for Terra to develop against.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/options.hpp"
#include "http/url.hpp"
#include "terra/api_dates.hpp"
#include "terra/api_fault.hpp"
#include "terra/chaos.hpp"
#include "terra/day_budget.hpp"
#include "webhook/retry_schedule.hpp"

namespace terra_hook {

inline constexpr std::uint16_t k_emulator_port = 8080;

struct EmulateOptions {
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port;  ///< none: 8080 or the next free one; 0: the system chooses

  // Who is in it.
  std::size_t users = 5;
  int days = 400;
  std::optional<std::uint64_t> seed;  ///< none: the usual people, and new ids each time
  std::optional<Day> today;           ///< none: the clock's, UTC

  // The API.
  std::string dev_id;
  std::string api_key_file;
  DayLimits limits;
  std::chrono::milliseconds processing{2000};
  std::vector<ApiFaultRule> faults;
  bool with_samples = false;

  // Deliveries.
  std::optional<Url> webhook;
  RetrySchedule retries;  ///< `terra` unless it was chosen
  double speed = 1;
  std::chrono::milliseconds timeout{8'000};
  std::chrono::milliseconds give_up_after{std::chrono::hours(26)};
  bool follows_settings = false;  ///< `--settings current`
  bool uses_ping = false;
  std::chrono::milliseconds ping_expires{300'000};
  ChaosOptions chaos;
  std::size_t concurrency = 4;
  bool verifies_tls = true;
  std::string ca_file;

  std::string script;  ///< a file, or `-`; empty: none
  OutputOptions output;
  SecretOptions secrets;
};

/// Serves until it is asked to stop. `failure` when a script's `stop` ended it and a delivery had
/// been given up. Errors: usage, auth (a secret that can't be used), network (the address), file
/// (script, key), input (a script that can't be done; it ends the emulator).
Result<ExitCode> run_emulate(const EmulateOptions& options, Env& env);

}  // namespace terra_hook
