// SPDX-License-Identifier: MIT
// `terra-hook listen` as a child process that is ready for deliveries.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace terra_hook::test {

using Json = nlohmann::json;

class Listener {
 public:
  /// Starts `terra-hook listen --port 0 --format ndjson ARGUMENTS...` with its home in `directory`
  /// and waits until it accepts connections.
  explicit Listener(const TempDir& directory, const std::vector<std::string>& arguments = {},
                    const std::map<std::string, std::string>& environment = {});

  ChildProcess& child() { return child_; }
  const Json& ready() const { return ready_; }
  const std::string& url() const { return url_; }
  std::uint16_t port() const { return port_; }

  /// The next line, whatever it is. Throws when there is none or it is not a JSON object.
  Json next();
  /// The next line of this `type`; others before it are skipped.
  Json next(std::string_view type);

  /// Asks it to stop as Ctrl-C does and waits for its exit code.
  int stop();

 private:
  ChildProcess child_;
  Json ready_;
  std::string url_;
  std::uint16_t port_ = 0;
};

}  // namespace terra_hook::test
