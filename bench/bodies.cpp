// SPDX-License-Identifier: MIT
#include "bodies.hpp"

#include <fmt/format.h>

namespace terra_hook::bench {

std::string daily_body(std::size_t size, unsigned user) {
  std::string body = fmt::format(
      R"({{"type":"daily","user":{{"user_id":"user-{:06}","provider":"GARMIN"}},"data":[)"
      R"({{"metadata":{{"start_time":"2026-07-01T00:00:00.000000+00:00",)"
      R"("end_time":"2026-07-02T00:00:00.000000+00:00"}},)"
      R"("heart_rate_data":{{"detailed":{{"hr_samples":[)",
      user);
  const std::string end = R"(]}}}],"version":"2022-03-16"})";
  for (int i = 0;; ++i) {
    const std::string sample =
        fmt::format(R"({}{{"timestamp":"2026-07-01T{:02}:{:02}:{:02}.000000+00:00","bpm":{}}})",
                    i == 0 ? "" : ",", i / 3600 % 24, i / 60 % 60, i % 60, 90 + i % 90);
    if (body.size() + sample.size() + end.size() > size) break;
    body += sample;
  }
  // White space between tokens fills what no sample fits into.
  if (body.size() + end.size() < size) body.append(size - body.size() - end.size(), ' ');
  return body + end;
}

}  // namespace terra_hook::bench
