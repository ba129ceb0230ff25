// SPDX-License-Identifier: MIT
#include "capture/delivery_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/json_scanner.hpp"
#include "base/size.hpp"
#include "base/terminal.hpp"
#include "base/whole_number.hpp"
#include "capture/capture_lines.hpp"
#include "capture/har.hpp"
#include "capture/http_file.hpp"
#include "capture/http_message.hpp"
#include "capture/json_members.hpp"
#include "http/syntax.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_head = 1 << 20;  // of an HTTP message, and of what is looked at first
// What is taken over can be written as an HTTP message, with our own fields, that is read again.
constexpr std::size_t k_max_fields = 900;
constexpr std::size_t k_max_fields_size = 900 << 10;

Error unknown_format() {
  return {ErrorKind::input, "neither JSON nor an HTTP message",
          "export writes HTTP messages, HAR and NDJSON; import takes any body with --from raw"};
}

Error at_problem(const json::Problem& problem, std::size_t first_line) {
  return {ErrorKind::input,
          fmt::format("line {}, column {}: {}", first_line + problem.line - 1, problem.column,
                      problem.message),
          "expected is a JSON body, an HTTP message, HAR or NDJSON"};
}

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

// Reads one file. Its formats are told apart by what comes first.
class DeliveryReader {
 public:
  DeliveryReader(ByteSource source, const DeliveryReadOptions& options,
                 const DeliveryVisitor& visitor)
      : source_(std::move(source)), options_(options), visitor_(visitor) {}

  Result<DeliveryFormat> read() {
    DeliveryFormat format{};
    if (options_.format) {
      format = *options_.format;
    } else {
      TRY_ASSIGN(format, detect());
    }
    switch (format) {
      case DeliveryFormat::http: TRY(read_http()); break;
      case DeliveryFormat::raw: TRY(read_raw()); break;
      case DeliveryFormat::ndjson: TRY(read_lines()); break;
      case DeliveryFormat::har:
      case DeliveryFormat::json: return read_document(options_.format);
    }
    return format;
  }

 private:
  // A line holds a body with its escapes or in base64, and everything else.
  std::size_t max_line() const { return 2 * options_.max_body + (2 << 20); }

