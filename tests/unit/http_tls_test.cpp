// SPDX-License-Identifier: MIT
#include "http/tls.hpp"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.hpp"
#include "support/temp_dir.hpp"

using namespace terra_hook;
using namespace std::chrono_literals;
using test::read_whole_file;
using test::TempDir;
namespace fs = std::filesystem;

namespace {

using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPointer = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

const UtcTime k_now = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + 12h;

CertificatePointer load_certificate(const fs::path& path) {
  const std::string pem = read_whole_file(path);
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free};
}

KeyPointer load_key(const fs::path& path) {
  const std::string pem = read_whole_file(path);
  const BioPointer bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  return {PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
}

bool belong_together(const TlsFiles& files) {
  const auto certificate = load_certificate(files.certificate);
  const auto key = load_key(files.key);
  return certificate != nullptr && key != nullptr &&
         X509_check_private_key(certificate.get(), key.get()) == 1;
}

// What a TLS client that was given the certificate as its only trust anchor says to it.
int verify_as_client(X509* certificate, UtcTime now, const char* host, const char* address) {
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), &X509_STORE_CTX_free);
  X509_STORE_add_cert(store.get(), certificate);
  X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr);
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(
      parameters, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  if (host != nullptr) {
    X509_VERIFY_PARAM_set1_host(parameters, host, 0);
  }
  if (address != nullptr) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, address);
  }
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

fs::perms mode_of(const fs::path& path) {
  return fs::status(path).permissions();
}

}  // namespace

TEST_CASE("the certificate made for this machine satisfies a client that trusts it") {
  const TempDir directory;
  const auto files = localhost_certificate(directory / "state/terra-hook", k_now);
  REQUIRE(files);
  CHECK(files->certificate == directory / "state/terra-hook/localhost.crt");
  CHECK(files->key == directory / "state/terra-hook/localhost.key");
  CHECK(belong_together(*files));
  CHECK(mode_of(files->key) == fs::perms(0600));
  CHECK(mode_of(files->certificate) == fs::perms(0644));
  CHECK(mode_of(directory / "state/terra-hook") == fs::perms(0700));

  const auto certificate = load_certificate(files->certificate);
  REQUIRE(certificate != nullptr);
  X509* raw = certificate.get();
  CHECK(verify_as_client(raw, k_now, "localhost", nullptr) == X509_V_OK);
  CHECK(verify_as_client(raw, k_now, nullptr, "127.0.0.1") == X509_V_OK);
  CHECK(verify_as_client(raw, k_now, nullptr, "::1") == X509_V_OK);
  CHECK(verify_as_client(raw, k_now + 24h * 729, "localhost", nullptr) == X509_V_OK);
  CHECK(verify_as_client(raw, k_now + 24h * 731, "localhost", nullptr) ==
        X509_V_ERR_CERT_HAS_EXPIRED);
  CHECK(verify_as_client(raw, k_now, "example.com", nullptr) == X509_V_ERR_HOSTNAME_MISMATCH);
  CHECK(verify_as_client(raw, k_now, nullptr, "192.0.2.1") == X509_V_ERR_IP_ADDRESS_MISMATCH);
}

TEST_CASE("the certificate made for this machine is a P-256 leaf that can sign no other") {
  const TempDir directory;
  const auto files = localhost_certificate(directory.path(), k_now);
  REQUIRE(files);
  const auto certificate = load_certificate(files->certificate);
  REQUIRE(certificate != nullptr);
  X509* raw = certificate.get();
  CHECK(X509_get_version(raw) == X509_VERSION_3);
  CHECK(X509_check_ca(raw) == 0);
  CHECK(X509_self_signed(raw, 1) == 1);
  CHECK((X509_get_extended_key_usage(raw) & XKU_SSL_SERVER) != 0);
  char group[32] = {};
  EVP_PKEY_get_group_name(X509_get0_pubkey(raw), group, sizeof group, nullptr);
  CHECK(std::string(group) == "prime256v1");
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(raw), nullptr), &BN_free);
  CHECK(BN_num_bits(serial.get()) == 127);
  CHECK(BN_is_negative(serial.get()) == 0);
}

