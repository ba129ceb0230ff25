// SPDX-License-Identifier: MIT
#include "support/peer_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace terra_hook::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd open_socket() {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) fail("socket");
  return fd;
}

UniqueFd bind_loopback(std::uint16_t port) {
  UniqueFd fd = open_socket();
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const sockaddr_in address = loopback(port);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("bind");
  }
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

PeerRequest parse_head(std::string_view head) {
  PeerRequest request;
  request.head = head;
  const std::size_t method = head.find(' ');
  const std::size_t target = head.find(' ', method + 1);
  request.method = head.substr(0, method);
  request.target = head.substr(method + 1, target - method - 1);
  head.remove_prefix(head.find("\r\n") + 2);
  while (head.size() > 2) {
    const std::size_t end = head.find("\r\n");
    const std::size_t colon = head.find(':');
    std::string_view value = head.substr(colon + 1, end - colon - 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.fields.emplace_back(head.substr(0, colon), value);
    head.remove_prefix(end + 2);
  }
  return request;
}

std::string answer_head(const PeerAnswer& answer, std::size_t length) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Whatever\r\n";
  for (const auto& [name, value] : answer.fields) head += name + ": " + value + "\r\n";
  return head + "Content-Length: " + std::to_string(length) + "\r\n\r\n";
}

struct FreeTls {
  void operator()(SSL* tls) const { SSL_free(tls); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

}  // namespace

std::string PeerRequest::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (same_name(known, name)) return value;
  }
  return "";
}

std::size_t PeerRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(),
                    [&](const auto& field) { return same_name(field.first, name); }));
}

/// One accepted connection and the thread that serves it.
struct PeerServer::Connection {
  int number = 0;
  UniqueFd socket;
  std::mutex closing;  // its thread may close the socket while the server ends all
  std::unique_ptr<SSL, FreeTls> tls;
  std::string received;
  std::atomic<bool> is_idle = true;
  std::thread thread;

  bool read_more() {
    std::array<char, 64 << 10> bytes{};
    const auto count = tls ? SSL_read(tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    received.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = tls ? SSL_write(tls.get(), bytes.data(), static_cast<int>(bytes.size()))
                             : ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Waits until the peer or the server ends the connection.
  void await_end() {
    while (read_more()) received.clear();
  }

  void close(bool with_reset) {
    if (with_reset) {
      const linger now{1, 0};
      setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
      const std::lock_guard lock(closing);
      socket.reset();
      return;
    }
    if (tls) SSL_shutdown(tls.get());
    ::shutdown(socket.get(), SHUT_RDWR);
  }

  std::optional<PeerRequest> read_request();
  bool read_chunked(std::string& body);
  void pass_on(std::uint16_t port);
};

std::optional<PeerRequest> PeerServer::Connection::read_request() {
  std::size_t end = std::string::npos;
  while ((end = received.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
    is_idle = false;
    if (received.front() < 'A' || received.front() > 'Z') {  // TLS, for one
      write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      return std::nullopt;
    }
  }
  is_idle = false;
  PeerRequest request = parse_head(std::string_view(received).substr(0, end + 4));
  received.erase(0, end + 4);
  request.connection = number;
  if (same_name(request.field("Transfer-Encoding"), "chunked")) {
    if (!read_chunked(request.body)) return std::nullopt;
    return request;
  }
  const std::string length = request.field("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (received.size() < size) {
    if (!read_more()) return std::nullopt;
  }
  request.body = received.substr(0, size);
  received.erase(0, size);
  return request;
}

bool PeerServer::Connection::read_chunked(std::string& body) {
  for (;;) {
    std::size_t end = std::string::npos;
    while ((end = received.find("\r\n")) == std::string::npos) {
      if (!read_more()) return false;
    }
    const std::size_t size = std::stoul(received.substr(0, end), nullptr, 16);
    while (received.size() < end + 2 + size + 2) {
      if (!read_more()) return false;
    }
    body += received.substr(end + 2, size);
    received.erase(0, end + 2 + size + 2);
    if (size == 0) return true;
  }
}

/// Both ways, until one of the two ends closes.
void PeerServer::Connection::pass_on(std::uint16_t port) {
  const UniqueFd other = open_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(other.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return;
  }
  std::array<pollfd, 2> ends{{{socket.get(), POLLIN, 0}, {other.get(), POLLIN, 0}}};
  std::array<char, 16 << 10> bytes{};
  while (::poll(ends.data(), ends.size(), -1) > 0) {
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      const auto count = ::recv(ends[i].fd, bytes.data(), bytes.size(), 0);
      if (count <= 0) return;
      ::send(ends[1 - i].fd, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL);
    }
  }
}

PeerServer::PeerServer(PeerAnswer answer, const PeerSetup& setup)
    : PeerServer([answer = std::move(answer)](const PeerRequest&) { return answer; }, setup) {}

PeerServer::PeerServer(Handler handler, const PeerSetup& setup)
    : handler_(std::move(handler)), setup_(setup), listener_(bind_loopback(setup.port)) {
  if (::listen(listener_.get(), 128) != 0) fail("listen");
  port_ = port_of(listener_.get());
  acceptor_ = std::thread([this] { accept_all(); });
}

PeerServer::~PeerServer() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    changed_.notify_all();
  }
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (const auto& connection : connections_) {
    const std::lock_guard lock(connection->closing);
    if (connection->socket.is_open()) ::shutdown(connection->socket.get(), SHUT_RDWR);
  }
  for (const auto& connection : connections_) connection->thread.join();
}

