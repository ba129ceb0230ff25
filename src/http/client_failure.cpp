// SPDX-License-Identifier: MIT
#include "http/client_failure.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::chrono::milliseconds k_connect_time{1000};

/// Connects to one address; 0 or an errno.
int try_address(const addrinfo& address) {
  const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  int error = ::connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    pollfd one{fd, POLLOUT, 0};
    socklen_t size = sizeof error;
    if (::poll(&one, 1, static_cast<int>(k_connect_time.count())) != 1) {
      error = ETIMEDOUT;
    } else if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  ::close(fd);
  return error;
}

}  // namespace

std::string_view to_string(ClientFailure failure) {
  switch (failure) {
    case ClientFailure::none: return "none";
    case ClientFailure::refused_by_us: return "not_sendable";
    case ClientFailure::unresolved: return "unresolved";
    case ClientFailure::unreachable: return "unreachable";
    case ClientFailure::tls: return "tls";
    case ClientFailure::timed_out: return "timed_out";
    case ClientFailure::closed: return "closed";
    case ClientFailure::interrupted: return "interrupted";
  }
  return "none";
}

ConnectFailure try_to_connect(const Url& origin, const std::string& connect_to) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string& host = connect_to.empty() ? origin.host : connect_to;
  const std::string port = std::to_string(origin.port);
  const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (code != 0) return {ClientFailure::unresolved, to_lower(gai_strerror(code))};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  const auto deadline = std::chrono::steady_clock::now() + k_connect_time;
  int error = 0;
  for (const addrinfo* at = found; at != nullptr && std::chrono::steady_clock::now() < deadline;
       at = at->ai_next) {
    error = try_address(*at);
    if (error == 0) return {ClientFailure::none, ""};
    if (error == ECONNREFUSED) break;  // the one that says most
  }
  if (error == ETIMEDOUT) return {ClientFailure::timed_out, "no answer"};
  return {ClientFailure::unreachable, to_lower(std::generic_category().message(error))};
}

bool accepts_connections(const Url& origin) {
  return try_to_connect(origin).failure == ClientFailure::none;
}

}  // namespace terra_hook
