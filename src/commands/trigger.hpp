// SPDX-License-Identifier: MIT
// `terra-hook trigger`: makes up deliveries as Terra would send them, and sends them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_edit.hpp"
#include "commands/replay.hpp"

namespace terra_hook {

enum class TriggerPrint { nothing, body, curl, http };

struct TriggerOptions {
  std::vector<std::string> types;  ///< of terra/event_type.hpp
  std::vector<std::string> pack;   ///< `edge`, or names of odd deliveries
  std::string file;                ///< a body of one's own, or `-`
  bool lists = false;

  std::optional<std::uint64_t> seed;  ///< none: the first people, and new trace ids
  std::optional<std::string> user_id;
  std::optional<std::string> reference_id;
  std::optional<std::string> provider;
  std::optional<std::string> date;  ///< none: yesterday
  std::optional<std::string> trace_id;
  std::optional<std::string> terra_reference;
  bool has_samples = false;
  std::optional<std::uint64_t> records;
  std::optional<std::uint64_t> size;
  std::vector<json::Edit> edits;
  TriggerPrint print = TriggerPrint::nothing;
  ReplayOptions sending;  ///< targets, secrets, pace, answers, output
  std::string listener;   ///< the URL that it goes to without targets
};

/// Exits as run_replay() does. Of a pack each delivery has its own right answer: 8 when one is
/// answered otherwise.
Result<ExitCode> run_trigger(const TriggerOptions& options, Env& env);

}  // namespace terra_hook
