// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/size.hpp"
#include "render/capture_text.hpp"
#include "render/card_text.hpp"
#include "render/diagnosis_text.hpp"
#include "render/forward_text.hpp"
#include "render/link_text.hpp"
#include "render/listen_wait_text.hpp"
#include "render/renderer.hpp"
#include "render/request_text.hpp"
#include "render/shown_text.hpp"
#include "render/wrap.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_brief_lines = 24;
constexpr std::size_t k_brief_items = 3;
constexpr std::size_t k_brief_string = 120;

/// `3 sleep, 1 auth`, most first.
template <typename Key, typename Name>
std::string counts_text(const std::map<Key, std::uint64_t>& counts, Name name) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted;
  for (const auto& [key, count] : counts) sorted.emplace_back(name(key), count);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [key, count] : sorted) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", grouped_digits(count), key);
  }
  return text;
}

class TextRenderer final : public Renderer {
 public:
  TextRenderer(TextOptions options, const Style& out, const Style& err)
      : options_(std::move(options)), out_(out), err_(err) {}

  Rendered render(const Event& event) override {
    return std::visit([this](const auto& value) { return on(value); }, event);
  }

 private:
  Rendered on(const Ready& ready) {
    if (options_.is_quiet) return {};
    std::string text = fmt::format("{} {}\n", err_.paint(err_.good, "Listening on"),
                                   err_.paint(err_.bold, ready.url));
    text += fact("store", ready.store.empty() ? "off (--no-store): nothing is kept" : ready.store);
    text += fact("signatures", signature_text(ready));
    if (!ready.tls_fingerprint.empty())
      text += fact("certificate", "SHA-256 " + ready.tls_fingerprint);
    std::string_view name = "forwards";
    if (!ready.routes.empty()) {
      for (const std::string& line : route_lines(ready.routes, err_)) {
        text += fact(std::exchange(name, ""), line);
      }
      if (ready.acks_first) text += fact("", "after answering 200");
    }
    if (!ready.is_loopback) {
      text += err_.paint(err_.warn, "  open to the network, not to this machine alone") + "\n";
    }
    return {"", text + fact("stop", "Ctrl-C")};
  }

  Rendered on(const DeliveryReceived& delivery) {
    const Capture& capture = *delivery.capture;
    std::string text =
        capture_line(capture, {false, delivery.elapsed, options_.line_width}, out_) + "\n";
    const bool needs_reason =
        capture.verdict != Verdict::valid && capture.verdict != Verdict::unchecked;
    if (needs_reason && !capture.verdict_reason.empty()) {
      text += "  " + out_.paint(out_.warn, out_.clean(capture.verdict_reason)) + "\n";
    }
    for (const std::string& note : delivery.verification.notes) {
      text += "  " + out_.paint(out_.dim, "note: " + out_.clean(note)) + "\n";
    }
    text += fate_text(delivery, out_);
    // A card says it in its rows.
    const std::string link = options_.body == BodyView::card
                                 ? ""
                                 : link_text(capture, capture.received_at, options_.max_decoded);
    if (!link.empty()) text += "  " + out_.paint(out_.dim, link) + "\n";
    return {text + contents(capture), ""};
  }

  Rendered on(const SignatureDiagnosed& diagnosed) {
    if (options_.is_quiet) return {};
    std::string clause = diagnosis_clause(diagnosed.diagnosis);
    // A wrong secret fails every delivery: once is enough to read.
    if (clause == explained_) {
      clause = fmt::format(" for the same reason as #{}", explained_by_);
    } else {
      explained_ = clause;
      explained_by_ = diagnosed.number;
    }
    const std::string number = fmt::format("#{}", diagnosed.number);
    const std::string text =
        fmt::format("{} {}{}", number, to_string(diagnosed.verdict), out_.clean(clause));
    return {out_.paint(out_.id, number) + wrap(text, line_width(), 2).substr(number.size()) + "\n",
            ""};
  }

  Rendered on(const ForwardDone& done) {
    return {forward_text(done, {options_.show_response, options_.show_headers}, out_), ""};
  }

