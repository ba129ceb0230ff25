// SPDX-License-Identifier: MIT
// What the full-screen view of `listen` looks like.
#include <fmt/format.h>

#include <algorithm>

#include "base/count.hpp"
#include "http/response.hpp"
#include "render/capture_text.hpp"
#include "render/listen_view.hpp"
#include "render/wrap.hpp"

namespace terra_hook {
namespace {

constexpr std::size_t k_max_text_lines = 50'000;
constexpr std::size_t k_marker_columns = 2;
constexpr std::size_t k_status_columns = 5;
constexpr std::string_view k_tab_names[] = {"card", "JSON", "headers", "response"};

constexpr std::pair<std::string_view, std::string_view> k_keys[] = {
    {"up down, j k", "choose a delivery; in a text: scroll"},
    {"PgUp PgDn, g G", "a screenful, the first, the last"},
    {"enter", "details: card, JSON, headers, response; again or tab: the next"},
    {"left right, h l", "in details: the delivery before, after"},
    {"esc", "back; in the list: no filter"},
    {"r", "replay to the target, signed afresh"},
    {"R", "edit the body ($VISUAL, $EDITOR), then replay what was saved"},
    {"d", "diff with the previous one of the same record, else of the type"},
    {"c", "copy as a curl command (OSC 52)"},
    {"/", "filter: words of a row, also where it is cut, and of ids"},
    {"p", "pause the list; receiving goes on"},
    {"?", "this help"},
    {"q, Ctrl-C", "stop; again: at once"},
};

constexpr std::size_t k_key_columns = 15;

/// As many of `parts` (not painted) as fit, the first ones first.
std::string fitting(const std::vector<std::string>& parts, std::size_t columns) {
  std::string text;
  std::size_t width = 0;
  for (const std::string& part : parts) {
    const std::size_t more = display_width(part);
    const std::size_t gap = text.empty() ? 0 : 2;
    if (width + gap + more > columns) break;
    text += std::string(gap, ' ') + part;
    width += gap + more;
  }
  return text;
}

/// A target without what may be a credential.
std::string shown_target(const Url& url) {
  return url.origin() + (url.names_target ? url.target.substr(0, url.target.find('?')) : "");
}

/// `again 200  `, or nothing when it was not replayed.
std::string replay_text(const ListedDelivery& delivery, const Style& style) {
  if (!delivery.replayed) return "";
  return (style.unicode ? "↻ " : "again ") +
         (*delivery.replayed == 0 ? "---" : std::to_string(*delivery.replayed)) + "  ";
}

std::string status_text(const ListedDelivery& delivery, const Style& style) {
  if (delivery.is_waiting) return style.paint(style.dim, style.ellipsis());
  if (!delivery.status) return style.paint(style.dim, style.dash());
  const bool is_good = is_success(*delivery.status);
  return style.paint(is_good ? style.good : style.bad, std::to_string(*delivery.status));
}

}  // namespace

StyledLine ListenView::title_row(std::size_t columns, const Style& style) const {
  std::string text = style.clean(url_);
  if (routes_.size() == 1) {
    text += fmt::format(" {} {}", style.unicode ? "→" : "->",
                        style.clean(shown_target(routes_.front().target)));
  } else if (!routes_.empty()) {
    text += fmt::format(" {} {} targets", style.unicode ? "→" : "->", routes_.size());
  }
  return cut_styled(text, columns, style.unicode);
}

StyledLine ListenView::status_row(std::size_t columns, const Style& style) const {
  std::vector<std::string> parts;
  if (list_.is_paused()) {
    parts.push_back(fmt::format("PAUSED, {} more", grouped_digits(list_.held_back())));
  }
  if (!list_.filter().empty() && !typed_filter_) {
    parts.push_back(fmt::format("/{} ({})", style.fit(list_.filter(), 20), list_.size()));
  }
  parts.push_back(counted(deliveries_, "delivery", "deliveries"));
  for (const auto& [verdict, count] : verdicts_) {
    parts.push_back(fmt::format("{} {}", grouped_digits(count), to_string(verdict)));
  }
  if (latencies_.count() > 0) {
    parts.push_back("p50 " + to_human_duration(latencies_.percentile(50)));
    parts.push_back("p95 " + to_human_duration(latencies_.percentile(95)));
  }
  constexpr std::string_view k_hint = "? help  q quit";
  const bool has_hint = columns >= 40;
  const std::size_t room = has_hint ? columns - k_hint.size() - 2 : columns;
  std::string text = fitting(parts, room);
  if (has_hint) text = pad(text, columns - k_hint.size()).append(k_hint);
  return cut_styled(text, columns, style.unicode);
}

StyledLine ListenView::remark_row(std::size_t columns, const Style& style) const {
  if (typed_filter_) {
    const std::string shown = style.clean(*typed_filter_);
    return cut_styled(style.paint(style.bold, "/") + shown + "_", columns, style.unicode);
  }
  std::string_view said = remark_;
  if (said.ends_with('\n')) said.remove_suffix(1);
  const std::size_t end = said.find('\n');
  std::string line(said.substr(0, end));
  if (end != std::string_view::npos) line += std::string(" ") + std::string(style.ellipsis());
  return cut_styled(line, columns, style.unicode);
}

StyledLine ListenView::list_row(const ListedDelivery& delivery, bool is_chosen, std::size_t columns,
                                const Style& style) const {
  std::string text = is_chosen ? "> " : "  ";
  const std::string status = status_text(delivery, style);
  const std::size_t width = display_width(plain_text(cut_styled(status, k_status_columns)));
  text += status + std::string(k_status_columns - std::min(width, k_status_columns), ' ');
  const std::string replay = replay_text(delivery, style);
  text += style.paint(style.dim, replay);
  const std::size_t taken = k_marker_columns + k_status_columns + display_width(replay);
  LineOptions line;
  line.elapsed = delivery.elapsed;
  line.width = std::max<std::size_t>(columns, taken + 1) - taken;
  return cut_styled(text + capture_line(delivery.capture, line, style), columns, style.unicode);
}

void ListenView::list_rows(std::vector<ScreenLine>& rows, std::size_t count, std::size_t columns,
                           const Style& style) {
  page_rows_ = std::max<std::size_t>(count, 1);
  const DeliveryList::Window window = list_.window(count);
  for (std::size_t i = 0; i < window.deliveries.size(); ++i) {
    const bool is_chosen = window.first + i == list_.selected_row();
    rows.push_back({list_row(*window.deliveries[i], is_chosen, columns, style), is_chosen});
  }
  if (!window.deliveries.empty()) return;
  const std::string text = deliveries_ == 0 || list_.filter().empty()
                               ? banner_ + "\nwaiting for deliveries\n"
                               : "no delivery has these words; esc shows all\n";
  for (StyledLine& line : wrap_styled(text, columns, count))
    rows.push_back({std::move(line), false});
}

/// The line above a text.
std::string ListenView::heading(std::size_t columns, const Style& style) const {
  if (page_ == ListenPage::help) return style.paint(style.bold, "keys");
  const std::string number = style.paint(style.id, fmt::format("#{}", chosen()));
  if (page_ == ListenPage::diff) return number + " with the previous one";
  std::string tabs;
  for (std::size_t i = 0; i < std::size(k_tab_names); ++i) {
    const bool is_open = i == static_cast<std::size_t>(tab_);
    tabs += is_open ? "  " + style.paint(style.bold, fmt::format("[{}]", k_tab_names[i]))
                    : fmt::format("   {} ", k_tab_names[i]);
  }
  return columns < 48 ? fmt::format("{} [{}]", number, k_tab_names[static_cast<std::size_t>(tab_)])
                      : number + tabs;
}

std::string ListenView::help_text(std::size_t columns) const {
  std::string text;
  for (const auto& [key, what] : k_keys) {
    text += pad(key, k_key_columns) + "  " + wrap(what, columns, k_key_columns + 2) + "\n";
  }
  text += "\n" + banner_;
  for (const std::string& said : said_) text += said;
  return text;
}

void ListenView::wrap_text(std::size_t columns) {
  if (page_ == ListenPage::help) {
    lines_ = wrap_styled(help_text(columns), columns, k_max_text_lines);
    line_columns_ = 0;  // these are of another text
    return;
  }
  const std::optional<PageContent> content = wanted();
  if (!content || *content != shown_) {
    lines_.clear();
    line_columns_ = 0;
  } else if (line_columns_ != columns) {
    lines_ = wrap_styled(shown_text_, columns, k_max_text_lines);
    line_columns_ = columns;
  }
}

void ListenView::text_rows(std::vector<ScreenLine>& rows, std::size_t count, std::size_t columns,
                           const Style& style) {
  if (count == 0) return;
  rows.push_back({cut_styled(heading(columns, style), columns, style.unicode), false});
  page_rows_ = std::max<std::size_t>(count - 1, 1);
  wrap_text(columns);
  const std::size_t last = lines_.size() > count - 1 ? lines_.size() - (count - 1) : 0;
  scroll_ = std::min(scroll_, last);
  for (std::size_t i = scroll_; i < lines_.size() && i < scroll_ + count - 1; ++i) {
    rows.push_back({lines_[i], false});
  }
}

std::vector<ScreenLine> ListenView::screen(ScreenSize size, const Style& style) {
  constexpr std::size_t k_frame_rows = 3;
  std::vector<ScreenLine> rows;
  if (size.columns == 0) return std::vector<ScreenLine>(size.rows);
  rows.push_back({title_row(size.columns, style), true});
  const std::size_t count = size.rows > k_frame_rows ? size.rows - k_frame_rows : 0;
  if (page_ == ListenPage::list) {
    list_rows(rows, count, size.columns, style);
  } else {
    text_rows(rows, count, size.columns, style);
  }
  rows.resize(count + 1);
  rows.push_back({remark_row(size.columns, style), false});
  rows.push_back({status_row(size.columns, style), true});
  if (rows.size() > size.rows)
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(size.rows));
  return rows;
}

}  // namespace terra_hook
