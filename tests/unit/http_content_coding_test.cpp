// SPDX-License-Identifier: MIT
#include "http/content_coding.hpp"

#include <doctest/doctest.h>
#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace terra_hook;
using namespace std::string_literals;

namespace {

constexpr std::uint64_t k_plenty = 16 << 20;
constexpr int k_gzip = 31;
constexpr int k_zlib = 15;
constexpr int k_raw = -15;

const std::string k_text = R"({"type":"sleep","data":[1.0]})";

// k_text and 1 MiB of zeros as the reference encoder writes them.
const std::string k_brotli =
    "\x0b\x0e\x80\x7b\x22\x74\x79\x70\x65\x22\x3a\x22\x73\x6c\x65\x65\x70\x22\x2c\x22\x64\x61\x74"
    "\x61\x22\x3a\x5b\x31\x2e\x30\x5d\x7d\x03"s;
const std::string k_brotli_mebibyte = "\x5b\xff\xff\x8f\x7f\x02\x20\x1e\x0b\x04\x72\xef\x1f\x00"s;

std::string deflated(const std::string& text, int window) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2 failed");
  }
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) {
    throw std::runtime_error("deflate failed");
  }
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string coded(std::string_view coding, const std::string& text) {
  if (coding == "deflate") {
    return deflated(text, k_zlib);
  }
  if (coding == "zstd") {
    return zstd(text);
  }
  return deflated(text, k_gzip);
}

HeaderFields coding_field(std::string_view value) {
  return {{"content-encoding", std::string(value)}};
}

}  // namespace

TEST_CASE("a content coding is undone") {
  struct Case {
    std::string_view codings;
    std::string body;
    std::string decoded;
  };
  const std::string large(3 << 20, 'x');
  const Case cases[] = {
      {"gzip", deflated(k_text, k_gzip), k_text},
      {"X-GZip", deflated(k_text, k_gzip), k_text},
      {" identity , gzip,", deflated(k_text, k_gzip), k_text},
      {"gzip", deflated(large, k_gzip), large},
      {"gzip", deflated("", k_gzip), ""},
      {"gzip", deflated("one", k_gzip) + deflated("", k_gzip) + deflated("two", k_gzip), "onetwo"},
      {"deflate", deflated(k_text, k_zlib), k_text},
      {"deflate", deflated(k_text, k_raw), k_text},
      {"deflate", deflated("", k_raw), ""},
      {"br", k_brotli, k_text},
      {"br", k_brotli_mebibyte, std::string(1 << 20, '\0')},
      {"zstd", zstd(k_text), k_text},
      {"zstd", zstd(large), large},
      {"zstd", zstd("one") + zstd("two"), "onetwo"},
      {"identity", "\x1f\x8b"s, "\x1f\x8b"s},
      {"", "", ""},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.codings);
    CAPTURE(expected.decoded.size());
    const auto decoded = decode_content(coding_field(expected.codings), expected.body, k_plenty);
    REQUIRE(decoded);
    CHECK(*decoded == expected.decoded);
  }
}

TEST_CASE("several content codings are undone in reverse order") {
  const std::string body = coded("zstd", coded("gzip", coded("deflate", k_text)));
  const auto in_one_field = decode_content(coding_field("deflate, gzip, zstd"), body, k_plenty);
  REQUIRE(in_one_field);
  CHECK(*in_one_field == k_text);

  const auto in_two_fields = decode_content(
      {{"Content-Encoding", "deflate"}, {"A", "b"}, {"CONTENT-ENCODING", "gzip, zstd"}}, body,
      k_plenty);
  REQUIRE(in_two_fields);
  CHECK(*in_two_fields == k_text);

  CHECK_FALSE(decode_content(coding_field("zstd, gzip, deflate"), body, k_plenty));
}

TEST_CASE("at most four content codings are undone") {
  const std::string twice = coded("gzip", coded("gzip", k_text));
  const std::string four = coded("gzip", coded("gzip", twice));
  CHECK(decode_content(coding_field("gzip,gzip,gzip,gzip"), four, k_plenty));
  const auto five =
      decode_content(coding_field("gzip,gzip,gzip,gzip,gzip"), coded("gzip", four), k_plenty);
  REQUIRE_FALSE(five);
  CHECK(five.error().message == "more than 4 content codings");
}

