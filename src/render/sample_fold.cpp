// SPDX-License-Identifier: MIT
#include "render/sample_fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/count.hpp"
#include "base/terminal.hpp"
#include "render/field_unit.hpp"
#include "render/plot.hpp"
#include "render/plot_text.hpp"

namespace terra_hook {

namespace {

using json::Scanner;
using json::Token;

constexpr std::size_t k_max_members = 4;

// Members that go with a measured value and are not what it is looked at for.
constexpr std::string_view k_beside[] = {"timer_duration_seconds", "context", "type", "flag"};

double to_number(std::string_view raw) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  // Too large or too small to be one: not a number to a plot.
  return error == std::errc() ? value : std::numeric_limits<double>::quiet_NaN();
}

std::string_view without_quotes(std::string_view raw) {
  return raw.size() < 2 ? std::string_view{} : raw.substr(1, raw.size() - 2);
}

class SampleReader {
 public:
  std::optional<SampleFold> read(Scanner& scanner);

 private:
  enum class Kind { unknown, time, number, other };

  struct Member {
    std::string_view raw_key;
    Kind kind = Kind::unknown;
    Series series;
  };

  bool read_element(Scanner& scanner, Token token);
  bool read_value(Scanner& scanner, Token token, std::size_t member);
  std::optional<std::size_t> find_member(std::string_view raw_key);
  void finish_element();
  bool are_samples() const;

  std::vector<Member> members_;
  std::size_t items_ = 0;
  std::size_t expected_member_ = 0;
  bool has_numbers_ = false;  // elements that are numbers themselves
  std::optional<SampleTime> first_, last_;
  // Of the element that is being read.
  std::optional<SampleTime> time_;
  std::array<bool, k_max_members> is_set_{};
  std::array<std::optional<double>, k_max_members> values_{};
};

std::optional<SampleFold> SampleReader::read(Scanner& scanner) {
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::array_end) break;
    if (!read_element(scanner, token)) return std::nullopt;
    finish_element();
  }
  if (!are_samples()) {
    return std::nullopt;
  }
  SampleFold fold{
      items_, first_.has_value(), first_.value_or(SampleTime{}), last_.value_or(SampleTime{}), {}};
  for (Member& member : members_) {
    if (member.kind != Kind::number || member.series.count() == 0) continue;
    fold.fields.push_back({member.raw_key, std::move(member.series)});
  }
  return fold;
}

bool SampleReader::read_element(Scanner& scanner, Token token) {
  expected_member_ = 0;
  if (token == Token::number) {
    const std::optional<std::size_t> member = find_member({});
    has_numbers_ = true;
    return member && members_.size() == 1 && read_value(scanner, token, *member);
  }
  if (token != Token::object_begin || has_numbers_) {
    return false;
  }
  for (;;) {
    token = scanner.next();
    if (token == Token::object_end) return true;
    if (token != Token::key) return false;
    const std::optional<std::size_t> member = find_member(scanner.raw());
    if (!member || !read_value(scanner, scanner.next(), *member)) return false;
  }
}

// Members mostly come in the same order.
std::optional<std::size_t> SampleReader::find_member(std::string_view raw_key) {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const std::size_t place = (expected_member_ + i) % members_.size();
    if (members_[place].raw_key == raw_key) {
      expected_member_ = place + 1;
      return place;
    }
  }
  if (members_.size() == k_max_members) {
    return std::nullopt;
  }
  members_.push_back({raw_key, Kind::unknown, {}});
  expected_member_ = 0;
  return members_.size() - 1;
}

