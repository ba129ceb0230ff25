// SPDX-License-Identifier: MIT
#include "support/listener.hpp"

#include <signal.h>

#include <stdexcept>

namespace terra_hook::test {
namespace {

std::vector<std::string> command_line(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"listen", "--port", "0", "--format", "ndjson"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

/// The port of `scheme://host:port/path`.
std::uint16_t port_of(const std::string& url) {
  const std::size_t colon = url.find(':', url.find("://") + 3);
  return static_cast<std::uint16_t>(std::stoul(url.substr(colon + 1)));
}

}  // namespace

Listener::Listener(const TempDir& directory, const std::vector<std::string>& arguments,
                   const std::map<std::string, std::string>& environment)
    : child_(terra_hook_program(), command_line(arguments), {directory.path(), environment}) {
  ready_ = next();
  if (ready_.value("type", "") != "ready") throw std::runtime_error("not ready: " + ready_.dump());
  url_ = ready_.at("url");
  port_ = port_of(url_);
}

Json Listener::next() {
  const auto line = child_.next_line();
  if (!line) throw std::runtime_error("the listener ended:\n" + child_.errors());
  Json object = Json::parse(*line);
  if (!object.is_object()) throw std::runtime_error("not a JSON object: " + *line);
  return object;
}

Json Listener::next(std::string_view type) {
  for (;;) {
    Json object = next();
    if (object.at("type") == type) return object;
  }
}

int Listener::stop() {
  child_.signal(SIGINT);
  return child_.wait();
}

}  // namespace terra_hook::test
