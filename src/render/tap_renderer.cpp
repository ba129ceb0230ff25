// SPDX-License-Identifier: MIT
#include <utility>

#include "render/listen_wait_text.hpp"
#include "render/renderer.hpp"

namespace terra_hook {
namespace {

class TapRenderer final : public Renderer {
 public:
  explicit TapRenderer(std::unique_ptr<Renderer> inner) : inner_(std::move(inner)) {}

  Rendered render(const Event& event) override {
    Rendered inner = inner_->render(event);
    Rendered rendered{"", std::move(inner.out) + inner.err};
    const auto* stopped = std::get_if<Stopped>(&event);
    if (stopped != nullptr && stopped->wait) {
      CheckSuite suite;
      suite.checks = wait_checks(*stopped->wait);
      rendered.out = to_tap(suite);
    }
    return rendered;
  }

 private:
  std::unique_ptr<Renderer> inner_;
};

}  // namespace

std::unique_ptr<Renderer> make_tap_renderer(std::unique_ptr<Renderer> inner) {
  return std::make_unique<TapRenderer>(std::move(inner));
}

}  // namespace terra_hook
