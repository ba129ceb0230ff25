// SPDX-License-Identifier: MIT
#include "terra/card.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "terra/phrase.hpp"
#include "terra/record_times.hpp"

namespace terra_hook {
namespace {

using json::Scanner;
using json::Token;
using Kind = PathValue::Kind;

constexpr std::string_view k_event_prefix = "$.";
/// Not an array of the plan but the two numbers of a position.
constexpr std::size_t k_position_sink = static_cast<std::size_t>(-2);
/// How deep the children of a row are shown.
constexpr std::size_t k_max_row_depth = 8;
/// Of one array; an array in the elements of another is there many times.
constexpr std::size_t k_max_array_plots = 5;

/// The paths of a row of a table or of one sample.
struct ElementPaths {
  PhrasePaths paths;
  std::vector<Phrase> cells;  ///< of the list
};

/// One series among those that read the same array.
struct SeriesPaths {
  const SampleSeries* row;
  PathSet::Id value;
  PathSet::Id time;
};

/// An array of objects that tables and plots are made of. What is read inside its elements are
/// other arrays of the plan, and, of a list with children, this one again.
struct ArrayPlan {
  std::string_view path;
  std::size_t sink = 0;
  bool is_inner = false;  ///< in the elements of another array
  ElementPaths element;
  const CardList* list = nullptr;
  std::vector<SeriesPaths> series;
};

/// A type's row of the table, compiled.
struct CardPlan {
  explicit CardPlan(const EventType& event_type);

  ArrayPlan& array(std::string_view path);

  const EventType& type;
  PhrasePaths paths;
  std::vector<std::vector<Phrase>> groups;
  std::vector<std::unique_ptr<ArrayPlan>> arrays;  ///< by the number of their sink
  RecordTimePaths times{paths.record};
  PathSet::Id user_id = paths.event.add("user.user_id");
  PathSet::Id data = paths.event.add("data");
};

CardPlan::CardPlan(const EventType& event_type) : type(event_type) {
  for (const CardGroup& group : type.groups) {
    std::vector<Phrase>& phrases = groups.emplace_back();
    for (const CardRow& row : group.rows) phrases.emplace_back(row.phrase, paths);
  }
  for (const CardList& list : type.lists) {
    ArrayPlan& plan = array(list.path);
    plan.list = &list;
    for (const CardRow& column : list.columns) {
      plan.element.cells.emplace_back(column.phrase, plan.element.paths);
    }
    if (!list.children.empty()) {
      plan.element.paths.record.set_sink(list.children, plan.sink);
    }
  }
  for (const SampleSeries& series : type.series) {
    ArrayPlan& plan = array(series.path);
    PathSet& set = plan.element.paths.record;
    // Positions are arrays of two numbers, which are read as such.
    const PathSet::Id value = series.drawing == Drawing::route
                                  ? set.set_sink(series.value, k_position_sink)
                                  : set.add(series.value);
    plan.series.push_back({&series, value, set.add(series.time)});
  }
}

ArrayPlan& CardPlan::array(std::string_view path) {
  for (const auto& plan : arrays) {
    if (plan->path == path) return *plan;
  }
  constexpr std::string_view k_element = "[].";
  const std::size_t inner = path.find(k_element);
  const bool is_of_event = path.starts_with(k_event_prefix);
  const bool is_inner = inner != std::string_view::npos;
  PathSet& set = is_inner      ? array(path.substr(0, inner)).element.paths.record
                 : is_of_event ? paths.event
                               : paths.record;
  ArrayPlan& plan = *arrays.emplace_back(std::make_unique<ArrayPlan>());
  plan.path = path;
  plan.sink = arrays.size() - 1;
  plan.is_inner = is_inner;
  set.set_sink(path.substr(is_inner      ? inner + k_element.size()
                           : is_of_event ? k_event_prefix.size()
                                         : 0),
               plan.sink);
  return plan;
}

/// What the arrays of one record were read into.
struct ArrayContents {
  std::vector<std::optional<CardTable>> tables;  ///< by sink
  std::vector<std::vector<CardPlot>> plots;      ///< by sink
};

class CardReader {
 public:
  CardReader(std::string_view body, const EventType& type, const CardOptions& options)
      : options_(options), plan_(type), scanner_(body), event_(plan_.paths.event.make_values()) {}

