// SPDX-License-Identifier: MIT
// HTTPS, spoken by curl.
#include <doctest/doctest.h>

#include "support/listener.hpp"
#include "support/raw_client.hpp"
#include "wire/stored.hpp"

namespace terra_hook::test {
namespace {

Finished curl(const TempDir& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--silent", "--show-error", "--max-time", "20"});
  return run_program("curl", arguments, {directory.path()});
}

/// The certificate's fingerprint as openssl works it out: `AB:CD:…`.
std::string openssl_fingerprint(const TempDir& directory, const std::filesystem::path& path) {
  const Finished finished =
      run_program("openssl", {"x509", "-noout", "-fingerprint", "-sha256", "-in", path.string()},
                  {directory.path()});
  REQUIRE(finished.code == 0);
  const std::size_t equals = finished.out.find('=');
  return finished.out.substr(equals + 1, finished.out.find('\n') - equals - 1);
}

std::filesystem::path own_certificate(const TempDir& directory) {
  return directory / "state/terra-hook/localhost.crt";
}

TEST_CASE("tls makes a certificate once that clients can check") {
  const TempDir directory;
  std::string fingerprint;
  for (const std::string body : {"{\"run\":1}", "{\"run\":2}"}) {
    Listener listener(directory, {"--tls"});
    CHECK(listener.url().starts_with("https://"));
    CHECK(listener.ready().at("tls_fingerprint") ==
          openssl_fingerprint(directory, own_certificate(directory)));
    if (fingerprint.empty()) fingerprint = listener.ready().at("tls_fingerprint");
    CHECK(listener.ready().at("tls_fingerprint") == fingerprint);

    const std::string port = std::to_string(listener.port());
    for (const std::string host : {"localhost", "127.0.0.1"}) {
      const Finished checked =
          curl(directory, {"--cacert", own_certificate(directory), "--data-binary", body,
                           "https://" + host + ":" + port + "/"});
      CHECK(checked.code == 0);
      CHECK(checked.err == "");
      CHECK(checked.out.find("\"verdict\":\"unchecked\"") != std::string::npos);
      CHECK(stored_body(directory, listener.next("delivery").at("number")) == body);
    }
    const Finished unchecked = curl(directory, {"--data", "{}", "https://localhost:" + port});
    CHECK(unchecked.code == 60);  // curl: the peer's certificate can't be authenticated
    CHECK(listener.stop() == 0);
  }
  const auto mode = std::filesystem::status(directory / "state/terra-hook/localhost.key");
  CHECK(mode.permissions() == std::filesystem::perms(0600));
}

TEST_CASE("plain HTTP on the TLS port is told from a broken handshake") {
  const TempDir directory;
  Listener listener(directory, {"--tls"});
  RawClient client(listener.port());
  client.send(post_request("{}"));
  client.read_to_end();
  const Json refused = listener.next("refused");
  CHECK(refused.at("reason").get<std::string>().find("https://") != std::string::npos);
  CHECK(curl(directory, {"-k", "--data", "{}", listener.url()}).code == 0);
}

TEST_CASE("a big body goes through TLS whole") {
  const TempDir directory;
  Listener listener(directory, {"--tls", "--body", "none"});
  std::string body;
  for (int i = 0; body.size() < 8U << 20; ++i) body += std::to_string(i) + "\n";
  const std::string file = directory.write("body", body);
  for (const std::string extra : {"Expect: 100-continue", "Transfer-Encoding: chunked"}) {
    CAPTURE(extra);
    const Finished sent =
        curl(directory, {"-k", "-H", extra, "--data-binary", "@" + file, listener.url()});
    REQUIRE(sent.code == 0);
    CHECK((stored_body(directory, capture_number(sent.out)) == body));
  }
}

TEST_CASE("a certificate of one's own needs its key") {
  const TempDir directory;
  const std::string certificate = (directory / "c.pem").string();
  const std::string key = (directory / "k.pem").string();
  const Finished made =
      run_program("openssl",
                  {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                   "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=hook.example",
                   "-addext", "subjectAltName=DNS:hook.example"},
                  {directory.path()});
  REQUIRE(made.code == 0);

  for (const std::vector<std::string>& half :
       {std::vector<std::string>{"--tls-cert", certificate}, {"--tls-key", key}}) {
    std::vector<std::string> arguments{"listen", "--port", "0"};
    arguments.insert(arguments.end(), half.begin(), half.end());
    const Finished refused = run_terra_hook(arguments, {directory.path()});
    CHECK(refused.code == 4);
    CHECK(refused.err.find("--tls-cert and --tls-key") != std::string::npos);
  }
  const Finished mixed =
      run_terra_hook({"listen", "--port", "0", "--tls-cert", certificate, "--tls-key", certificate},
                     {directory.path()});
  CHECK(mixed.code == 1);
  CHECK(mixed.err.find(certificate) != std::string::npos);

  Listener listener(directory, {"--tls-cert", certificate, "--tls-key", key});
  CHECK(listener.ready().at("tls_fingerprint") == openssl_fingerprint(directory, certificate));
  const std::string port = std::to_string(listener.port());
  const Finished sent =
      curl(directory, {"--cacert", certificate, "--resolve", "hook.example:" + port + ":127.0.0.1",
                       "--data", "{}", "https://hook.example:" + port});
  CHECK(sent.code == 0);
}

}  // namespace
}  // namespace terra_hook::test
