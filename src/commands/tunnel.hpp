// SPDX-License-Identifier: MIT
// The program that makes the listener reachable for Terra: started, watched, started again, ended.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/env.hpp"
#include "base/subprocess.hpp"
#include "commands/tunnel_url.hpp"
#include "render/events.hpp"

namespace terra_hook {

/// The flags.
struct TunnelOptions {
  std::string command;  ///< empty: none
  std::string url;      ///< what is public, when it can't be read off the command's output
};

/// What is known of a tunnel before the listener has its port.
struct TunnelPlan {
  std::string program;             ///< empty: no program is run, only `url` is shown
  std::vector<std::string> words;  ///< with placeholders
  std::string url;
};

/// What `options` ask for; nothing when they ask for nothing. Errors: usage, file (the program is
/// not there).
Result<std::optional<TunnelPlan>> plan_tunnel(const TunnelOptions& options, bool uses_tls,
                                              const Env& env);

struct TunnelSettings {
  TunnelPlan plan;
  std::string scheme;  ///< of the listener
  std::string host;    ///< where the program reaches it
  std::uint16_t port = 0;
  std::string path;  ///< appended to the public URL
  bool shows_output = false;
  std::chrono::milliseconds first_pause{500};  ///< doubled before each further start
  std::chrono::milliseconds longest_pause{30'000};
  std::chrono::milliseconds steady_after{
      60'000};  ///< one that ran so long starts over at first_pause
  std::chrono::milliseconds url_patience{20'000};  ///< after that it is said that there is none yet
};

class Tunnel {
 public:
  using Emit = std::function<void(Event)>;

  /// Starts the program. `emit` is called from a thread of the tunnel's own until stop() has
  /// returned; `env` must outlive it too.
  Tunnel(TunnelSettings settings, const Env& env, Emit emit);
  /// stop().
  ~Tunnel();
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// Ends the program and all that it started.
  void stop();

 private:
  /// What one run of the program is known by.
  struct Run {
    OutputLines output;
    OutputLines errors;
    std::string last_line;
    bool has_url = false;
  };

  void supervise();
  std::string run_once();
  void follow(Subprocess& process, Run& run);
  void take(const Subprocess::Piece& piece, Run& run);
  void look_for_url(std::string_view line, Run& run);
  void open(const std::string& url, Run& run);
  bool is_stopping() const;
  bool pause(std::chrono::milliseconds time);

  const TunnelSettings settings_;
  const Env& env_;
  const Emit emit_;
  const UrlRule& rule_;
  std::string url_;        ///< that was shown last
  std::string last_line_;  ///< of the run that ended last

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  Subprocess* process_ = nullptr;  ///< to be woken
  std::thread thread_;             ///< last: it uses all of these
};

}  // namespace terra_hook
