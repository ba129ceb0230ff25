// SPDX-License-Identifier: MIT
// Any file: the formats are told apart, and each delivery survives NDJSON and an HTTP message.
#include "capture/delivery_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include "capture/capture_lines.hpp"
#include "capture/http_file.hpp"

using namespace terra_hook;

namespace {

std::vector<FileDelivery> read(std::string_view text) {
  std::vector<FileDelivery> deliveries;
  const auto format = read_deliveries(text_source(text), {},
                                      {[&](FileDelivery delivery) -> Result<bool> {
                                         deliveries.push_back(std::move(delivery));
                                         return true;
                                       },
                                       nullptr});
  if (!format) deliveries.clear();
  return deliveries;
}

void check_same(const std::vector<FileDelivery>& again, const FileDelivery& delivery) {
  if (again.size() != 1 || again[0].method != delivery.method ||
      again[0].target != delivery.target || again[0].headers != delivery.headers ||
      again[0].body != delivery.body) {
    __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const FileDelivery& delivery :
       read(std::string_view(reinterpret_cast<const char*>(data), size))) {
    Capture capture;
    capture.method = delivery.method;
    capture.target = delivery.target;
    capture.headers = delivery.headers;
    capture.body = delivery.body;
    capture.body_size = delivery.body.size();
    check_same(read(capture_line_json(capture)), delivery);
    check_same(read(http_file_head(capture, true) + capture.body), delivery);
  }
  return 0;
}
