// SPDX-License-Identifier: MIT
#include <fcntl.h>

#include <string>
#include <vector>

#include "base/env.hpp"
#include "cli/app.hpp"

int main(int argc, char** argv) {
  // A stream that the caller closed must not become one of our own descriptors. It is opened the
  // wrong way round, so that reading from it or writing to it fails as it would have.
  for (int fd = 0; fd <= 2; ++fd) {
    const int mode = fd == 0 ? O_WRONLY : O_RDONLY;
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", mode) != fd) return 1;
  }
  terra_hook::ignore_write_signals();
  terra_hook::Output out(1);
  terra_hook::Output err(2);
  terra_hook::StopSignal stop;
  terra_hook::Env env = terra_hook::process_env(out, err, stop);
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(terra_hook::run(arguments, env));
}