TEST_CASE("the certificate stays until a day before its end") {
  const TempDir directory;
  const auto files = localhost_certificate(directory.path(), k_now);
  REQUIRE(files);
  const std::string first = read_whole_file(files->certificate);

  REQUIRE(localhost_certificate(directory.path(), k_now + 24h * 728));
  CHECK(read_whole_file(files->certificate) == first);
  REQUIRE(localhost_certificate(directory.path(), k_now + 24h * 729 + 1min));
  CHECK(read_whole_file(files->certificate) != first);
  CHECK(belong_together(*files));
}

TEST_CASE("a certificate without its key is made anew") {
  const TempDir directory;
  const TempDir other;
  const auto files = localhost_certificate(directory.path(), k_now);
  const auto others = localhost_certificate(other.path(), k_now);
  REQUIRE(files);
  REQUIRE(others);
  const std::string first = read_whole_file(files->certificate);

  SUBCASE("the key is missing") {
    fs::remove(files->key);
  }
  SUBCASE("the certificate is missing") {
    fs::remove(files->certificate);
  }
  SUBCASE("the key is another's") {
    fs::copy_file(others->key, files->key, fs::copy_options::overwrite_existing);
  }
  SUBCASE("the key is broken") {
    directory.write("localhost.key", "no key");
  }
  SUBCASE("the certificate is empty") {
    directory.write("localhost.crt", "");
  }

  REQUIRE(localhost_certificate(directory.path(), k_now));
  CHECK(belong_together(*files));
  CHECK(read_whole_file(files->certificate) != first);
}

TEST_CASE("several who make the certificate at once get one pair") {
  const TempDir directory;
  std::atomic<int> mismatches = 0;
  std::vector<std::thread> threads;
  std::vector<std::string> seen(8);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto files = localhost_certificate(directory.path(), k_now);
      if (!files || !belong_together(*files)) {
        ++mismatches;
        return;
      }
      seen[i] = read_whole_file(files->certificate);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(mismatches == 0);
  CHECK(seen == std::vector<std::string>(seen.size(), seen[0]));
}

TEST_CASE("a certificate's fingerprint is that of its encoded form") {
  const TempDir directory;
  const auto files = localhost_certificate(directory.path(), k_now);
  REQUIRE(files);
  unsigned char* der = nullptr;
  const auto certificate = load_certificate(files->certificate);
  const int size = i2d_X509(certificate.get(), &der);
  REQUIRE(size > 0);
  const std::string hex =
      to_hex(sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)}));
  OPENSSL_free(der);

  const auto fingerprint = certificate_fingerprint(files->certificate);
  REQUIRE(fingerprint);
  CHECK(fingerprint->size() == 32 * 3 - 1);
  std::string without_colons;
  for (std::size_t i = 0; i < fingerprint->size(); ++i) {
    if (i % 3 == 2) {
      CHECK((*fingerprint)[i] == ':');
    } else {
      without_colons += (*fingerprint)[i];
    }
  }
  CHECK(to_lower(without_colons) == hex);
  CHECK(without_colons != hex);  // upper case, as browsers show it
}

TEST_CASE("a file that is no certificate has no fingerprint") {
  const TempDir directory;
  const auto files = localhost_certificate(directory.path(), k_now);
  REQUIRE(files);
  const auto missing = certificate_fingerprint(directory / "missing.crt");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::file);
  CHECK(missing.error().message ==
        "can't read " + (directory / "missing.crt").string() + ": No such file or directory");

  for (const fs::path& path : {files->key, directory.write("empty", ""),
                               directory.write("text", "-----BEGIN CERTIFICATE-----\nx\n")}) {
    const auto none = certificate_fingerprint(path);
    REQUIRE_FALSE(none);
    CHECK(none.error().kind == ErrorKind::file);
    CHECK(none.error().message == path.string() + " holds no certificate");
  }
}

TEST_CASE("a certificate can't be made where there is no directory") {
  const TempDir directory;
  const fs::path file = directory.write("file", "");
  const auto files = localhost_certificate(file / "below", k_now);
  REQUIRE_FALSE(files);
  CHECK(files.error().kind == ErrorKind::file);
}