bool SampleReader::read_value(Scanner& scanner, Token token, std::size_t member) {
  Kind& kind = members_[member].kind;
  const auto becomes = [&kind](Kind other) {
    const bool is_fitting = kind == Kind::unknown || kind == other;
    kind = other;
    return is_fitting;
  };
  switch (token) {
    case Token::null_literal: is_set_[member] = true; return true;
    case Token::number:
      is_set_[member] = true;
      values_[member] = to_number(scanner.raw());
      return becomes(Kind::number);
    case Token::string: {
      const std::optional<SampleTime> time = parse_sample_time(without_quotes(scanner.raw()));
      if (!time_) time_ = time;
      return time && becomes(Kind::time);
    }
    case Token::true_literal:
    case Token::false_literal: return becomes(Kind::other);
    case Token::array_begin:
      // A pair of coordinates and the like.
      for (std::size_t i = 0; i <= k_max_members; ++i) {
        const Token part = scanner.next();
        if (part == Token::array_end) return becomes(Kind::other);
        if (part != Token::number && part != Token::null_literal) return false;
      }
      return false;
    default: return false;
  }
}

void SampleReader::finish_element() {
  const bool has_time = time_ && is_on_calendar(*time_);
  if (has_time && (!first_ || time_->seconds < first_->seconds)) first_ = time_;
  if (has_time && (!last_ || time_->seconds >= last_->seconds)) last_ = time_;
  const SampleTime place = has_time ? *time_ : SampleTime{static_cast<double>(items_), 0};
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const bool is_value = members_[i].kind == Kind::number || members_[i].kind == Kind::unknown;
    // An element without a time among those that have one has no place.
    if (is_value && is_set_[i] && (has_time || !first_))
      members_[i].series.add({place, values_[i]});
  }
  ++items_;
  time_.reset();
  is_set_.fill(false);
  values_.fill(std::nullopt);
}

bool SampleReader::are_samples() const {
  const bool has_values = std::any_of(members_.begin(), members_.end(), [](const Member& member) {
    return member.kind == Kind::number && member.series.count() > 0;
  });
  return first_ ? true : has_values && members_.size() == 1;
}

bool is_beside(const SampleFold::Field& field) {
  const std::string_view name = without_quotes(field.raw_name);
  return std::any_of(std::begin(k_beside), std::end(k_beside),
                     [&](std::string_view word) { return name.ends_with(word); });
}

std::string field_text(const SampleFold::Field& field, bool is_named, const Style& style) {
  const std::string_view name = without_quotes(field.raw_name);
  std::string text = value_range(field.series, unit_of_field(name, style.unicode), style);
  if (field.series.missing() > 0) {
    text += fmt::format(", {} null", figure(static_cast<double>(field.series.missing())));
  }
  constexpr std::size_t k_widest = 24;
  return is_named ? style.fit(name, k_widest) + " " + text : text;
}

}  // namespace

std::optional<SampleFold> read_samples(Scanner& scanner) {
  return SampleReader().read(scanner);
}

std::string fold_text(const SampleFold& fold, std::size_t columns, const Style& style) {
  std::vector<const SampleFold::Field*> shown;
  for (const SampleFold::Field& field : fold.fields) {
    if (!is_beside(field)) shown.push_back(&field);
  }
  if (shown.empty() && !fold.fields.empty()) shown.push_back(&fold.fields.front());
  constexpr std::size_t k_most_fields = 2;
  shown.resize(std::min(shown.size(), k_most_fields));

  const bool is_of_numbers = fold.fields.size() == 1 && fold.fields[0].raw_name.empty();
  std::string text = counted(fold.items, is_of_numbers ? "number" : "item");
  if (fold.has_times) text += ", " + clock_range(fold.first, fold.last, style);
  for (const SampleFold::Field* field : shown) {
    text += ", " + field_text(*field, shown.size() > 1, style);
  }
  const std::size_t width = display_width(text);
  constexpr std::size_t k_fewest_bars = 4;
  constexpr std::size_t k_most_bars = 12;
  if (width > columns) {
    return style.paint(style.dim, fit_facts(text, columns, style));
  }
  text = style.paint(style.dim, text);
  if (!shown.empty() && width + 1 + k_fewest_bars <= columns) {
    const std::size_t bars = std::min(columns - width - 1, k_most_bars);
    text += " " + sparkline(shown.front()->series, bars, style);
  }
  return text;
}

}  // namespace terra_hook
