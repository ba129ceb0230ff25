// SPDX-License-Identifier: MIT
// Both ends of HTTP on loopback, made to cost as little as can be, so that what is between them is
// what is measured. They trust each other and terra-hook: framing is read, nothing is checked.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "base/latency.hpp"

namespace terra_hook::bench {

/// Answers 200 without a body to every request. One thread.
class Sink {
 public:
  Sink();
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }

 private:
  void serve();

  int listener_ = -1;
  int stop_ = -1;  ///< an eventfd
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> requests_ = 0;
  std::thread thread_;
};

struct Load {
  std::uint16_t port = 0;
  unsigned connections = 1;  ///< each sends its next request when it has its answer
  std::size_t requests = 0;  ///< in all
  std::string_view request;  ///< head and body, the same each time
};

struct Answered {
  std::chrono::duration<double> time{};
  LatencyHistogram latency;
  std::uint64_t others = 0;  ///< answers with another status than 200

  double per_second() const { return static_cast<double>(latency.count()) / time.count(); }
};

/// A port of 127.0.0.1 that nobody listens at now.
std::uint16_t free_port();

/// Does somebody listen there?
bool accepts(std::uint16_t port);

/// Sends `load` from this thread. Throws when a connection fails or 60 s pass without an answer.
Answered send(const Load& load);

/// A POST with `fields` (whole lines with their CRLF) and its length.
std::string post_request(std::string_view body, std::string_view fields = "");

}  // namespace terra_hook::bench