  Card read() {
    card_.title = plan_.type.name;
    contents_ = make_contents();
    if (scanner_.next() == Token::object_begin) read_members();
    if (plan_.type.has_records) {
      if (!event_.values[plan_.user_id].has_content()) {
        card_.remarks.emplace_back("no user in this body");
      }
      if (!has_data_) card_.remarks.emplace_back("no array data in this body");
      if (has_data_ && card_.record_count == 0) {
        card_.remarks.emplace_back("no records");
      } else if (has_data_ && card_.records.empty()) {
        card_.remarks.push_back(fmt::format("there is no record {}: the body has {}",
                                            options_.first_record, card_.record_count));
      }
    } else {
      add_record(0, plan_.paths.record.make_values());
    }
    return std::move(card_);
  }

 private:
  void read_members() {
    const PathSet& paths = plan_.paths.event;
    const PathSet::ReadArray read_array = [this](std::size_t sink, Scanner& scanner) {
      return read_elements(sink, scanner);
    };
    while (scanner_.next() == Token::key) {
      const PathSet::Id id = paths.find(PathSet::k_root, scanner_.raw());
      const Token token = scanner_.next();
      if (plan_.type.has_records && id == plan_.data && token == Token::array_begin) {
        read_records();
      } else if (id == PathSet::k_root) {
        scanner_.skip();
      } else {
        paths.read(scanner_, token, id, event_, &read_array);
      }
    }
  }

  /// The elements of the `data` array that was just opened.
  void read_records() {
    has_data_ = true;
    card_.records.clear();
    card_.record_count = 0;
    const PathSet::ReadArray read_array = [this](std::size_t sink, Scanner& scanner) {
      return read_elements(sink, scanner);
    };
    for (Token token = scanner_.next(); token != Token::array_end; token = scanner_.next()) {
      if (token == Token::error) return;
      const std::int64_t number = ++card_.record_count;
      const bool is_shown =
          number >= options_.first_record && number < options_.first_record + options_.max_records;
      if (!is_shown) {
        scanner_.skip();
        continue;
      }
      PathValues record = plan_.paths.record.make_values();
      contents_ = make_contents();
      plan_.paths.record.read(scanner_, token, PathSet::k_root, record, &read_array);
      add_record(number, record);
    }
  }

  ArrayContents make_contents() const {
    ArrayContents contents;
    contents.tables.resize(plan_.arrays.size());
    contents.plots.resize(plan_.arrays.size());
    return contents;
  }

  /// The elements of the array that was just opened, into its table and its plots.
  std::int64_t read_elements(std::size_t sink, Scanner& scanner) {
    const ArrayPlan& plan = *plan_.arrays[sink];
    CardTable table;
    if (plan.list != nullptr) {
      table.title = plan.list->title;
      for (const CardRow& column : plan.list->columns) table.columns.push_back(column.label);
    }
    std::vector<CardPlot> plots(plan.series.size());
    for (std::size_t i = 0; i < plots.size(); ++i) {
      plots[i].row = plan.series[i].row;
      plots[i].has_table = plan.list != nullptr;
    }
    const std::int64_t count = read_rows(plan, scanner, table, plots, 0);
    if (plan.list != nullptr) contents_.tables[sink] = std::move(table);
    std::vector<CardPlot>& all = contents_.plots[sink];
    if (!plan.is_inner) all.clear();
    for (CardPlot& plot : plots) {
      if (all.size() < k_max_array_plots) all.push_back(std::move(plot));
    }
    return count;
  }

  std::int64_t read_rows(const ArrayPlan& plan, Scanner& scanner, CardTable& table,
                         std::vector<CardPlot>& plots, std::size_t depth) {
    const PathValues nothing = plan.element.paths.record.make_values();
    PathValues values = nothing;
    const PathValues no_event = plan.element.paths.event.make_values();
    std::vector<double> position;
    const PathSet::ReadArray read_inner = [&](std::size_t inner_sink, Scanner& inner) {
      if (inner_sink == k_position_sink) return read_numbers(inner, position);
      if (inner_sink != plan.sink) return read_elements(inner_sink, inner);
      return depth < k_max_row_depth ? read_rows(plan, inner, table, plots, depth + 1)
                                     : count_elements(inner);
    };
    std::int64_t count = 0;
    for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
      if (token == Token::error) break;
      ++count;
      ++table.count;
      values = nothing;
      position.clear();
      const std::size_t place = table.rows.size();
      const bool is_shown = plan.list != nullptr && place < options_.max_rows;
      if (is_shown) table.rows.emplace_back();
      plan.element.paths.record.read(scanner, token, PathSet::k_root, values, &read_inner);
      if (is_shown) {
        std::vector<std::string>& row = table.rows[place];
        for (const Phrase& cell : plan.element.cells) {
          row.push_back(cell.write_labelled(values, no_event).value_or(""));
        }
        row.front().insert(0, 2 * depth, ' ');
      }
      add_samples(plan, values, position, plots);
    }
    return count;
  }

