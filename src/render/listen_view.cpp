// SPDX-License-Identifier: MIT
#include "render/listen_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_said = 200;
constexpr std::size_t k_max_filter = 200;
constexpr std::size_t k_max_target = 512;  ///< a sender chooses how long they are
constexpr std::size_t k_tabs = 4;

/// What the list keeps of a capture.
Capture without_contents(const Capture& capture) {
  Capture kept;
  kept.number = capture.number;
  kept.received_at = capture.received_at;
  kept.remote_address = capture.remote_address;
  kept.method = capture.method;
  kept.target = capture.target.substr(0, k_max_target);
  kept.body_size = capture.body_size;
  kept.body_sha256 = capture.body_sha256;
  kept.verdict = capture.verdict;
  kept.secret_name = capture.secret_name;
  kept.verdict_reason = capture.verdict_reason;
  kept.summary = capture.summary;
  kept.headline = capture.headline;
  kept.ids = capture.ids;
  kept.duplicate_of = capture.duplicate_of;
  kept.duplicate_differs = capture.duplicate_differs;
  kept.older_than = capture.older_than;
  kept.chunk_count = capture.chunk_count;
  kept.origin = capture.origin;
  kept.ping_of = capture.ping_of;
  return kept;
}

/// Takes the last character of UTF-8 off `text`.
void drop_last_character(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
  if (!text.empty()) text.pop_back();
}

}  // namespace

void ListenView::on_event(const Event& event, std::string said) {
  if (const auto* ready = std::get_if<Ready>(&event)) {
    on(*ready);
    banner_ = std::move(said);
    return;
  }
  if (const auto* received = std::get_if<DeliveryReceived>(&event)) return on(*received);
  if (const auto* done = std::get_if<ForwardDone>(&event)) on(*done);
  if (const auto* fetched = std::get_if<PayloadFetched>(&event)) return on(*fetched);
  if (const auto* open = std::get_if<TunnelOpen>(&event)) on(*open);
  keep_said(said);
}

void ListenView::on(const Ready& ready) {
  url_ = ready.url;
  routes_ = ready.routes;
  is_keeping_ = !ready.store.empty();
}

void ListenView::on(const DeliveryReceived& received) {
  ++deliveries_;
  ++verdicts_[received.capture->verdict];
  ListedDelivery delivery;
  delivery.capture = without_contents(*received.capture);
  delivery.status = received.status;
  delivery.is_waiting = received.forwarding == Forwarding::sent;
  if (received.status) {
    delivery.elapsed = received.elapsed;
    if (!delivery.is_waiting) latencies_.add(received.elapsed);
  }
  list_.add(std::move(delivery));
}

void ListenView::on(const ForwardDone& done) {
  const Attempt& attempt = done.attempt;
  if (attempt.status) latencies_.add(attempt.latency);
  list_.update(done.capture->number, [&](ListedDelivery& delivery) {
    delivery.is_waiting = false;
    if (attempt.status) delivery.status = attempt.status;
    if (done.answered) delivery.status = done.answered;
    delivery.elapsed = attempt.latency;
  });
}

void ListenView::on(const PayloadFetched& fetched) {
  ListedDelivery delivery;
  delivery.capture = without_contents(*fetched.capture);
  delivery.elapsed = fetched.elapsed;
  list_.add(std::move(delivery));
}

void ListenView::on(const TunnelOpen& open) {
  url_ = open.url;
}

void ListenView::keep_said(const std::string& said) {
  if (said.empty()) return;
  remark_ = said;
  said_.push_back(said);
  if (said_.size() > k_max_said) said_.pop_front();
}

void ListenView::say(std::string remark) {
  remark_ = std::move(remark);
}

void ListenView::on_replayed(std::int64_t number, int status) {
  list_.update(number, [status](ListedDelivery& delivery) { delivery.replayed = status; });
}

std::int64_t ListenView::chosen() const {
  const ListedDelivery* delivery = list_.selected();
  return delivery == nullptr ? 0 : delivery->capture.number;
}

std::optional<PageContent> ListenView::wanted() const {
  const ListedDelivery* delivery = list_.selected();
  const bool has_text = page_ == ListenPage::details || page_ == ListenPage::diff;
  if (!has_text || delivery == nullptr) return std::nullopt;
  const DetailTab tab = page_ == ListenPage::details ? tab_ : DetailTab::card;
  return PageContent{page_, tab, delivery->capture.number, delivery->revision};
}

void ListenView::show(const PageContent& content, std::string text) {
  shown_ = content;
  shown_text_ = std::move(text);
  line_columns_ = 0;
}

void ListenView::open(ListenPage page) {
  if (page == page_) return;
  opened_from_.push_back(page_);
  page_ = page;
  scroll_ = 0;
}

void ListenView::close() {
  if (opened_from_.empty()) return;
  page_ = opened_from_.back();
  opened_from_.pop_back();
  scroll_ = 0;
}

ListenAction ListenView::on_key(const Key& key) {
  remark_.clear();
  if (typed_filter_) return on_prompt_key(key);
  if (key.kind == Key::Kind::text) {
    return key.text.size() == 1 ? on_command(key.text[0]) : ListenAction::none;
  }
  return page_ == ListenPage::list ? on_list_key(key) : on_text_key(key);
}

