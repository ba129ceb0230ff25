// SPDX-License-Identifier: MIT
#include "render/redacted_capture.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/bytes.hpp"
#include "http/content_coding.hpp"
#include "terra/body_reading.hpp"
#include "webhook/delivery_ids.hpp"

namespace terra_hook {
namespace {

std::string redacted_body(const Capture& capture, const Redactor& redactor,
                          std::uint64_t max_decoded) {
  if (!has_content_coding(capture.headers)) return redactor.body(capture.body);
  const auto decoded = decode_content(capture.headers, capture.body, max_decoded);
  if (decoded) return redactor.body(*decoded);
  return fmt::format("(hidden: {} bytes that can't be decoded)", capture.body.size());
}

class RedactingRenderer final : public Renderer {
 public:
  RedactingRenderer(std::unique_ptr<Renderer> inner, Redactor redactor, std::uint64_t max_decoded)
      : inner_(std::move(inner)), redactor_(std::move(redactor)), max_decoded_(max_decoded) {}

  Rendered render(const Event& event) override {
    return std::visit([this](const auto& value) { return inner_->render(hide(value)); }, event);
  }

 private:
  Event hide(const DeliveryReceived& delivery) const {
    DeliveryReceived hidden = delivery;
    hidden.capture =
        std::make_shared<Capture>(redacted(*delivery.capture, redactor_, max_decoded_));
    hidden.verification.reason = redactor_.sentence(delivery.verification.reason);
    for (std::string& note : hidden.verification.notes) note = redactor_.sentence(note);
    return hidden;
  }

  Event hide(const SignatureDiagnosed& diagnosed) const {
    SignatureDiagnosed hidden = diagnosed;
    for (std::string& suspicion : hidden.diagnosis.suspicions) {
      suspicion = redactor_.sentence(suspicion);
    }
    return hidden;
  }

  Event hide(const ForwardDone& done) const {
    ForwardDone hidden = done;
    hidden.attempt = redacted(done.attempt, redactor_);
    return hidden;
  }

  Event hide(const PayloadFetched& fetched) const {
    PayloadFetched hidden = fetched;
    hidden.capture = std::make_shared<Capture>(redacted(*fetched.capture, redactor_, max_decoded_));
    return hidden;
  }

  Event hide(const RequestRefused& refused) const {
    RequestRefused hidden = refused;
    hidden.refusal.remote_address = redactor_.address(refused.refusal.remote_address);
    hidden.refusal.target = redactor_.target(refused.refusal.target);
    return hidden;
  }

  Event hide(const PayloadNotFetched& failed) const {
    PayloadNotFetched hidden = failed;
    hidden.reason = redactor_.sentence(failed.reason);
    return hidden;
  }

  /// A command may print whatever it was handed.
  static Event hide(const CommandDone& done) {
    CommandDone hidden = done;
    if (!done.output.empty()) hidden.output = fmt::format("(hidden: {} bytes)", done.output.size());
    return hidden;
  }

  Event hide(const Stopped& stopped) const {
    Stopped hidden = stopped;
    for (IncompleteRequest& request : hidden.incomplete) {
      request.reference = redactor_.request_reference(request.reference);
    }
    return hidden;
  }

  template <typename Other>
  Event hide(const Other& other) const {
    return other;
  }

  std::unique_ptr<Renderer> inner_;
  Redactor redactor_;
  std::uint64_t max_decoded_;
};

}  // namespace

Capture redacted(const Capture& capture, const Redactor& redactor, std::uint64_t max_decoded) {
  Capture hidden = capture;
  hidden.body = redacted_body(capture, redactor, max_decoded);
  hidden.body_size = hidden.body.size();
  hidden.body_sha256 = sha256(hidden.body);
  hidden.headers = redactor.headers(capture.headers, hidden.body.size());
  hidden.target = redactor.target(capture.target);
  hidden.remote_address = redactor.address(capture.remote_address);
  hidden.verdict_reason = redactor.sentence(capture.verdict_reason);
  BodyReading reading = read_body(hidden.body);
  hidden.summary = std::move(reading.summary);
  hidden.headline = std::move(reading.headline);
  hidden.ids = read_delivery_ids(hidden.headers, hidden.summary);
  return hidden;
}

Attempt redacted(const Attempt& attempt, const Redactor& redactor) {
  Attempt hidden = attempt;
  const std::size_t host = attempt.target.find("://");
  const std::size_t path = host == std::string::npos ? host : attempt.target.find('/', host + 3);
  if (path != std::string::npos) {
    hidden.target = attempt.target.substr(0, path) + redactor.target(attempt.target.substr(path));
  }
  if (!attempt.body.empty()) hidden.body = redactor.body(attempt.body);
  hidden.body_size = hidden.body.size();
  hidden.headers = redactor.headers(attempt.headers, hidden.body.size());
  return hidden;
}

std::unique_ptr<Renderer> make_redacting_renderer(std::unique_ptr<Renderer> inner,
                                                  Redactor redactor, std::uint64_t max_decoded) {
  return std::make_unique<RedactingRenderer>(std::move(inner), std::move(redactor), max_decoded);
}

}  // namespace terra_hook
