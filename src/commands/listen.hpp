// SPDX-License-Identifier: MIT
// `terra-hook listen`: stands where the developer's server will stand.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "commands/forwarder.hpp"
#include "commands/listen_wait.hpp"
#include "commands/options.hpp"
#include "commands/tunnel.hpp"
#include "render/renderer.hpp"
#include "webhook/fault_plan.hpp"

namespace terra_hook {

inline constexpr std::uint16_t k_default_port = 4567;

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port;  ///< none: 4567 or the next free one; 0: the system chooses
  std::string path;                   ///< empty: any
  std::uint64_t max_body = k_default_max_body;
  unsigned threads = 2;
  bool uses_tls = false;  ///< with a certificate of our own making
  std::string tls_certificate;
  std::string tls_key;
  bool accepts_unauthentic = false;
  bool fetches_payloads = false;  ///< `--fetch-payload`
  BodyView body = BodyView::brief;
  ForwardOptions forward;
  bool shows_response = false;  ///< what targets answer, also when it is 2xx
  FaultOptions faults;
  std::optional<std::uint64_t> seed;  ///< for the faults; none: of the clock
  OutputOptions output;
  bool is_plain = false;  ///< `--plain`: the stream, also where a full screen could be shown
  bool redacts = false;   ///< `--redact`
  SecretOptions secrets;
  StoreOptions store;
  TunnelOptions tunnel;
  WaitOptions wait;
  /// `--timeout`: of the wait, or of a target when nothing is waited for and it is forwarded.
  std::optional<std::chrono::milliseconds> timeout;
};

/// Listens until it is asked to stop or has what it waits for; `expectation` when one was not met,
/// or a target was slow and must not be, `timed_out` when the time ran out, or a target was waited
/// for in vain, `failure` when a command failed. Errors: usage (options that contradict each
/// other), auth (a secret that can't be used), network (the address), file (the certificate),
/// storage.
Result<ExitCode> run_listen(const ListenOptions& given, Env& env);

}  // namespace terra_hook
