// SPDX-License-Identifier: MIT
// `terra-hook emulate` as a child process that is ready for calls.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/raw_client.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {

class Emulator {
 public:
  using Json = nlohmann::json;

  /// Starts `terra-hook emulate --port 0 --format ndjson --date 2026-07-31 ARGUMENTS...` with its
  /// home in `directory` and waits until it accepts connections.
  explicit Emulator(const TempDir& directory, const std::vector<std::string>& arguments = {},
                    const std::map<std::string, std::string>& environment = {});

  ChildProcess& child() { return child_; }
  const Json& ready() const { return ready_; }
  std::uint16_t port() const { return port_; }
  std::string user(std::size_t index = 0) const { return ready_["users"][index]["user_id"]; }

  /// One request over a connection of its own, with credentials.
  RawResponse call(std::string_view method, std::string_view target, std::string_view body = "",
                   Fields fields = {{"dev-id", "d"}, {"x-api-key", "k"}}) const;
  RawResponse get(std::string_view target) const { return call("GET", target); }
  /// `POST /control/WHAT`, which must be answered 200; its answer.
  Json control(std::string_view what) const;

  /// The next line of this `type`; others before it are skipped.
  Json next(std::string_view type);
  /// Asks it to stop as Ctrl-C does, reads the rest of its lines and waits for its exit code.
  int stop();
  /// The lines that stop() has read.
  const std::vector<Json>& rest() const { return rest_; }

 private:
  ChildProcess child_;
  Json ready_;
  std::uint16_t port_ = 0;
  std::vector<Json> rest_;
};

}  // namespace terra_hook::test
