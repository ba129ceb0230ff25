// SPDX-License-Identifier: MIT
#include "support/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace terra_hook::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

template <typename Value>
void set_option(int fd, int level, int name, const Value& value) {
  if (setsockopt(fd, level, name, &value, sizeof value) != 0) fail("setsockopt");
}

bool is_gone(int error) {
  return error == EPIPE || error == ECONNRESET;
}

RawResponse parse_head(std::string_view head) {
  RawResponse response;
  if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) {
    throw std::runtime_error("no status line: " + std::string(head.substr(0, 200)));
  }
  response.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw std::runtime_error("no field: " + std::string(line));
    response.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    head.remove_prefix(end + 2);
  }
  return response;
}

}  // namespace

std::string RawResponse::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return "";
}

RawClient::RawClient(std::uint16_t port, std::chrono::seconds patience)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (!socket_.is_open()) fail("socket");
  const timeval time{patience.count(), 0};
  set_option(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, time);
  set_option(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, time);
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
}

void RawClient::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error("the peer closed while it was sent to");
}

bool RawClient::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && is_gone(errno)) return false;
    if (count < 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// False when the peer has closed or reset the connection.
bool RawClient::read_more() {
  std::array<char, 64 << 10> bytes{};
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (count < 0 && !is_gone(errno)) fail("recv");
  if (count <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

RawResponse RawClient::read_response(bool has_body) {
  std::size_t end = std::string::npos;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) throw std::runtime_error("closed before a response: '" + received_ + "'");
  }
  RawResponse response = parse_head(std::string_view(received_).substr(0, end + 2));
  received_.erase(0, end + 4);
  if (!has_body || response.status < 200 || response.status == 204) return response;
  const std::size_t length = std::stoul(response.field("Content-Length"));
  while (received_.size() < length) {
    if (!read_more()) throw std::runtime_error("closed within a response's body");
  }
  response.body = received_.substr(0, length);
  received_.erase(0, length);
  return response;
}

std::string RawClient::read_to_end() {
  while (read_more()) {
  }
  return std::exchange(received_, "");
}

void RawClient::half_close() {
  if (shutdown(socket_.get(), SHUT_WR) != 0) fail("shutdown");
}

void RawClient::reset() {
  set_option(socket_.get(), SOL_SOCKET, SO_LINGER, linger{1, 0});
  socket_.reset();
}

std::string post_request(std::string_view body, const Fields& fields, std::string_view target) {
  std::string request = "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : fields) request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  return request;
}

std::string chunked_head(const Fields& fields, std::string_view target) {
  std::string head = "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : fields) head += name + ": " + value + "\r\n";
  return head + "Transfer-Encoding: chunked\r\n\r\n";
}

std::string in_chunks(std::string_view body, std::size_t size) {
  std::ostringstream chunks;
  for (; !body.empty(); body.remove_prefix(std::min(size, body.size()))) {
    const std::string_view piece = body.substr(0, size);
    chunks << std::hex << piece.size() << "\r\n" << piece << "\r\n";
  }
  chunks << "0\r\n\r\n";
  return std::move(chunks).str();
}

RawResponse post(std::uint16_t port, std::string_view body, const Fields& fields,
                 std::string_view target) {
  RawClient client(port);
  client.send(post_request(body, fields, target));
  return client.read_response();
}

}  // namespace terra_hook::test
