// SPDX-License-Identifier: MIT
#include "capture/har.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

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
  if (!format || *format != DeliveryFormat::har) deliveries.clear();
  return deliveries;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const FileDelivery& delivery :
       read(std::string_view(reinterpret_cast<const char*>(data), size))) {
    // What was read is written so that it reads the same.
    Capture capture;
    capture.method = delivery.method;
    capture.target = delivery.target;
    capture.headers = delivery.headers;
    capture.body = delivery.body;
    capture.body_size = delivery.body.size();
    const auto again = read(har_begin("1") + har_entry(capture) + har_end());
    if (again.size() != 1 || again[0].target != delivery.target ||
        again[0].headers != delivery.headers || again[0].body != delivery.body) {
      __builtin_trap();
    }
  }
  return 0;
}
