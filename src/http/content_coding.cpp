// SPDX-License-Identifier: MIT
#include "http/content_coding.hpp"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_codings = 4;
constexpr std::size_t k_max_shown_name = 32;
constexpr int k_zlib_window = MAX_WBITS;
constexpr int k_gzip_window = MAX_WBITS + 16;
constexpr int k_raw_window = -MAX_WBITS;
// RFC 9659: zstd as a content coding has windows of at most 8 MB. Without this a frame's header
// decides how much memory the decoder takes.
constexpr int k_zstd_window_log = 23;

// The codings in the order in which they were applied, lower case, `identity` left out.
std::vector<std::string> content_codings(const HeaderFields& fields) {
  std::vector<std::string> codings;
  const std::string list = joined_field(fields, "Content-Encoding").value_or("");
  for (std::string_view rest = list; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    std::string coding = to_lower(trim(rest.substr(0, comma)));
    if (!coding.empty() && coding != "identity") {
      codings.push_back(std::move(coding));
    }
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return codings;
}

// What a decoder has written so far, held to a limit.
class Decoded {
 public:
  Decoded(std::string_view coding, std::uint64_t max_bytes)
      : coding_(coding), max_bytes_(max_bytes), piece_(new Piece) {}

  // Where the decoder writes next.
  std::uint8_t* space() { return piece_->data(); }
  static constexpr std::size_t space_size() { return std::tuple_size_v<Piece>; }

  // Keeps what the decoder wrote, or fails past the limit.
  Result<void> keep(std::size_t size) {
    if (size > max_bytes_ - bytes_.size()) {
      return Error{ErrorKind::input,
                   fmt::format("{} decodes to more than {}", body(), to_human_size(max_bytes_))};
    }
    bytes_.append(reinterpret_cast<const char*>(piece_->data()), size);
    return {};
  }

  std::string take() { return std::move(bytes_); }

  Error cut_short() const { return {ErrorKind::input, fmt::format("{} is cut short", body())}; }
  Error broken() const { return {ErrorKind::input, fmt::format("{} is broken", body())}; }
  Error followed_by_more() const {
    return {ErrorKind::input, fmt::format("{} is followed by other bytes", body())};
  }

 private:
  using Piece = std::array<std::uint8_t, 65536>;

  std::string body() const { return fmt::format("the body's {} coding", coding_); }

  std::string coding_;
  std::uint64_t max_bytes_;
  std::unique_ptr<Piece> piece_;
  std::string bytes_;
};

Error out_of_memory() {
  return {ErrorKind::internal, "no memory left to undo a content coding"};
}

const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_open_) {
      inflateEnd(&stream_);
    }
  }

  bool open(int window) {
    is_open_ = inflateInit2(&stream_, window) == Z_OK;
    return is_open_;
  }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool is_open_ = false;
};

