// SPDX-License-Identifier: MIT
#include "http/tls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/file.hpp"

namespace terra_hook {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t k_max_file = 1 << 20;
constexpr std::chrono::days k_lifetime{730};
constexpr std::chrono::days k_renewed_before{1};
// Clocks of other devices that connect may be behind.
constexpr std::chrono::hours k_valid_before{1};

template <auto free>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free(object);
  }
};

using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

// Only one process at a time looks at a directory's pair and makes it anew. The lock goes with the
// process, so that none is left behind.
class DirectoryLock {
 public:
  explicit DirectoryLock(const fs::path& directory)
      : fd_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ >= 0) {
      while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
      }
    }
  }
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;
  ~DirectoryLock() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }

 private:
  int fd_;
};

Error openssl_error(std::string_view action) {
  const unsigned long code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return {ErrorKind::internal,
          fmt::format("can't {}: {}", action, reason != nullptr ? reason : "OpenSSL failed")};
}

// OpenSSL would ask at the terminal for the password of an encrypted file.
int no_password(char*, int, int, void*) {
  return -1;
}

Bio reader_of(const std::string& bytes) {
  return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

Certificate parse_certificate(const std::string& pem) {
  const Bio bio = reader_of(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return certificate;
}

Key parse_key(const std::string& pem) {
  const Bio bio = reader_of(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

std::time_t to_seconds(UtcTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Whether `directory` has a pair that belongs together and is good for some time from `now`.
// A file that is there but can't be read is an error: it is not ours to replace.
Result<bool> is_usable(const TlsFiles& files, UtcTime now) {
  std::error_code failure;
  if (!fs::exists(files.certificate, failure) || !fs::exists(files.key, failure)) {
    return false;
  }
  TRY_ASSIGN(const std::string certificate_pem, read_file(files.certificate, k_max_file));
  TRY_ASSIGN(const std::string key_pem, read_file(files.key, k_max_file));
  const Certificate certificate = parse_certificate(certificate_pem);
  const Key key = parse_key(key_pem);
  if (certificate == nullptr || key == nullptr) {
    return false;
  }
  std::time_t earliest = to_seconds(now);
  std::time_t latest = to_seconds(now + k_renewed_before);
  const bool is_usable = X509_check_private_key(certificate.get(), key.get()) == 1 &&
                         X509_cmp_time(X509_get0_notBefore(certificate.get()), &earliest) < 0 &&
                         X509_cmp_time(X509_get0_notAfter(certificate.get()), &latest) > 0;
  ERR_clear_error();
  return is_usable;
}

// RFC 5280 §4.1.2.2: positive, at most 20 bytes; random, because browsers refuse two certificates
// of one issuer and number.
bool set_serial_number(X509* certificate) {
  const Number number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_names(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [name](const char* field, const char* value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(value), -1, -1,
                                      0) == 1;
  };
  return add("O", "terra-hook") && add("CN", "localhost") &&
         X509_set_issuer_name(certificate, name) == 1;
}

// No CA: who trusts this certificate trusts this machine's localhost and nothing else that its key
// could sign. It serves as its own trust anchor all the same.
bool add_extensions(X509* certificate) {
  constexpr std::pair<int, const char*> k_extensions[] = {
      {NID_basic_constraints, "critical,CA:FALSE"},
      {NID_key_usage, "critical,digitalSignature"},
      {NID_ext_key_usage, "serverAuth"},
      {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
      {NID_subject_key_identifier, "hash"},
  };
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  for (const auto& [identifier, value] : k_extensions) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, identifier, value));
    if (extension == nullptr || X509_add_ext(certificate, extension.get(), -1) != 1) {
      return false;
    }
  }
  return true;
}

Certificate make_certificate(EVP_PKEY* key, UtcTime now) {
  Certificate certificate(X509_new());
  X509* raw = certificate.get();
  const bool is_made =
      raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial_number(raw) &&
      ASN1_TIME_set(X509_getm_notBefore(raw), to_seconds(now - k_valid_before)) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(raw), to_seconds(now + k_lifetime)) != nullptr &&
      X509_set_pubkey(raw, key) == 1 && set_names(raw) && add_extensions(raw) &&
      X509_sign(raw, key, EVP_sha256()) != 0;
  return is_made ? std::move(certificate) : nullptr;
}

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::optional<std::string> to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), certificate) != 1) {
    return std::nullopt;
  }
  return content_of(bio.get());
}

std::optional<std::string> to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return std::nullopt;
  }
  return content_of(bio.get());
}

Result<void> make_files(const TlsFiles& files, UtcTime now) {
  ERR_clear_error();
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key == nullptr ? nullptr : make_certificate(key.get(), now);
  const auto certificate_pem = certificate == nullptr ? std::nullopt : to_pem(certificate.get());
  const auto key_pem = certificate == nullptr ? std::nullopt : to_pem(key.get());
  if (!certificate_pem || !key_pem) {
    return openssl_error("make a certificate");
  }
  // Killed in between, this leaves halves that do not belong together; is_usable() sees that.
  TRY(write_private_file(files.key, *key_pem));
  TRY(write_private_file(files.certificate, *certificate_pem));
  // It is no secret, and other users' programs may want to trust it.
  std::error_code ignored;
  fs::permissions(files.certificate, fs::perms(0644), ignored);
  return {};
}

}  // namespace

Result<TlsFiles> localhost_certificate(const fs::path& directory, UtcTime now) {
  TRY(make_private_directory(directory));
  const DirectoryLock lock(directory);
  TlsFiles files{directory / "localhost.crt", directory / "localhost.key"};
  TRY_ASSIGN(const bool can_stay, is_usable(files, now));
  if (!can_stay) {
    TRY(make_files(files, now));
  }
  return files;
}

Result<std::string> certificate_fingerprint(const fs::path& path) {
  TRY_ASSIGN(const std::string pem, read_file(path, k_max_file));
  const Certificate certificate = parse_certificate(pem);
  if (certificate == nullptr) {
    return Error{ErrorKind::file, fmt::format("{} holds no certificate", path.string()),
                 "it must be a PEM file, with -----BEGIN CERTIFICATE-----"};
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
    return openssl_error("compute a certificate's fingerprint");
  }
  std::string fingerprint;
  for (unsigned i = 0; i < size; ++i) {
    fingerprint += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return fingerprint;
}

}  // namespace terra_hook