  Result<DeliveryFormat> detect() {
    TRY_ASSIGN(std::string_view text, source_.peek(k_max_head));
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty())
      return Error{ErrorKind::input, "there is nothing in it", "is it the right file?"};
    if (looks_like_http_message(text)) return DeliveryFormat::http;
    if (!text.starts_with('{')) {
      // An array or a scalar; what is not JSON at all is called by that name.
      const bool is_json =
          std::string_view("[\"-0123456789tfn").find(text.front()) != std::string_view::npos;
      if (!is_json) return unknown_format();
      return DeliveryFormat::json;
    }
    TRY_ASSIGN(const bool is_line, first_line_is_json());
    return is_line ? DeliveryFormat::ndjson : DeliveryFormat::json;
  }

  // Whether the first line is JSON by itself, with more lines after it or a capture in it.
  Result<bool> first_line_is_json() {
    TRY_ASSIGN(std::string_view line, source_.peek_line(max_line()));
    const std::size_t size = line.size();
    if (!line.ends_with('\n') && !source_.has_ended()) return false;
    if (json::find_problem(line)) return false;
    if (line_kind(line) != LineKind::other) return true;
    TRY_ASSIGN(const std::string_view text, source_.peek(size + k_max_head));
    return !is_blank(text.substr(size));
  }

  Result<std::string_view> read_all(std::uint64_t max) {
    TRY_ASSIGN(const std::string_view text, source_.peek(max + 1));
    if (text.size() > max) {
      return Error{ErrorKind::input, fmt::format("it is larger than {}", to_human_size(max)),
                   "NDJSON may be of any size"};
    }
    return text;
  }

  Result<bool> deliver(FileDelivery delivery) {
    if (delivery.body.size() <= options_.max_body) {
      return visitor_.on_delivery(std::move(delivery));
    }
    skip(delivery.place, "its body is larger than " + to_human_size(options_.max_body), true);
    return true;
  }

  void skip(std::string place, std::string reason, bool is_damaged) {
    if (visitor_.on_skipped) {
      visitor_.on_skipped({std::move(place), std::move(reason), is_damaged});
    }
  }

  Result<void> read_http() {
    TRY_ASSIGN(const std::string_view text, read_all(options_.max_body + k_max_head));
    TRY_ASSIGN(FileDelivery delivery, read_http_file(text));
    TRY(deliver(std::move(delivery)));
    return {};
  }

  Result<void> read_raw() {
    TRY_ASSIGN(const std::string_view text, read_all(options_.max_body));
    FileDelivery delivery;
    delivery.body = text;
    TRY(deliver(std::move(delivery)));
    return {};
  }

  Result<DeliveryFormat> read_document(std::optional<DeliveryFormat> wanted) {
    TRY_ASSIGN(const std::string_view text, read_all(k_max_document));
    if (const auto problem = json::find_problem(text)) return at_problem(*problem, 1);
    if (wanted == DeliveryFormat::har || (!wanted && is_har(text))) {
      TRY(read_har(text, options_, visitor_));
      return DeliveryFormat::har;
    }
    if (is_json_array(text)) {
      TRY_ASSIGN(const bool has_captures, read_captures(text));
      if (has_captures) return DeliveryFormat::json;
    }
    FileDelivery delivery;
    delivery.body = text;
    TRY(deliver(std::move(delivery)));
    return DeliveryFormat::json;
  }

  // `show --format json` gives several captures as an array; any other array is a payload.
  Result<bool> read_captures(std::string_view array) {
    bool has_captures = false;
    std::optional<Error> error;
    std::size_t number = 0;
    for_each_element(array, [&](std::string_view element) {
      if (line_kind(element) != LineKind::capture) return has_captures;
      has_captures = true;
      auto goes_on = read_capture(element, fmt::format("element {}", ++number));
      if (!goes_on) error = goes_on.error();
      return goes_on && *goes_on;
    });
    if (error) return *std::move(error);
    return has_captures;
  }

  Result<bool> read_capture(std::string_view json, std::string place) {
    auto delivery = read_capture_line(json);
    if (!delivery) {
      skip(std::move(place), delivery.error().message, true);
      return true;
    }
    delivery->place = std::move(place);
    return deliver(*std::move(delivery));
  }

  Result<void> read_lines() {
    for (std::size_t number = 1;; ++number) {
      TRY_ASSIGN(const std::string_view line, source_.peek_line(max_line()));
      if (line.empty()) return {};
      const std::size_t size = line.size();
      if (size >= max_line() && !line.ends_with('\n')) {
        return Error{ErrorKind::input,
                     fmt::format("line {} is longer than {}", number, to_human_size(max_line())),
                     "one delivery a line is expected, as export --format ndjson writes"};
      }
      TRY_ASSIGN(const bool goes_on, read_line(line, number));
      if (!goes_on) return {};
      source_.take(size);
    }
  }

  Result<bool> read_line(std::string_view line, std::size_t number) {
    if (is_blank(line)) return true;
    if (const auto problem = json::find_problem(line)) {
      skip(fmt::format("line {}, column {}", number, problem->column), problem->message, true);
      return true;
    }
    std::string place = fmt::format("line {}", number);
    const LineKind kind = line_kind(line);
    if (kind == LineKind::capture) {
      is_ours_ = true;
      return read_capture(line, std::move(place));
    }
    is_ours_ = is_ours_ || kind == LineKind::ours;
    if (is_ours_) {
      skip(std::move(place), "no capture", false);
      return true;
    }
    FileDelivery delivery;
    delivery.body = line.substr(0, line.find_last_not_of("\r\n") + 1);
    delivery.place = std::move(place);
    return deliver(std::move(delivery));
  }

  SourceReader source_;
  const DeliveryReadOptions& options_;
  const DeliveryVisitor& visitor_;
  bool is_ours_ = false;  // the lines are terra-hook's, not payloads
};