  Rendered on(const RequestRefused& refused) {
    if (options_.is_quiet) return {};
    const Refusal& refusal = refused.refusal;
    std::string text = clock(refused.at) + "  ";
    if (!refusal.method.empty()) {
      text += err_.fit(refusal.method + " " + refusal.target, 48) + "  ";
    }
    text += refusal.status == 0 ? std::string("closed") : std::to_string(refusal.status);
    return {"", err_.paint(err_.dim, text + "  " + err_.clean(refusal.reason)) + "\n"};
  }

  Rendered on(const DeliveryLost& lost) {
    return {"", fmt::format("{}  {} not kept, answered 503 so that it is sent again: {}\n",
                            clock(lost.at), err_.paint(err_.bad, lost.event_type),
                            err_.clean(lost.error.message))};
  }

  Rendered on(const TunnelOpen& open) {
    std::string text = fmt::format("{} {}\n", err_.paint(err_.good, "Public at"),
                                   err_.paint(err_.bold, sanitize(open.url)));
    text += open.is_changed ? fact("changed", "register this one with Terra instead of the last")
                            : fact("register", "this URL with Terra, as a webhook destination");
    return {"", text};
  }

  Rendered on(const TunnelClosed& closed) {
    std::string text = fmt::format("{}  {} ({}); started again in {}\n", clock(closed.at),
                                   err_.paint(err_.bad, "the tunnel ended"), closed.reason,
                                   to_human_duration(closed.pause));
    if (!closed.last_line.empty()) text += fact("last output", closed.last_line);
    return {"", text};
  }

  Rendered on(const TunnelOutput& output) {
    return {"", err_.paint(err_.dim, "tunnel | " + sanitize(output.line)) + "\n"};
  }

  Rendered on(const PayloadFetched& fetched) {
    const Capture& capture = *fetched.capture;
    const LineOptions line{false, fetched.elapsed, options_.line_width};
    return {capture_line(capture, line, out_) + "\n" + contents(capture), ""};
  }

  Rendered on(const PayloadNotFetched& missed) {
    return {"", fmt::format("{}  payload of #{} {}{}: {}\n", clock(missed.at), missed.ping,
                            err_.paint(err_.bad, "not fetched"),
                            missed.host.empty() ? "" : " from " + err_.clean(missed.host),
                            err_.clean(missed.reason))};
  }

  Rendered on(const ExpectationSettled& settled) {
    return {"", options_.is_quiet ? std::string() : settled_text(settled, err_)};
  }

  Rendered on(const CommandDone& done) {
    const bool is_news = !done.is_ok || !done.output.empty() || !options_.is_quiet;
    return {is_news ? command_text(done, out_) : std::string(), ""};
  }

  Rendered on(const Note& note) {
    return {"", err_.paint(err_.warn, "note: ") + err_.clean(note.message) + "\n"};
  }

  Rendered on(const Stopping& stopping) {
    if (options_.is_quiet) return {};
    return {"", fmt::format("stopping: {} deliver{} in flight; Ctrl-C again to quit at once\n",
                            stopping.in_flight, stopping.in_flight == 1 ? "y" : "ies")};
  }

  Rendered on(const Stopped& stopped) {
    if (options_.is_quiet)
      return {"", has_failed(stopped) ? wait_text(*stopped.wait, err_) + "\n" : ""};
    std::string text = fmt::format(
        "{} deliver{}, {} in {}", stopped.deliveries, stopped.deliveries == 1 ? "y" : "ies",
        to_human_size(stopped.bytes), to_human_duration(stopped.duration));
    if (stopped.deliveries > 0) {
      text += "\n" + fact("types", counts_text(stopped.by_type, [this](const std::string& type) {
                            return err_.fit(type, 24);
                          }));
      text += fact("verdicts", counts_text(stopped.by_verdict, [](Verdict verdict) {
                     return std::string(to_string(verdict));
                   }));
      if (!stopped.by_fault.empty()) text += fact("on purpose", fault_counts(stopped.by_fault));
      for (const auto& [name, sum] : forward_sums(stopped, err_)) text += fact(name, sum);
      text.pop_back();
    }
    if (stopped.refused > 0)
      text +=
          fmt::format("\n  {} request{} refused", stopped.refused, stopped.refused == 1 ? "" : "s");
    text += incomplete_text(stopped.incomplete);
    if (stopped.fetched + stopped.not_fetched > 0) {
      text += fmt::format("\n  {} payload{} fetched, {} not", stopped.fetched,
                          stopped.fetched == 1 ? "" : "s", stopped.not_fetched);
    }
    if (stopped.not_diagnosed > 0) {
      text += fmt::format(
          "\n  {} failed signature{} not explained: too many at once; terra-hook "
          "verify{} NUMBER says why",
          stopped.not_diagnosed, stopped.not_diagnosed == 1 ? "" : "s", options_.store_flag);
    }
    if (stopped.lost > 0) text += fmt::format("\n  {} not kept (answered 503)", stopped.lost);
    if (stopped.not_shown > 0) {
      text += fmt::format("\n  {} not shown: the terminal was too slow; see terra-hook list{}",
                          stopped.not_shown, options_.store_flag);
    }
    if (stopped.wait) text += "\n" + wait_text(*stopped.wait, err_);
    return {"", text + "\n"};
  }