std::string PeerServer::url(std::string_view path) const {
  const char* scheme = setup_.certificate.empty() ? "http" : "https";
  return scheme + std::string("://127.0.0.1:") + std::to_string(port_) + std::string(path);
}

void PeerServer::accept_all() {
  for (;;) {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::lock_guard lock(mutex_);
    if (!socket.is_open() || is_ending_) return;
    const int on = 1;
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_unique<Connection>();
    connection->number = static_cast<int>(connections_.size()) + 1;
    connection->socket = std::move(socket);
    Connection& started = *connections_.emplace_back(std::move(connection));
    started.thread = std::thread([this, &started] { serve(started); });
  }
}

void PeerServer::serve(Connection& connection) {
  std::unique_ptr<SSL_CTX, FreeTls> context;
  if (!setup_.certificate.empty()) {
    context.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate_chain_file(context.get(), setup_.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context.get(), setup_.key.c_str(), SSL_FILETYPE_PEM);
    connection.tls.reset(SSL_new(context.get()));
    SSL_set_fd(connection.tls.get(), connection.socket.get());
    if (SSL_accept(connection.tls.get()) != 1) return connection.close(false);
  }
  while (std::optional<PeerRequest> request = connection.read_request()) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
      changed_.notify_all();
    }
    if (!act(connection, *request)) return;
  }
  connection.close(false);
}

/// False when the connection is over.
bool PeerServer::act(Connection& connection, const PeerRequest& request) {
  using Kind = PeerAnswer::Kind;
  const PeerAnswer answer = handler_(request);
  switch (answer.kind) {
    case Kind::hold:
      if (!wait_for_release()) return false;
      [[fallthrough]];
    case Kind::answer: {
      connection.is_idle = true;  // before whoever gets the answer can look
      if (!connection.write(answer_head(answer, answer.body.size()) + answer.body)) return false;
      const bool closes =
          std::any_of(answer.fields.begin(), answer.fields.end(), [](const auto& field) {
            return same_name(field.first, "Connection") && same_name(field.second, "close");
          });
      if (closes) connection.close(false);
      return !closes;
    }
    case Kind::hang: connection.await_end(); return false;
    case Kind::close: connection.close(false); return false;
    case Kind::reset: connection.close(true); return false;
    case Kind::cut_off:
      connection.write(answer_head(answer, answer.body.size() + 1000) + answer.body);
      connection.close(false);
      return false;
    case Kind::endless_body: {
      const std::string piece(64 << 10, 'x');
      connection.write("HTTP/1.1 " + std::to_string(answer.status) + " OK\r\n\r\n");
      while (connection.write(piece)) {
      }
      return false;
    }
    case Kind::drip: {
      connection.write("HTTP/1.1 200 OK\r\nX-Endless: ");
      std::unique_lock lock(mutex_);
      while (!changed_.wait_for(lock, std::chrono::milliseconds(5), [this] {
        return is_ending_;
      }) && connection.write("x")) {
      }
      return false;
    }
    case Kind::raw:
      connection.write(answer.body);
      connection.close(false);
      return false;
    case Kind::tunnel:
      connection.write("HTTP/1.1 200 Connection established\r\n\r\n");
      connection.pass_on(answer.to);
      connection.close(false);
      return false;
  }
  return false;
}

bool PeerServer::wait_for_release() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_released_ || is_ending_; });
  return !is_ending_;
}

PeerRequest PeerServer::request(std::size_t index) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, k_patience, [&] { return requests_.size() > index; })) {
    throw std::runtime_error("only " + std::to_string(requests_.size()) + " requests came");
  }
  return requests_[index];
}

std::vector<PeerRequest> PeerServer::requests() {
  const std::lock_guard lock(mutex_);
  return {requests_.begin(), requests_.end()};
}

std::size_t PeerServer::request_count() {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

int PeerServer::connection_count() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(connections_.size());
}

void PeerServer::release() {
  const std::lock_guard lock(mutex_);
  is_released_ = true;
  changed_.notify_all();
}

void PeerServer::close_idle_connections() {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) {
    if (connection->is_idle) ::shutdown(connection->socket.get(), SHUT_RDWR);
  }
}

std::uint16_t unused_port() {
  return port_of(bind_loopback(0).get());
}

}  // namespace terra_hook::test
