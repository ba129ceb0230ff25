// SPDX-License-Identifier: MIT
#include "support/emulator.hpp"

#include <signal.h>

#include <stdexcept>

namespace terra_hook::test {
namespace {

std::vector<std::string> emulate_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"emulate", "--port", "0",         "--format",
                               "ndjson",  "--date", "2026-07-31"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace

Emulator::Emulator(const TempDir& directory, const std::vector<std::string>& arguments,
                   const std::map<std::string, std::string>& environment)
    : child_(terra_hook_program(), emulate_words(arguments), {directory.path(), environment}) {
  ready_ = next("ready");
  const std::string url = ready_.at("url");
  port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
}

RawResponse Emulator::call(std::string_view method, std::string_view target, std::string_view body,
                           Fields fields) const {
  std::string request = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\n";
  request += "Host: 127.0.0.1:" + std::to_string(port_) + "\r\n";
  for (const auto& [name, value] : fields) request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  RawClient client(port_);
  client.send(request);
  return client.read_response();
}

Emulator::Json Emulator::control(std::string_view what) const {
  const RawResponse response = call("POST", "/control/" + std::string(what), "", {});
  if (response.status != 200) throw std::runtime_error("refused: " + response.body);
  return Json::parse(response.body);
}

Emulator::Json Emulator::next(std::string_view type) {
  for (;;) {
    const auto line = child_.next_line();
    if (!line) throw std::runtime_error("the emulator ended:\n" + child_.errors());
    Json object = Json::parse(*line);
    if (object.at("type") == type) return object;
  }
}

int Emulator::stop() {
  child_.signal(SIGINT);
  while (const auto line = child_.next_line()) rest_.push_back(Json::parse(*line));
  return child_.wait();
}

}  // namespace terra_hook::test