TEST_CASE("a content coding is seen in any spelling") {
  CHECK(has_content_coding(coding_field("gzip")));
  CHECK(has_content_coding(coding_field("identity, BR")));
  CHECK(has_content_coding({{"Content-Encoding", ""}, {"Content-Encoding", "unheard-of"}}));
  CHECK_FALSE(has_content_coding({}));
  CHECK_FALSE(has_content_coding(coding_field("")));
  CHECK_FALSE(has_content_coding(coding_field(" Identity , ")));
  CHECK_FALSE(has_content_coding({{"Accept-Encoding", "gzip"}}));
}

TEST_CASE("a coded body that was cut anywhere is refused") {
  struct Case {
    std::string_view coding;
    std::string body;
  };
  const Case cases[] = {{"gzip", deflated(k_text, k_gzip)},
                        {"deflate", deflated(k_text, k_zlib)},
                        {"deflate", deflated(k_text, k_raw)},
                        {"br", k_brotli},
                        {"zstd", zstd(k_text)}};
  for (const Case& whole : cases) {
    for (std::size_t size = 0; size < whole.body.size(); ++size) {
      CAPTURE(whole.coding);
      CAPTURE(size);
      const auto decoded =
          decode_content(coding_field(whole.coding), whole.body.substr(0, size), k_plenty);
      REQUIRE_FALSE(decoded);
      CHECK(decoded.error().kind == ErrorKind::input);
      CHECK(decoded.error().message ==
            "the body's " + std::string(whole.coding) + " coding is cut short");
    }
  }
}

TEST_CASE("a coded body that is not what it says is refused by the coding's name") {
  std::string flipped = deflated(k_text, k_gzip);
  flipped[flipped.size() - 6] ^= 1;  // of the CRC
  // A frame whose header asks for a window of 2 GiB.
  const std::string vast_window = "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00"s;
  struct Case {
    std::string_view coding;
    std::string body;
    std::string_view message;
  };
  const Case cases[] = {
      {"gzip", k_text, "the body's gzip coding is broken"},
      {"gzip", flipped, "the body's gzip coding is broken"},
      {"gzip", deflated(k_text, k_gzip) + "more", "the body's gzip coding is broken"},
      {"gzip", deflated(k_text, k_zlib), "the body's gzip coding is broken"},
      {"deflate", k_text, "the body's deflate coding is broken"},
      {"deflate", deflated(k_text, k_zlib) + "x",
       "the body's deflate coding is followed by other bytes"},
      {"deflate", deflated(k_text, k_raw) + "x",
       "the body's deflate coding is followed by other bytes"},
      {"br", k_brotli + "x", "the body's br coding is followed by other bytes"},
      {"br", "\xff\xff\xff\xff", "the body's br coding is broken"},
      {"zstd", k_text, "the body's zstd coding is broken"},
      {"zstd", zstd(k_text) + "more", "the body's zstd coding is broken"},
      {"zstd", vast_window, "the body's zstd coding is broken"},
      {"compress", k_text, "unknown content coding 'compress'"},
      {"\x1b[2J", k_text, "unknown content coding '\\u001b[2j'"},
  };
  for (const Case& expected : cases) {
    CAPTURE(expected.coding);
    const auto decoded = decode_content(coding_field(expected.coding), expected.body, k_plenty);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == ErrorKind::input);
    CHECK(decoded.error().message == expected.message);
  }
}

TEST_CASE("a decompression bomb costs no more than the limit") {
  const std::string zeros(8 << 20, '\0');
  struct Case {
    std::string_view codings;
    std::string body;
  };
  const Case cases[] = {
      {"gzip", deflated(zeros, k_gzip)},
      {"deflate", deflated(zeros, k_zlib)},
      {"deflate", deflated(zeros, k_raw)},
      {"zstd", zstd(zeros)},
      {"br", k_brotli_mebibyte},
      // The limit holds for what lies between two codings, too.
      {"gzip, gzip", deflated(zeros, k_gzip)},
      {"gzip, deflate", deflated(deflated(zeros, k_gzip), k_zlib)},
  };
  for (const Case& bomb : cases) {
    CAPTURE(bomb.codings);
    const auto decoded = decode_content(coding_field(bomb.codings), bomb.body, 1'000'000);
    REQUIRE_FALSE(decoded);
    CHECK(decoded.error().kind == ErrorKind::input);
    CHECK(decoded.error().message.find("coding decodes to more than 1 MB") != std::string::npos);
  }
}

TEST_CASE("a decoded body may be just as large as the limit") {
  const std::string body = deflated(std::string(100'000, 'x'), k_gzip);
  CHECK(decode_content(coding_field("gzip"), body, 100'000));
  CHECK_FALSE(decode_content(coding_field("gzip"), body, 99'999));
  CHECK(decode_content({}, "12345", 5));
  CHECK_FALSE(decode_content({}, "12345", 4));
}