  /// Something that was waited for did not come about.
  static bool has_failed(const Stopped& stopped) {
    return stopped.wait && std::ranges::any_of(wait_checks(*stopped.wait), [](const Check& check) {
             return !check.has_passed;
           });
  }

  /// Names a few; `list --group reference` shows them all.
  std::string incomplete_text(const std::vector<IncompleteRequest>& requests) const {
    constexpr std::size_t k_most_named = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(requests.size(), k_most_named); ++i) {
      const std::string progress = progress_text(requests[i].progress, err_);
      text += "\n" + fact("incomplete", truncate(requests[i].reference, 64) + ": " +
                                            (progress.empty() ? "nothing has come yet" : progress));
      text.pop_back();
    }
    if (requests.size() > k_most_named) {
      text += fmt::format("\n  {} more are incomplete; see terra-hook list{} --group reference",
                          requests.size() - k_most_named, options_.store_flag);
    }
    return text;
  }

  /// What is shown of a capture below its line.
  std::string contents(const Capture& capture) const {
    std::string text;
    if (options_.show_headers) text += indent(header_text(capture.headers, out_), "  ");
    if (options_.body == BodyView::card && !capture.summary.problem) {
      text += capture_card(capture, {}, out_.width, options_.max_decoded, out_);
    } else if (options_.body != BodyView::none) {
      text += indent(body_text(capture, view(), options_.max_decoded, out_), "  ");
    }
    return text;
  }

  std::size_t line_width() const {
    return options_.line_width == 0 ? out_.width : options_.line_width;
  }

  /// As the lines of deliveries have it.
  std::string clock(UtcTime at) const { return line_clock(at, line_width()); }

  std::string fact(std::string_view name, std::string_view value) const {
    return "  " + err_.paint(err_.dim, pad(name, 12)) + err_.clean(value) + "\n";
  }

  static std::string signature_text(const Ready& ready) {
    if (!ready.is_verifying) return "not checked (--no-verify)";
    if (ready.secret_names.empty()) {
      return "not checked: no signing secret; set TERRA_SIGNING_SECRET or pass --secret-file";
    }
    std::string names;
    for (const std::string& name : ready.secret_names) names += (names.empty() ? "" : ", ") + name;
    return fmt::format("checked with {} ({})", names,
                       ready.tolerance ? "tolerance " + to_human_duration(*ready.tolerance)
                                       : std::string("age ignored"));
  }

  JsonViewOptions view() const {
    JsonViewOptions view;
    view.width = out_.width > 12 ? out_.width - 2 : 10;
    if (options_.body != BodyView::full) {
      view.max_lines = k_brief_lines;
      view.max_array_items = k_brief_items;
      view.max_samples = k_brief_items;
      view.max_string_columns = k_brief_string;
    }
    return view;
  }

  TextOptions options_;
  Style out_;
  Style err_;
  std::string explained_;  ///< the last reason told of a failed signature
  std::int64_t explained_by_ = 0;
};

}  // namespace

std::unique_ptr<Renderer> make_text_renderer(const TextOptions& options, const Style& out,
                                             const Style& err) {
  return std::make_unique<TextRenderer>(options, out, err);
}

}  // namespace terra_hook