// One gzip file may have several members, one after the other (RFC 1952 §2.2).
Result<std::string> undo_zlib(std::string_view input, Decoded decoded, int window) {
  Inflater inflater;
  if (!inflater.open(window)) {
    return out_of_memory();
  }
  z_stream& stream = inflater.stream();
  for (;;) {
    if (stream.avail_in == 0 && !input.empty()) {
      const std::size_t size =
          std::min<std::size_t>(input.size(), std::numeric_limits<uInt>::max());
      stream.next_in = const_cast<Bytef*>(data_of(input));
      stream.avail_in = static_cast<uInt>(size);
      input.remove_prefix(size);
    }
    stream.next_out = decoded.space();
    stream.avail_out = static_cast<uInt>(Decoded::space_size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    TRY(decoded.keep(Decoded::space_size() - stream.avail_out));
    const bool is_all_read = stream.avail_in == 0 && input.empty();
    if (code == Z_STREAM_END) {
      if (is_all_read) {
        return decoded.take();
      }
      if (window != k_gzip_window) {
        return decoded.followed_by_more();
      }
      inflateReset(&stream);
    } else if (code == Z_BUF_ERROR && is_all_read) {
      return decoded.cut_short();
    } else if (code == Z_MEM_ERROR) {
      return out_of_memory();
    } else if (code != Z_OK) {
      return decoded.broken();
    }
  }
}

// RFC 1950 §2.2. No usual encoder begins a raw stream like this.
bool has_zlib_header(std::string_view input) {
  if (input.size() < 2) {
    return false;
  }
  const unsigned first = data_of(input)[0];
  const unsigned second = data_of(input)[1];
  return (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

Result<std::string> undo_brotli(std::string_view input, Decoded decoded) {
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> decoder(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), &BrotliDecoderDestroyInstance);
  if (decoder == nullptr) {
    return out_of_memory();
  }
  const std::uint8_t* next = data_of(input);
  std::size_t left = input.size();
  for (;;) {
    std::uint8_t* space = decoded.space();
    std::size_t room = Decoded::space_size();
    const auto outcome =
        BrotliDecoderDecompressStream(decoder.get(), &left, &next, &room, &space, nullptr);
    TRY(decoded.keep(Decoded::space_size() - room));
    switch (outcome) {
      case BROTLI_DECODER_RESULT_SUCCESS:
        return left == 0 ? Result<std::string>(decoded.take()) : decoded.followed_by_more();
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return decoded.cut_short();
      case BROTLI_DECODER_RESULT_ERROR: return decoded.broken();
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: break;
    }
  }
}

// A body may have several frames, one after the other (RFC 8878 §3).
Result<std::string> undo_zstd(std::string_view input, Decoded decoded) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> decoder(ZSTD_createDStream(),
                                                                           &ZSTD_freeDStream);
  if (decoder == nullptr) {
    return out_of_memory();
  }
  ZSTD_DCtx_setParameter(decoder.get(), ZSTD_d_windowLogMax, k_zstd_window_log);
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{decoded.space(), Decoded::space_size(), 0};
    const std::size_t outcome = ZSTD_decompressStream(decoder.get(), &out, &in);
    if (ZSTD_isError(outcome) != 0) {
      return decoded.broken();
    }
    TRY(decoded.keep(out.pos));
    const bool is_all_read = in.pos == in.size;
    if (outcome == 0 && is_all_read) {
      return decoded.take();
    }
    // With room left over there is nothing more to come from what was read.
    if (is_all_read && out.pos < out.size) {
      return decoded.cut_short();
    }
  }
}

Result<std::string> undo(const std::string& coding, std::string_view input,
                         std::uint64_t max_bytes) {
  if (coding == "gzip" || coding == "x-gzip") {
    return undo_zlib(input, Decoded(coding, max_bytes), k_gzip_window);
  }
  if (coding == "deflate") {
    // RFC 9110 §8.4.1.2: it has the zlib format, but some senders leave the wrapper out.
    return undo_zlib(input, Decoded(coding, max_bytes),
                     has_zlib_header(input) ? k_zlib_window : k_raw_window);
  }
  if (coding == "br") {
    return undo_brotli(input, Decoded(coding, max_bytes));
  }
  if (coding == "zstd") {
    return undo_zstd(input, Decoded(coding, max_bytes));
  }
  return Error{ErrorKind::input,
               fmt::format("unknown content coding '{}'",
                           sanitize(std::string_view(coding).substr(0, k_max_shown_name))),
               "gzip, deflate, br and zstd are known"};
}

}  // namespace

bool has_content_coding(const HeaderFields& fields) {
  return !content_codings(fields).empty();
}

Result<std::string> decode_content(const HeaderFields& fields, std::string_view body,
                                   std::uint64_t max_bytes) {
  const std::vector<std::string> codings = content_codings(fields);
  if (codings.size() > k_max_codings) {
    return Error{ErrorKind::input, fmt::format("more than {} content codings", k_max_codings)};
  }
  if (codings.empty() && body.size() > max_bytes) {
    return Error{ErrorKind::input,
                 fmt::format("the body is larger than {}", to_human_size(max_bytes))};
  }
  std::string decoded(codings.empty() ? body : std::string_view());
  for (std::size_t i = codings.size(); i > 0; --i) {
    const std::string_view input = i == codings.size() ? body : std::string_view(decoded);
    TRY_ASSIGN(decoded, undo(codings[i - 1], input, max_bytes));
  }
  return decoded;
}

}  // namespace terra_hook
