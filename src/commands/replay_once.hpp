// SPDX-License-Identifier: MIT
// Sends one kept delivery to the targets of its type, once more, while `listen` goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "base/secret.hpp"
#include "capture/attempt.hpp"
#include "capture/capture.hpp"
#include "commands/forwarder.hpp"
#include "commands/replay_sender.hpp"

namespace terra_hook {

/// What `capture` (loaded) goes out as to the target of `route`: signed afresh with the secret that
/// matched, else the first one; without secrets with its own signature. `body` goes in place of its
/// own. Errors: input.
Result<PreparedSend> prepare_replay(Capture capture, const Route& route,
                                    const ForwardOptions& forward,
                                    const std::vector<NamedSecret>& secrets,
                                    std::optional<std::string> body, UtcTime now);

struct ReplayOnceOptions {
  std::filesystem::path store;  ///< where attempts are kept
  ForwardOptions forward;
  std::vector<NamedSecret> secrets;
};

/// One thread at a time.
class ReplayOnce {
 public:
  /// Told of each attempt once it was kept, from a thread of its own; or why nothing could be sent.
  /// `body` is what went out in place of the delivery's own.
  using Done = std::function<void(std::int64_t number, const std::optional<std::string>& body,
                                  const Result<Attempt>&)>;

  ReplayOnce(ReplayOnceOptions options, Env& env, Done done)
      : options_(std::move(options)), env_(env), done_(std::move(done)) {}
  /// Interrupts what is under way.
  ~ReplayOnce();
  ReplayOnce(const ReplayOnce&) = delete;
  ReplayOnce& operator=(const ReplayOnce&) = delete;

  /// Sends `capture` (loaded) to each target that takes its type, one after another. False, and
  /// nothing is done, while another one is under way.
  bool start(Capture capture, std::optional<std::string> body);

 private:
  void work(const Capture& capture, const std::optional<std::string>& body);
  Result<Attempt> send(const Capture& capture, const Route& route,
                       const std::optional<std::string>& body);

  const ReplayOnceOptions options_;
  Env& env_;
  const Done done_;
  std::mutex mutex_;
  Client* client_ = nullptr;  ///< that is waiting for an answer
  bool is_busy_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace terra_hook
