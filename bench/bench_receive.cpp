// SPDX-License-Identifier: MIT
// What receiving costs: `listen` with a secret (verify, summarise, keep durably, answer) against
// servers that do less or the same by other means, at the same load, in turns in one run. Peers
// that are not installed are left out.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "bodies.hpp"
#include "http/server.hpp"
#include "http_load.hpp"
#include "rounds.hpp"
#include "terra_hook_process.hpp"
#include "webhook/hmac.hpp"
#include "webhook/signature.hpp"

namespace terra_hook::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_secret = "whsec_bench";

/// Reads and answers.
class PlainExchange final : public Exchange {
 public:
  std::optional<HttpResponse> on_head(const RequestHead& /*head*/) override { return std::nullopt; }
  void on_body(std::string_view /*bytes*/) override {}
  void on_complete(RequestHead /*head*/, std::string /*body*/, Responder responder) override {
    HttpResponse response;
    response.status = 200;
    responder.send(std::move(response));
  }
};

class PlainHandler final : public RequestHandler {
 public:
  std::unique_ptr<Exchange> begin() override { return std::make_unique<PlainExchange>(); }
  void on_refused(const Refusal& /*refusal*/) override {}
};

UtcTime now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// The other process: serves until it is killed.
int serve_plainly() {
  PlainHandler handler;
  ServerOptions options;
  options.now = now;
  const auto server = Server::bind(options, handler);
  if (!server) return 1;
  (*server)->start();
  std::printf("http://127.0.0.1:%d\n", (*server)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}

struct Peer {
  std::string name;
  std::unique_ptr<Listening> server;
  /// Nginx answers before it has read a large body, and then closes the connection.
  bool takes_large = true;
};

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// A file of bench/peers with @PORT@ and @SECRET@ put in.
fs::path configuration(const char* name, std::uint16_t port, const fs::path& directory) {
  std::ifstream file(fs::path(TERRA_HOOK_BENCH_PEERS) / name);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& [mark, value] :
       {std::pair<std::string_view, std::string>{"@PORT@", std::to_string(port)},
        {"@SECRET@", std::string(k_secret)}}) {
    if (const std::size_t at = text.find(mark); at != std::string::npos) {
      text.replace(at, mark.size(), value);
    }
  }
  write_file(directory / name, text);
  return directory / name;
}

/// The file of a program to compare with; none, with a word about it, when it is not here.
std::optional<std::string> find_peer(const char* name) {
  const auto program = find_program(name, "/usr/sbin:/usr/bin:/bin:/usr/local/bin");
  if (program) return *program;
  fmt::print("{} is not installed: left out\n", name);
  return std::nullopt;
}

std::vector<Peer> start_peers(const fs::path& directory) {
  std::vector<Peer> peers;
  const fs::path secret = directory / "secret";
  write_file(secret, k_secret);
  fs::permissions(secret, fs::perms::owner_read);
  const auto add = [&](std::string name, const std::string& program, std::vector<std::string> words,
                       std::uint16_t port = 0) {
    peers.push_back(
        {std::move(name), std::make_unique<Listening>(program, std::move(words), directory, port)});
  };
  add("terra-hook listen", terra_hook_program(),
      {"listen", "--port", "0", "--body", "none", "--secret-file", secret.string()});
  add("the bare server, answers 200", fs::read_symlink("/proc/self/exe").string(), {"--serve"});
  if (const auto nginx = find_peer("nginx")) {
    const std::uint16_t port = free_port();
    add("nginx, answers 200", *nginx,
        {"-p", directory.string(), "-c", configuration("nginx.conf", port, directory).string()},
        port);
    peers.back().takes_large = false;
  }
  if (const auto webhook = find_peer("webhook")) {
    const std::uint16_t port = free_port();
    add("webhook, checks an HMAC", *webhook,
        {"-hooks", configuration("webhook.json", port, directory).string(), "-ip", "127.0.0.1",
         "-port", std::to_string(port), "-urlprefix", ""},
        port);
  }
  // The package is there once scripts/test has run the interop tests.
  const fs::path package = TERRA_HOOK_NODE_MODULES;
  const auto node = find_peer("node");
  if (node && fs::exists(package)) {
    fs::create_directory(directory / "deliveries");
    fs::create_directory_symlink(package, directory / "node_modules");
    add("Node, verifies, durable file", *node,
        {configuration("node_server.mjs", 0, directory).string(), std::string(k_secret),
         (directory / "deliveries").string()});
  } else if (node) {
    fmt::print("{} is not there: Node is left out\n", package.string());
  }
  return peers;
}

