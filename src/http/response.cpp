// SPDX-License-Identifier: MIT
#include "http/response.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace terra_hook {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

HttpResponse json_error(int status, std::string_view message) {
  return {status,
          {{"Content-Type", "application/json"}},
          fmt::format("{{\"error\":\"{}\"}}\n", message)};
}

namespace {

/// IMF-fixdate (RFC 9110 §5.6.7); strftime's names would follow the locale.
std::string http_date(UtcTime now) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                     months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string to_wire(const HttpResponse& response, Persistence persistence, bool with_body,
                    UtcTime now) {
  std::string wire = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                 reason_phrase(response.status), http_date(now));
  wire += to_header_section(response.headers);
  if (persistence == Persistence::close) {
    wire += "Connection: close\r\n";
  } else if (persistence == Persistence::keep_alive_said) {
    wire += "Connection: keep-alive\r\n";
  }
  // These have no body, and 204 may not even say so (RFC 9110 §8.6).
  if (response.status == 204 || response.status == 304) return wire + "\r\n";
  wire += fmt::format("Content-Length: {}\r\n\r\n", response.body.size());
  if (with_body) wire += response.body;
  return wire;
}

}  // namespace terra_hook
