// SPDX-License-Identifier: MIT
// `listen --tunnel` for real: OpenSSH's client and server, and a delivery through them.
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "support/listener.hpp"
#include "support/process_end.hpp"
#include "support/raw_client.hpp"
#include "support/unique_fd.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

std::string server_program() {
  for (const char* path : {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"}) {
    if (access(path, X_OK) == 0) return path;
  }
  throw std::runtime_error("sshd is not installed (Debian: openssh-server)");
}

std::string user_name() {
  const passwd* user = getpwuid(getuid());
  if (user == nullptr) throw std::runtime_error("ssh needs a user of this number");
  return user->pw_name;
}

/// An sshd that lets in one key of the test's own, as the user who runs the test. It is started for
/// each connection, as inetd does, so that the system can choose the port.
class SshServer {
 public:
  explicit SshServer(const TempDir& directory) : directory_(directory) {
    // The one thing that sshd wants outside the test's directory, and only of root.
    if (getuid() == 0) std::filesystem::create_directory("/run/sshd");
    for (const std::string name : {"host_key", "user_key"}) {
      const Finished made = run_program(
          "ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", (directory / name).string()},
          {directory.path()});
      if (made.code != 0) throw std::runtime_error("ssh-keygen: " + made.err);
    }
    const std::string key = read_whole_file(directory / "user_key.pub");
    const std::string authorized = directory.write("authorized_keys", key).string();
    // An sshd that is not root can't read the shadow file and takes every account for locked,
    // unless PAM looks for it.
    configuration_ = directory.write(
        "sshd_config", "HostKey " + (directory / "host_key").string() + "\nAuthorizedKeysFile " +
                           authorized + "\nStrictModes no\nPermitRootLogin yes\nUsePAM " +
                           (getuid() == 0 ? "no" : "yes") +
                           "\n"
                           "PasswordAuthentication no\nPidFile none\n");
    listen();
    directory.write("known_hosts", "[127.0.0.1]:" + std::to_string(port_) + " " +
                                       read_whole_file(directory / "host_key.pub"));
    thread_ = std::thread([this] { serve(); });
  }

  ~SshServer() {
    is_stopping_ = true;
    ::shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
    drop_all();
  }

  /// `ssh` with what makes it trust this server and nothing else, and then `arguments`.
  std::string client(const std::string& arguments) const {
    return "ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -o ExitOnForwardFailure=yes"
           " -o UserKnownHostsFile=" +
           (directory_ / "known_hosts").string() + " -i " + (directory_ / "user_key").string() +
           " -p " + std::to_string(port_) + " " + arguments + " " + user_name() + "@127.0.0.1";
  }

  /// Ends every connection.
  void drop_all() {
    const std::lock_guard lock(mutex_);
    for (const pid_t pid : servers_) {
      kill(-pid, SIGKILL);  // some of it runs with fewer rights in a process of its own
      int ignored = 0;
      waitpid(pid, &ignored, 0);
    }
    servers_.clear();
  }

 private:
  void listen() {
    socket_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 8) != 0 ||
        getsockname(socket_.get(), generic, &size) != 0) {
      throw std::runtime_error("can't listen for ssh");
    }
    port_ = ntohs(address.sin_port);
  }

  void serve() {
    while (!is_stopping_) {
      const UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.is_open()) return;
      start_server(connection.get());
    }
  }

  void start_server(int connection) {
    std::string program = server_program();
    std::string inetd = "-i";
    std::string file = "-f";
    std::string log = "-E";
    std::string log_file = (directory_ / "sshd.log").string();
    std::array<char*, 7> words{program.data(), inetd.data(),    file.data(), configuration_.data(),
                               log.data(),     log_file.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, connection, 0);
    posix_spawn_file_actions_adddup2(&actions, connection, 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_t pid = -1;
    std::array<char*, 1> environment{nullptr};
    const int error =
        posix_spawn(&pid, program.c_str(), &actions, &attributes, words.data(), environment.data());
    if (error == 0) {
      const std::lock_guard lock(mutex_);
      servers_.push_back(pid);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }

  const TempDir& directory_;
  std::string configuration_;
  UniqueFd socket_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::vector<pid_t> servers_;
  std::thread thread_;
};

/// The port at the other end, which ssh prints when it asked for any.
std::uint16_t allocated_port(Listener& listener) {
  const std::string before = "Allocated port ";
  for (;;) {
    const std::string line = listener.next("tunnel_output").at("line");
    const std::size_t at = line.find(before);
    if (at == std::string::npos) continue;
    return static_cast<std::uint16_t>(std::stoul(line.substr(at + before.size())));
  }
}

TEST_CASE("ssh - a delivery comes through a tunnel to a server of the user") {
  const TempDir directory;
  SshServer server(directory);
  const std::string secret = directory.write("secret", "whsec");
  Listener listener(directory,
                    {"--tunnel", server.client("-N -R 127.0.0.1:0:{host}:{port}"), "--tunnel-url",
                     "https://hooks.example.com", "--verbose", "--secret-file", secret});
  CHECK(listener.next("tunnel").at("url") == "https://hooks.example.com");

  const std::uint16_t port = allocated_port(listener);
  const std::string body = R"({"type":"sleep","user":{"user_id":"u","provider":"OURA"}})";
  CHECK(post(port, body, {{"terra-signature", "t=1,v1="}}, "/terra").status == 401);
  const Json delivery = listener.next("delivery");
  CHECK(delivery.at("event_type") == "sleep");
  CHECK(delivery.at("target") == "/terra");
  CHECK(stored_body(directory, delivery.at("number")) == body);

  const std::string large(3 << 20, 'x');
  CHECK(post(port, large, {}, "/").status == 401);
  CHECK(stored_body(directory, listener.next("delivery").at("number")) == large);
  CHECK(listener.stop() == 0);
}

TEST_CASE("ssh - a connection that is lost is made again") {
  const TempDir directory;
  SshServer server(directory);
  Listener listener(directory, {"--tunnel", server.client("-N -R 127.0.0.1:0:{host}:{port}"),
                                "--tunnel-url", "https://hooks.example.com", "--verbose"});
  CHECK(post(allocated_port(listener), "{}").status == 200);
  server.drop_all();
  Json tunnel;
  do tunnel = listener.next("tunnel");
  while (tunnel.at("state") != "closed");
  CHECK(tunnel.at("reason") == "exit code 255");
  // Which words depends on how ssh learns of it.
  CHECK_FALSE(tunnel.at("last_line").get<std::string>().empty());
  CHECK(post(allocated_port(listener), "{}").status == 200);
  CHECK(listener.stop() == 0);
}

TEST_CASE("ssh - an unknown host is refused without a question") {
  const TempDir directory;
  SshServer server(directory);
  directory.write("known_hosts", "");
  Listener listener(directory, {"--tunnel", server.client("-N -R 127.0.0.1:0:{host}:{port}")});
  const Json closed = listener.next("tunnel");
  CHECK(closed.at("state") == "closed");
  CHECK(closed.at("last_line") == "Host key verification failed.");
  CHECK(listener.stop() == 0);
}

}  // namespace
}  // namespace terra_hook::test