  static std::int64_t count_elements(Scanner& scanner) {
    std::int64_t count = 0;
    for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
      if (token == Token::error) break;
      ++count;
      scanner.skip();
    }
    return count;
  }

  static std::int64_t read_numbers(Scanner& scanner, std::vector<double>& numbers) {
    std::int64_t count = 0;
    for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
      if (token == Token::error) break;
      if (++count <= 2 && token == Token::number) {
        numbers.push_back(to_number({Kind::number, scanner.raw(), 0}).value_or(1e9));
      }
      scanner.skip();
    }
    return count;
  }

  static void add_samples(const ArrayPlan& plan, const PathValues& values,
                          const std::vector<double>& position, std::vector<CardPlot>& plots) {
    for (std::size_t i = 0; i < plan.series.size(); ++i) {
      const SeriesPaths& series = plan.series[i];
      CardPlot& plot = plots[i];
      ++plot.count;
      if (series.row->drawing == Drawing::route) {
        if (position.size() == 2) plot.route.add(position[0], position[1]);
        continue;
      }
      const PathValue& value = values.values[series.value];
      const auto time = parse_sample_time(value_text(values.values[series.time]));
      if (!time || !value.is_present()) continue;
      const Sample sample{*time, to_number(value)};
      if (series.row->drawing == Drawing::steps) {
        plot.levels.add(sample);
      } else {
        plot.series.add(sample);
      }
    }
  }

  void add_record(std::int64_t number, const PathValues& record) {
    CardRecord& shown = card_.records.emplace_back();
    shown.number = number;
    if (plan_.type.has_records) {
      std::vector<CardField> times = time_fields(record, plan_.times);
      if (!times.empty()) shown.sections.push_back({"Time", std::move(times)});
    }
    for (std::size_t i = 0; i < plan_.groups.size(); ++i) {
      CardSection section{plan_.type.groups[i].title, {}};
      for (std::size_t j = 0; j < plan_.groups[i].size(); ++j) {
        const auto text = plan_.groups[i][j].write_labelled(record, event_);
        if (text)
          section.fields.push_back({std::string(plan_.type.groups[i].rows[j].label), *text});
      }
      if (!section.fields.empty()) shown.sections.push_back(std::move(section));
    }
    const std::optional<SampleTime> end =
        parse_sample_time(value_text(record.values[plan_.times.end]));
    for (std::size_t sink = 0; sink < plan_.arrays.size(); ++sink) {
      if (contents_.tables[sink] && contents_.tables[sink]->count > 0) {
        shown.tables.push_back(std::move(*contents_.tables[sink]));
      }
    }
    add_plots(shown, end);
  }

  /// In the order of the table's row, which is that of importance.
  void add_plots(CardRecord& shown, const std::optional<SampleTime>& end) {
    for (const SampleSeries& series : plan_.type.series) {
      for (std::vector<CardPlot>& plots : contents_.plots) {
        for (CardPlot& plot : plots) {
          if (plot.row != &series || plot.count == 0) continue;
          if (end) plot.levels.set_end(*end);
          shown.plots.push_back(std::move(plot));
        }
      }
    }
  }

  const CardOptions& options_;
  const CardPlan plan_;
  Scanner scanner_;
  PathValues event_;
  ArrayContents contents_;
  Card card_;
  bool has_data_ = false;
};

}  // namespace

Card read_card(std::string_view body, std::string_view event_type, const CardOptions& options) {
  const EventType& type = find_event_type(event_type);
  Card card = CardReader(body, type, options).read();
  if (type.name.empty()) {
    card.remarks.insert(card.remarks.begin(), event_type.empty()
                                                  ? std::string("no type in this body")
                                                  : fmt::format("unknown type {}", event_type));
  }
  card.title = event_type;
  return card;
}

}  // namespace terra_hook
