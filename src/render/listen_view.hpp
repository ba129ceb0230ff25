// SPDX-License-Identifier: MIT
// The full-screen view of `listen`, without the screen: what has happened and which keys were typed
// go in, what is to be shown and done comes out. Pure; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/latency.hpp"
#include "render/delivery_list.hpp"
#include "render/events.hpp"
#include "render/style.hpp"
#include "render/styled_text.hpp"

namespace terra_hook {

/// A key that was typed.
struct Key {
  enum class Kind {
    text,
    up,
    down,
    left,
    right,
    page_up,
    page_down,
    home,
    end,
    enter,
    escape,
    tab,
    back_tab,
    backspace,
  };
  Kind kind = Kind::text;
  std::string text;  ///< of `text`: one character of UTF-8

  bool operator==(const Key&) const = default;
};

/// What a key asks for besides a change of the view; about the chosen delivery.
enum class ListenAction {
  none,
  replay,
  replay_edited,
  copy,
  quit,
};

enum class ListenPage { list, details, diff, help };
enum class DetailTab { card, json, headers, response };

/// What a page of text is about; equal contents are the same text.
struct PageContent {
  ListenPage page = ListenPage::details;
  DetailTab tab = DetailTab::card;
  std::int64_t number = 0;     ///< the delivery's
  std::uint64_t revision = 0;  ///< as ListedDelivery::revision

  bool operator==(const PageContent&) const = default;
};

struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;

  bool operator==(const ScreenSize&) const = default;
};

/// A row as it is to be painted; the rest of it is empty.
struct ScreenLine {
  StyledLine spans;
  bool is_reversed = false;  ///< the whole row
};

class ListenView {
 public:
  /// `store_flag` is a part of commands to type (sanitized).
  explicit ListenView(std::string store_flag = "") : store_flag_(std::move(store_flag)) {}

  /// Takes what has happened, with what the stream would print of it (sanitized, painted); that of
  /// deliveries and of forwards that went well is not needed.
  void on_event(const Event& event, std::string said = "");

  /// Does what a key asks for, as far as that is a matter of the view.
  ListenAction on_key(const Key& key);

  /// Shows a remark (one line, sanitized) until the next key.
  void say(std::string remark);

  /// A delivery was replayed and answered with `status`; 0: it got no answer.
  void on_replayed(std::int64_t number, int status);

  /// The chosen delivery's number; 0 when there is none.
  std::int64_t chosen() const;

  const DeliveryList& deliveries() const { return list_; }

  /// The text that the page needs, unless it needs none.
  std::optional<PageContent> wanted() const;

  /// Gives it that text (sanitized, painted).
  void show(const PageContent& content, std::string text);

  /// All rows of a screen of this size, first to last; none is wider.
  std::vector<ScreenLine> screen(ScreenSize size, const Style& style);

 private:
  /// Further than any text goes.
  static constexpr std::size_t k_no_end = std::size_t{1} << 40;

  void on(const Ready& ready);
  void on(const DeliveryReceived& received);
  void on(const ForwardDone& done);
  void on(const PayloadFetched& fetched);
  void on(const TunnelOpen& open);
  void keep_said(const std::string& said);

  ListenAction on_prompt_key(const Key& key);
  ListenAction on_list_key(const Key& key);
  ListenAction on_text_key(const Key& key);
  ListenAction on_command(char command);
  bool can_act(bool needs_target);
  void open(ListenPage page);
  void close();
  void turn_tab(std::size_t steps);
  void step(std::ptrdiff_t rows);

  StyledLine title_row(std::size_t columns, const Style& style) const;
  StyledLine status_row(std::size_t columns, const Style& style) const;
  StyledLine remark_row(std::size_t columns, const Style& style) const;
  StyledLine list_row(const ListedDelivery& delivery, bool is_chosen, std::size_t columns,
                      const Style& style) const;
  void list_rows(std::vector<ScreenLine>& rows, std::size_t count, std::size_t columns,
                 const Style& style);
  void text_rows(std::vector<ScreenLine>& rows, std::size_t count, std::size_t columns,
                 const Style& style);
  std::string heading(std::size_t columns, const Style& style) const;
  std::string help_text(std::size_t columns) const;
  void wrap_text(std::size_t columns);

  const std::string store_flag_;
  DeliveryList list_;
  std::string url_;
  std::vector<Route> routes_;
  bool is_keeping_ = false;
  std::string banner_;            ///< what the stream says when it begins
  std::deque<std::string> said_;  ///< what it says of all that is no delivery
  std::uint64_t deliveries_ = 0;
  std::map<Verdict, std::uint64_t> verdicts_;
  LatencyHistogram latencies_;

  ListenPage page_ = ListenPage::list;
  std::vector<ListenPage> opened_from_;  ///< the pages below, to go back to
  DetailTab tab_ = DetailTab::card;
  std::size_t scroll_ = 0;     ///< the first row of the text that is shown
  std::size_t page_rows_ = 1;  ///< that a page of text or list had last
  PageContent shown_;          ///< what shown_text_ is about
  std::string shown_text_;
  std::vector<StyledLine> lines_;            ///< of the page's text
  std::size_t line_columns_ = 0;             ///< that shown_text_ was wrapped to; 0: it was not
  std::optional<std::string> typed_filter_;  ///< while it is being typed
  std::string filter_before_;
  std::string remark_;
};

}  // namespace terra_hook
