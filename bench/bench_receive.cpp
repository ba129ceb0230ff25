// SPDX-License-Identifier: MIT
// What receiving costs: `listen` with a secret (verify, summarise, keep durably, answer) against
// the bare server that only reads and answers 200, at the same load, alternating in one run.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/time.hpp"
#include "bodies.hpp"
#include "http/server.hpp"
#include "http_load.hpp"
#include "rounds.hpp"
#include "terra_hook_process.hpp"
#include "webhook/signature.hpp"

namespace terra_hook::bench {
namespace {

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

struct Case {
  const char* name;
  std::size_t size;
  std::size_t bytes_a_round;
  std::vector<unsigned> connections;
};

void measure(const Case& item, std::uint16_t bare, std::uint16_t listener) {
  const std::string body = daily_body(item.size);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch());
  const std::string request = post_request(
      body, fmt::format("terra-signature: {}\r\n", sign(Secret(std::string(k_secret)),
                                                        std::to_string(seconds.count()), body)));
  for (const unsigned connections : item.connections) {
    // One connection waits for one commit after the other.
    const std::size_t most = connections == 1 ? 300 : 1500;
    const std::size_t requests =
        std::clamp<std::size_t>(item.bytes_a_round / item.size, connections * 2U, most);
    std::vector<double> bare_rates, rates, ratios, p50, p99;
    std::uint64_t others = 0;
    for (int round = 0; round < k_rounds; ++round) {
      const Answered plain = send({bare, connections, requests, request});
      const Answered kept = send({listener, connections, requests, request});
      bare_rates.push_back(plain.per_second());
      rates.push_back(kept.per_second());
      ratios.push_back(kept.per_second() / plain.per_second());
      p50.push_back(static_cast<double>(kept.latency.percentile(50).count()) / 1000);
      p99.push_back(static_cast<double>(kept.latency.percentile(99).count()) / 1000);
      others += plain.others + kept.others;
    }
    fmt::print("{:>7} {:>11} {:>12.0f} {:>12.0f} {:>6.2f} {:>9.2f} {:>9.2f} {:>8.1f}{}\n",
               item.name, connections, median(bare_rates), median(rates), median(ratios),
               median(p50), median(p99), median(rates) * static_cast<double>(item.size) / (1 << 20),
               others == 0 ? "" : fmt::format("  {} not 200", others));
    std::fflush(stdout);
  }
}

void run() {
  const WorkDirectory directory;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const Listening bare(self, {"--serve"}, directory.path());
  const std::string secret = (directory.path() / "secret").string();
  FILE* file = std::fopen(secret.c_str(), "w");
  std::fwrite(k_secret.data(), 1, k_secret.size(), file);
  std::fclose(file);
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  const Listening listener(
      terra_hook_program(),
      {"listen", "--port", "0", "--body", "none", "--tolerance", "1d", "--secret-file", secret},
      directory.path());
  fmt::print("{:>7} {:>11} {:>12} {:>12} {:>6} {:>9} {:>9} {:>8}\n", "body", "connections",
             "bare req/s", "listen req/s", "ratio", "p50 ms", "p99 ms", "MiB/s");
  for (const Case& item : {Case{"1 KB", 1 << 10, 4 << 20, {1, 8, 64, 256}},
                           Case{"4 KB", 4 << 10, 16 << 20, {1, 8, 64, 256}},
                           Case{"100 KB", 100 << 10, 32 << 20, {1, 8, 64, 256}},
                           Case{"10 MB", 10 << 20, 20 << 20, {1, 8}}}) {
    measure(item, bare.port(), listener.port());
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
