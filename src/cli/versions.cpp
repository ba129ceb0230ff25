// SPDX-License-Identifier: MIT
#include "cli/versions.hpp"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <toml++/toml.h>
#include <zlib.h>
#include <zstd.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>
#include <nlohmann/json_fwd.hpp>

namespace terra_hook {

std::string version_text() {
  const std::uint32_t brotli = BrotliDecoderVersion();
  std::string text = "terra-hook " TERRA_HOOK_VERSION "\n";
  text += fmt::format("OpenSSL {}, SQLite {}, zlib {}, brotli {}.{}.{}, zstd {}\n",
                      OpenSSL_version(OPENSSL_VERSION_STRING), sqlite3_libversion(), zlibVersion(),
                      brotli >> 24, (brotli >> 12) & 0xfff, brotli & 0xfff, ZSTD_versionString());
  text += fmt::format("Boost {}.{}.{}, cpp-httplib {}, CLI11 " CLI11_VERSION
                      ", fmt {}.{}.{}, nlohmann-json {}.{}.{}, toml++ {}.{}.{}\n",
                      BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100,
                      TERRA_HOOK_HTTPLIB_VERSION, FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                      FMT_VERSION % 100, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                      NLOHMANN_JSON_VERSION_PATCH, TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH);
  return text;
}

}  // namespace terra_hook