struct Case {
  const char* name;
  std::size_t size;
  std::size_t bytes_a_round;
  std::vector<unsigned> connections;
};

/// Signed for all of them, just now: five minutes later they would refuse it.
std::string signed_request(std::string_view body) {
  Hmac hmac(HashFunction::sha256, k_secret);
  hmac.update(body);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch());
  return post_request(
      body, fmt::format("terra-signature: {}\r\nX-Hub-Signature-256: sha256={}\r\n",
                        sign(Secret(std::string(k_secret)), std::to_string(seconds.count()), body),
                        to_hex(hmac.finish())));
}

struct Figures {
  std::vector<double> rates, p50, p99;
  std::uint64_t others = 0;
};

void measure(const Case& item, unsigned connections, const std::vector<Peer>& peers) {
  const std::string body = daily_body(item.size);
  // One connection waits for one commit after the other.
  const std::size_t most = connections == 1 ? 300 : 3000;
  const std::size_t requests =
      std::clamp<std::size_t>(item.bytes_a_round / item.size, connections * 2U, most);
  std::vector<Figures> figures(peers.size());
  for (int round = 0; round < k_rounds; ++round) {
    const std::string request = signed_request(body);
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (!peers[i].takes_large && item.size > 1 << 20) continue;
      const Answered answered = send({peers[i].server->port(), connections, requests, request});
      figures[i].rates.push_back(answered.per_second());
      figures[i].p50.push_back(static_cast<double>(answered.latency.percentile(50).count()) / 1000);
      figures[i].p99.push_back(static_cast<double>(answered.latency.percentile(99).count()) / 1000);
      figures[i].others += answered.others;
    }
  }
  fmt::print("{}, {} connections\n", item.name, connections);
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (figures[i].rates.empty()) continue;
    std::vector<double> ratios;
    for (std::size_t round = 0; round < figures[i].rates.size(); ++round) {
      ratios.push_back(figures[0].rates[round] / figures[i].rates[round]);
    }
    const double rate = median(figures[i].rates);
    fmt::print("  {:<30} {:>9.0f} {:>8.2f} {:>9.2f} {:>9.2f} {:>8.1f} {:>9.1f}{}\n", peers[i].name,
               rate, median(ratios), median(figures[i].p50), median(figures[i].p99),
               rate * static_cast<double>(item.size) / (1 << 20),
               static_cast<double>(peers[i].server->most_resident()) / (1 << 20),
               figures[i].others == 0 ? "" : fmt::format("  {} not 200", figures[i].others));
  }
  std::fflush(stdout);
}

void run() {
  const WorkDirectory directory;
  const std::vector<Peer> peers = start_peers(directory.path());
  fmt::print("  {:<30} {:>9} {:>8} {:>9} {:>9} {:>8} {:>9}\n", "", "req/s", "ours is x", "p50 ms",
             "p99 ms", "MiB/s", "RSS MiB");
  for (const Case& item : {Case{"1 KB", 1 << 10, 4 << 20, {1, 8, 64, 256}},
                           Case{"4 KB", 4 << 10, 16 << 20, {1, 8, 64, 256}},
                           Case{"100 KB", 100 << 10, 32 << 20, {1, 8, 64, 256}},
                           Case{"10 MB", 10 << 20, 40 << 20, {1, 4}}}) {
    for (const unsigned connections : item.connections) measure(item, connections, peers);
  }
}

}  // namespace
}  // namespace terra_hook::bench

int main(int argc, char** argv) {
  try {
    if (argc > 1 && std::string_view(argv[1]) == "--serve") {
      return terra_hook::bench::serve_plainly();
    }
    terra_hook::bench::run();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_receive: {}\n", error.what());
    return 1;
  }
}
