// SPDX-License-Identifier: MIT
#include "http_load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "base/bytes.hpp"

namespace terra_hook::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view k_answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr int k_patience_ms = 60'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void set_no_delay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void watch(int epoll, int fd, std::uint32_t events, int operation = EPOLL_CTL_ADD) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (epoll_ctl(epoll, operation, fd, &event) != 0) fail("epoll_ctl");
}

/// Counts HTTP messages in a stream of them by their Content-Length.
class MessageReader {
 public:
  /// How many messages end in `bytes`. status() is that of the last.
  std::size_t feed(std::string_view bytes) {
    std::size_t ended = 0;
    while (!bytes.empty()) {
      if (body_left_ == 0) {
        const std::size_t before = head_.size();
        head_ += bytes;
        const std::size_t end = head_.find("\r\n\r\n");
        if (end == std::string::npos) return ended;
        bytes.remove_prefix(end + 4 - before);
        head_.resize(end + 2);
        body_left_ = content_length();
        status_ = head_.starts_with("HTTP/") ? std::stoi(head_.substr(9, 3)) : 0;
        head_.clear();
        if (body_left_ == 0) ++ended;
      } else {
        const std::size_t size = std::min(body_left_, bytes.size());
        bytes.remove_prefix(size);
        body_left_ -= size;
        if (body_left_ == 0) ++ended;
      }
    }
    return ended;
  }
  int status() const { return status_; }

 private:
  std::size_t content_length() const {
    constexpr std::string_view name = "content-length:";
    for (std::size_t at = head_.find("\r\n"); at + 2 < head_.size(); at = head_.find("\r\n", at)) {
      at += 2;
      if (!equals_ignoring_case(std::string_view(head_).substr(at, name.size()), name)) continue;
      const std::string_view value = trim(std::string_view(head_).substr(
          at + name.size(), head_.find("\r\n", at) - at - name.size()));
      std::size_t length = 0;
      std::from_chars(value.data(), value.data() + value.size(), length);
      return length;
    }
    return 0;
  }

  std::string head_;
  std::size_t body_left_ = 0;
  int status_ = 0;
};

/// A connection of the load.
struct Caller {
  std::size_t sent = 0;
  Clock::time_point started;
  MessageReader answers;
  bool is_sending = false;
};

class LoadRun {
 public:
  explicit LoadRun(const Load& load) : load_(load), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
  ~LoadRun() {
    for (const auto& [fd, caller] : callers_) ::close(fd);
    ::close(epoll_);
  }

  Answered run() {
    for (unsigned i = 0; i < load_.connections; ++i) connect();
    const Clock::time_point started = Clock::now();
    for (auto& [fd, caller] : callers_) begin(fd, caller);
    std::array<epoll_event, 256> events{};
    while (answered_.latency.count() < load_.requests) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), k_patience_ms);
      if (count == 0) throw std::runtime_error("no answer for a minute");
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        Caller& caller = callers_.at(event.data.fd);
        if ((event.events & EPOLLOUT) != 0) continue_sending(event.data.fd, caller);
        if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
          receive(event.data.fd, caller);
        }
      }
    }
    answered_.time = Clock::now() - started;
    return answered_;
  }

 private:
  void connect() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(load_.port);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      fail("connect");
    }
    set_no_delay(fd);
    watch(epoll_, fd, EPOLLIN);
    callers_[fd];
  }

  void begin(int fd, Caller& caller) {
    if (begun_ == load_.requests) return;
    ++begun_;
    caller.sent = 0;
    caller.started = Clock::now();
    continue_sending(fd, caller);
  }

  void continue_sending(int fd, Caller& caller) {
    while (caller.sent < load_.request.size()) {
      const ssize_t count = ::send(fd, load_.request.data() + caller.sent,
                                   load_.request.size() - caller.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN) fail("send");
      if (count < 0) break;
      caller.sent += static_cast<std::size_t>(count);
    }
    const bool is_sending = caller.sent < load_.request.size();
    if (is_sending == caller.is_sending) return;
    caller.is_sending = is_sending;
    watch(epoll_, fd, is_sending ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  }

  void receive(int fd, Caller& caller) {
    std::array<char, 16 << 10> bytes;  // NOLINT: filled by recv()
    const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) throw std::runtime_error("the server closed a connection");
    if (caller.answers.feed({bytes.data(), static_cast<std::size_t>(count)}) == 0) return;
    answered_.latency.add(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - caller.started));
    if (caller.answers.status() != 200) ++answered_.others;
    begin(fd, caller);
  }

  const Load& load_;
  int epoll_;
  std::map<int, Caller> callers_;
  std::size_t begun_ = 0;
  Answered answered_;
};

}  // namespace

Sink::Sink()
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), stop_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address = loopback(0);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 1024) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    fail("listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Sink::~Sink() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void Sink::serve() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener_, EPOLLIN);
  watch(epoll, stop_, EPOLLIN);
  std::map<int, MessageReader> connections;
  std::vector<char> bytes(256 << 10);
  std::array<epoll_event, 256> events{};
  for (bool is_stopping = false; !is_stopping;) {
    const int count = epoll_wait(epoll, events.data(), events.size(), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == stop_) {
        is_stopping = true;
      } else if (fd == listener_) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        set_no_delay(connection);
        watch(epoll, connection, EPOLLIN);
        connections[connection];
      } else {
        const ssize_t size = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EAGAIN) continue;
        if (size <= 0) {
          ::close(fd);
          connections.erase(fd);
          continue;
        }
        const std::size_t ended =
            connections[fd].feed({bytes.data(), static_cast<std::size_t>(size)});
        for (std::size_t n = 0; n < ended; ++n) {
          ::send(fd, k_answer.data(), k_answer.size(), MSG_NOSIGNAL);
        }
        requests_ += ended;
      }
    }
  }
  for (const auto& [fd, reader] : connections) ::close(fd);
  ::close(epoll);
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (::bind(fd, generic, size) != 0 || getsockname(fd, generic, &size) != 0) fail("bind");
  ::close(fd);
  return ntohs(address.sin_port);
}

bool accepts(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool is_accepted =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return is_accepted;
}

Answered send(const Load& load) {
  return LoadRun(load).run();
}

std::string post_request(std::string_view body, std::string_view fields) {
  std::string request =
      "POST /terra HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  request += fields;
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  return request;
}

}  // namespace terra_hook::bench