ListenAction ListenView::on_prompt_key(const Key& key) {
  std::string& typed = *typed_filter_;
  switch (key.kind) {
    case Key::Kind::text:
      if (typed.size() + key.text.size() <= k_max_filter) typed += key.text;
      break;
    case Key::Kind::backspace: drop_last_character(typed); break;
    case Key::Kind::enter: typed_filter_.reset(); return ListenAction::none;
    case Key::Kind::escape:
      list_.set_filter(filter_before_);
      typed_filter_.reset();
      return ListenAction::none;
    case Key::Kind::up: list_.move(-1); return ListenAction::none;
    case Key::Kind::down: list_.move(1); return ListenAction::none;
    default: return ListenAction::none;
  }
  list_.set_filter(typed);
  return ListenAction::none;
}

ListenAction ListenView::on_list_key(const Key& key) {
  switch (key.kind) {
    case Key::Kind::up: list_.move(-1); break;
    case Key::Kind::down: list_.move(1); break;
    case Key::Kind::page_up: list_.move(-static_cast<std::ptrdiff_t>(page_rows_)); break;
    case Key::Kind::page_down: list_.move(static_cast<std::ptrdiff_t>(page_rows_)); break;
    case Key::Kind::home: list_.move_to_first(); break;
    case Key::Kind::end: list_.move_to_last(); break;
    case Key::Kind::enter:
      if (list_.selected() != nullptr) open(ListenPage::details);
      break;
    case Key::Kind::escape: list_.set_filter(""); break;
    default: break;
  }
  return ListenAction::none;
}

/// The tab so many further on, the first again after the last.
void ListenView::turn_tab(std::size_t steps) {
  tab_ = static_cast<DetailTab>((static_cast<std::size_t>(tab_) + steps) % k_tabs);
  scroll_ = 0;
}

/// Chooses another delivery while a page about one is open.
void ListenView::step(std::ptrdiff_t rows) {
  if (page_ == ListenPage::help) return;
  list_.move(rows);
  scroll_ = 0;
}

ListenAction ListenView::on_text_key(const Key& key) {
  const bool has_tabs = page_ == ListenPage::details;
  switch (key.kind) {
    case Key::Kind::up: scroll_ -= scroll_ > 0 ? 1 : 0; break;
    case Key::Kind::down: ++scroll_; break;
    case Key::Kind::page_up: scroll_ -= std::min(scroll_, page_rows_); break;
    case Key::Kind::page_down: scroll_ += page_rows_; break;
    case Key::Kind::home: scroll_ = 0; break;
    case Key::Kind::end: scroll_ = k_no_end; break;
    case Key::Kind::left: step(-1); break;
    case Key::Kind::right: step(1); break;
    case Key::Kind::tab:
    case Key::Kind::enter: has_tabs ? turn_tab(1) : close(); break;
    case Key::Kind::back_tab:
      if (has_tabs) turn_tab(k_tabs - 1);
      break;
    case Key::Kind::escape:
    case Key::Kind::backspace: close(); break;
    case Key::Kind::text: break;
  }
  return ListenAction::none;
}

/// Says so when nothing can be done with the chosen delivery.
bool ListenView::can_act(bool needs_target) {
  const ListedDelivery* delivery = list_.selected();
  if (delivery == nullptr) {
    remark_ = "no delivery is chosen";
  } else if (!is_keeping_) {
    remark_ = "nothing is kept: start without --no-store to work with deliveries";
  } else if (needs_target && routes_.empty()) {
    remark_ = fmt::format(
        "no target without --forward-to PORT; elsewhere: terra-hook replay{} {} --to PORT",
        store_flag_, delivery->capture.number);
  } else if (needs_target && routes_for(routes_, delivery->capture.summary.event_type).empty()) {
    remark_ = "no --forward-to takes events of this type";
  } else {
    return true;
  }
  return false;
}

ListenAction ListenView::on_command(char command) {
  const auto on_movement = [this](Key::Kind kind) {
    return page_ == ListenPage::list ? on_list_key({kind, ""}) : on_text_key({kind, ""});
  };
  switch (command) {
    case 'k': return on_movement(Key::Kind::up);
    case 'j': return on_movement(Key::Kind::down);
    case 'h': return on_movement(Key::Kind::left);
    case 'l': return on_movement(Key::Kind::right);
    case 'g': return on_movement(Key::Kind::home);
    case 'G': return on_movement(Key::Kind::end);
    case ' ': return on_movement(Key::Kind::page_down);
    case 'q': return ListenAction::quit;
    case 'r': return can_act(true) ? ListenAction::replay : ListenAction::none;
    case 'R': return can_act(true) ? ListenAction::replay_edited : ListenAction::none;
    case 'c': return can_act(false) ? ListenAction::copy : ListenAction::none;
    case 'd':
      if (page_ == ListenPage::diff) {
        close();
      } else if (can_act(false)) {
        open(ListenPage::diff);
      }
      break;
    case 'p': list_.set_paused(!list_.is_paused()); break;
    case '?': page_ == ListenPage::help ? close() : open(ListenPage::help); break;
    case '/':
      while (page_ != ListenPage::list) close();
      filter_before_ = list_.filter();
      typed_filter_ = filter_before_;
      break;
    default: break;
  }
  return ListenAction::none;
}

}  // namespace terra_hook