Error with_name(const std::string& name, Error error) {
  // Failures to read name the file already.
  if (error.kind == ErrorKind::input) error.message = fmt::format("{}: {}", name, error.message);
  return error;
}

// Opens what can be read to an end without surprises: a device or a FIFO nobody writes would hang.
Result<int> open_regular(const std::string& path) {
  const auto failed = [&](int number) {
    errno = number;
    return file_error("read", sanitize(path));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return failed(errno);
  struct stat status {};
  if (::fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode))) {
    // Process substitution gives pipes: they are waited for.
    if (::fcntl(fd, F_SETFL, 0) == 0) return fd;
  }
  ::close(fd);
  if (S_ISDIR(status.st_mode)) return failed(EISDIR);
  return Error{ErrorKind::input, fmt::format("{} is not a file", sanitize(path)),
               "name a file, or - for standard input"};
}

}  // namespace

std::string_view to_string(DeliveryFormat format) {
  switch (format) {
    case DeliveryFormat::http: return "http";
    case DeliveryFormat::har: return "har";
    case DeliveryFormat::ndjson: return "ndjson";
    case DeliveryFormat::json: return "json";
    case DeliveryFormat::raw: return "raw";
  }
  return "raw";
}

Result<DeliveryFormat> read_deliveries(ByteSource source, const DeliveryReadOptions& options,
                                       const DeliveryVisitor& visitor) {
  return DeliveryReader(std::move(source), options, visitor).read();
}

Result<DeliveryFormat> read_delivery_file(const std::string& path, int standard_input,
                                          const DeliveryReadOptions& options,
                                          const DeliveryVisitor& visitor) {
  const std::string name = path == "-" ? "standard input" : sanitize(path);
  int fd = standard_input;
  if (path != "-") {
    TRY_ASSIGN(fd, open_regular(path));
  }
  auto format = read_deliveries(descriptor_source(fd, name), options, visitor);
  if (path != "-") ::close(fd);
  if (!format) return with_name(name, std::move(format).error());
  return format;
}

Result<std::vector<FileDelivery>> read_all_deliveries(const std::string& path, int standard_input,
                                                      const DeliveryReadOptions& options) {
  std::vector<FileDelivery> deliveries;
  std::optional<Error> damaged;
  const DeliveryVisitor visitor{
      [&](FileDelivery delivery) -> Result<bool> {
        deliveries.push_back(std::move(delivery));
        return true;
      },
      [&](const SkippedEntry& skipped) {
        if (!skipped.is_damaged || damaged) return;
        damaged =
            Error{ErrorKind::input,
                  skipped.place.empty() ? skipped.reason : skipped.place + ": " + skipped.reason};
      }};
  TRY(read_delivery_file(path, standard_input, options, visitor));
  if (damaged) return with_name(path == "-" ? "standard input" : sanitize(path), *damaged);
  return deliveries;
}

std::optional<std::int64_t> parse_answered(std::string_view text) {
  return whole_number<std::int64_t>(text, 100, 999);
}

void keep_sendable_fields(FileDelivery& delivery) {
  HeaderFields kept;
  std::size_t size = 0;
  for (HeaderField& field : delivery.headers) {
    size += field.name.size() + field.value.size();
    if (kept.size() == k_max_fields || size > k_max_fields_size) {
      delivery.notes.emplace_back("it has more headers than are taken over");
      break;
    }
    if (field.name.starts_with(':')) {
      if (field.name != ":authority") continue;
      field.name = "Host";
    }
    field.value = trim(field.value, " \t");
    const bool has_value =
        field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
    if (is_token(field.name) && has_value) {
      kept.push_back(std::move(field));
    } else {
      delivery.notes.push_back(
          fmt::format("its header '{}' can't be one of a request", sanitize(field.name)));
    }
  }
  delivery.headers = std::move(kept);
}

}  // namespace terra_hook
