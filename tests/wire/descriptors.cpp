// SPDX-License-Identifier: MIT
#include "wire/descriptors.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "support/raw_client.hpp"

namespace terra_hook::test {

using namespace std::chrono_literals;

bool comes_down_to(std::size_t wanted, const ChildProcess& child, std::string_view kind) {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (child.open_descriptors(kind) != wanted) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

std::size_t descriptors_at_rest(Listener& listener) {
  for (int i = 0; i < 4; ++i) {
    if (post(listener.port(), "{}").status != 200) throw std::runtime_error("it does not serve");
    listener.next("delivery");
  }
  if (!comes_down_to(1, listener.child(), "socket:")) throw std::runtime_error("it does not rest");
  return listener.child().open_descriptors();
}

}  // namespace terra_hook::test
