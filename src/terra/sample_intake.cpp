// SPDX-License-Identifier: MIT
// What was eaten and drunk on a day, and where in her cycle a woman is: nutrition, menstruation.
#include <algorithm>
#include <array>
#include <cmath>

#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

struct Food {
  std::string_view name;
  int grams;
  double protein;
  double carbohydrates;
  double fat;
  double fiber;
  double sugar;
  double sodium_mg;
  double calcium_mg;
  double iron_mg;
};

constexpr Food k_breakfasts[] = {
    {"Porridge with blueberries", 320, 12.4, 58.2, 8.1, 8.3, 14.6, 96, 240, 2.9},
    {"Two eggs on rye bread", 210, 19.8, 30.5, 13.2, 4.9, 3.1, 540, 118, 3.4},
    {"Greek yoghurt, honey, walnuts", 260, 20.1, 31.4, 17.8, 2.2, 27.5, 88, 310, 0.9},
    {"Muesli with milk", 290, 13.9, 61.7, 11.3, 7.6, 19.2, 132, 356, 3.8}};
constexpr Food k_lunches[] = {
    {"Lentil soup with bread", 480, 24.6, 68.3, 9.4, 15.8, 8.8, 910, 92, 6.7},
    {"Chicken salad", 390, 38.9, 14.8, 19.6, 5.2, 7.4, 640, 104, 2.3},
    {"Vegetable curry, rice", 520, 15.2, 88.9, 16.1, 9.7, 11.3, 780, 121, 4.1},
    {"Tuna wrap", 310, 29.4, 41.2, 12.7, 4.4, 5.6, 830, 138, 2.6}};
constexpr Food k_dinners[] = {
    {"Salmon, potatoes, beans", 510, 41.7, 48.6, 24.9, 8.1, 6.3, 420, 96, 3.2},
    {"Spaghetti with tomato sauce", 460, 19.3, 92.4, 11.8, 7.2, 14.1, 690, 88, 4.4},
    {"Tofu stir-fry, noodles", 490, 28.4, 71.5, 18.3, 8.6, 12.7, 1120, 386, 5.8},
    {"Beef stew", 470, 44.2, 35.9, 21.4, 6.3, 9.9, 870, 74, 5.1}};
constexpr Food k_snacks[] = {{"Apple", 180, 0.5, 24.8, 0.3, 4.3, 18.7, 2, 11, 0.2},
                             {"Handful of almonds", 30, 6.4, 6.5, 15.0, 3.8, 1.3, 0, 81, 1.1},
                             {"Banana", 120, 1.3, 27.4, 0.4, 3.1, 14.7, 1, 6, 0.3},
                             {"Protein bar", 60, 20.2, 22.6, 7.1, 5.4, 3.9, 190, 130, 1.8}};

/// Amounts as they are written, so that a sum of them is the sum of what is written.
struct Amounts {
  double protein = 0;
  double carbohydrates = 0;
  double fat = 0;
  double fiber = 0;
  double sugar = 0;
  double sodium_mg = 0;
  double calcium_mg = 0;
  double iron_mg = 0;

  double calories() const { return 4 * protein + 4 * carbohydrates + 9 * fat; }

  void add(const Amounts& other) {
    protein += other.protein;
    carbohydrates += other.carbohydrates;
    fat += other.fat;
    fiber += other.fiber;
    sugar += other.sugar;
    sodium_mg += other.sodium_mg;
    calcium_mg += other.calcium_mg;
    iron_mg += other.iron_mg;
  }
};

struct EatenMeal {
  const Food* food;
  int type;  ///< Terra's MealType
  int second;
  double portion;

  Amounts amounts() const {
    const auto part = [&](double amount) { return rounded(amount * portion, 1); };
    return {part(food->protein),    part(food->carbohydrates), part(food->fat),
            part(food->fiber),      part(food->sugar),         part(food->sodium_mg),
            part(food->calcium_mg), part(food->iron_mg)};
  }
};

struct EatenDrink {
  std::string_view name;
  int second;
  int ml;
};

template <std::size_t N>
const Food& pick_food(SampleRandom& random, const Food (&list)[N]) {
  return list[static_cast<std::size_t>(random.whole(0, static_cast<std::int64_t>(N) - 1))];
}

class NutritionWriter {
 public:
  explicit NutritionWriter(const SampleDay& day)
      : day_(day), random_({day_key(day.person, day.date, "food")}) {
    const int woken = plan_night(day.person, day.date).end();
    const double portion = day.person.is_female ? 0.9 : 1.15;
    const auto eat = [&](const Food& food, int type, int second, int spread) {
      const int when = second + static_cast<int>(random_.whole(0, spread)) / 60 * 60;
      meals_.push_back({&food, type, when, portion * random_.uniform(0.85, 1.15)});
    };
    eat(pick_food(random_, k_breakfasts), 1, woken / 60 * 60 + 1500, 2400);
    eat(pick_food(random_, k_lunches), 3, 44'400, 3600);
    if (random_.chance(0.6)) eat(pick_food(random_, k_snacks), 4, 56'400, 3600);
    eat(pick_food(random_, k_dinners), 5, 67'200, 4800);
    drinks_.push_back({"Coffee", woken / 60 * 60 + 1800, 240});
    for (int second = 34'200; second < 75'000; second += 9000) {
      const int when = second + static_cast<int>(random_.whole(0, 90)) * 60;
      drinks_.push_back({"Water", when, static_cast<int>(random_.whole(4, 11)) * 50});
    }
    std::sort(drinks_.begin(), drinks_.end(),
              [](const EatenDrink& a, const EatenDrink& b) { return a.second < b.second; });
  }

  std::string write() {
    Amounts sum;
    for (const EatenMeal& meal : meals_) sum.add(meal.amounts());
    json_.object("", [&] {
      json_.object("metadata", [&] { write_times(json_, day_, 0, k_day_seconds); });
      json_.object("summary", [&] {
        write_amounts(sum);
        int water = 0;
        int all = 0;
        for (const EatenDrink& drink : drinks_) {
          all += drink.ml;
          if (drink.name == "Water") water += drink.ml;
        }
        json_.decimal("water_ml", water, 1);
        json_.decimal("drink_ml", all, 1);
      });
      json_.array("meals", [&] {
        for (const EatenMeal& meal : meals_) write_meal(meal);
      });
      json_.array("drink_samples", [&] {
        for (const EatenDrink& drink : drinks_) {
          write_sample(json_, day_, drink.second, [&] {
            json_.text("drink_name", drink.name);
            json_.decimal("drink_volume", drink.ml, 1);
            json_.whole("drink_unit", 8);
          });
        }
      });
    });
    return json_.take();
  }

 private:
  void write_meal(const EatenMeal& meal) {
    const auto key = day_key(day_.person, day_.date, "meal") + static_cast<unsigned>(meal.type);
    json_.object("", [&] {
      json_.text("id", record_id(day_, key));
      json_.text("name", meal.food->name);
      json_.whole("type", meal.type);
      json_.text("timestamp", day_.stamp(meal.second));
      json_.object("quantity", [&] {
        json_.decimal("amount", std::round(meal.food->grams * meal.portion), 1);
        json_.whole("unit", 1);
      });
      write_amounts(meal.amounts());
    });
  }

  void write_amounts(const Amounts& amounts) {
    json_.object("macros", [&] {
      json_.decimal("calories", amounts.calories(), 1);
      json_.decimal("protein_g", amounts.protein, 1);
      json_.decimal("carbohydrates_g", amounts.carbohydrates, 1);
      json_.decimal("fat_g", amounts.fat, 1);
      json_.decimal("fiber_g", amounts.fiber, 1);
      json_.decimal("sugar_g", amounts.sugar, 1);
      json_.decimal("net_carbohydrates_g", amounts.carbohydrates - amounts.fiber, 1);
      json_.decimal("sodium_mg", amounts.sodium_mg, 1);
      write_nulls(json_, {"alcohol_g", "cholesterol_mg", "saturated_fat_g", "trans_fat_g"});
    });
    json_.object("micros", [&] {
      json_.decimal("calcium_mg", amounts.calcium_mg, 1);
      json_.decimal("iron_mg", amounts.iron_mg, 1);
      json_.decimal("sodium_mg", amounts.sodium_mg, 1);
      write_nulls(json_, {"caffeine_mg", "magnesium_mg", "potassium_mg", "vitamin_C_mg",
                          "vitamin_D_mg", "zinc_mg"});
    });
  }

  const SampleDay& day_;
  SampleRandom random_;
  std::vector<EatenMeal> meals_;
  std::vector<EatenDrink> drinks_;
  JsonText json_;
};

struct CyclePhase {
  int phase;  ///< Terra's MenstruationInterval
  int first;  ///< day of the cycle, from 1
  int last;
};

class CycleWriter {
 public:
  explicit CycleWriter(const SampleDay& day) : day_(day) {
    const Person& person = day.person;
    SampleRandom random({person.seed, person.index, sample_key("cycle")});
    length_ = person.cycle_days > 0 ? person.cycle_days : 28;
    period_ = person.period_days > 0 ? person.period_days : 5;
    const std::int64_t days = day.date.time_since_epoch().count() + random.whole(0, 999) + 280'000;
    today_ = static_cast<int>(days % length_) + 1;
    start_ = day.date - std::chrono::days(today_ - 1);
    const int ovulation = length_ - 13;
    phases_ = {{{1, 1, period_},
                {2, period_ + 1, ovulation - 6},
                {3, ovulation - 5, ovulation - 1},
                {4, ovulation, ovulation},
                {5, ovulation + 1, length_ - 4},
                {6, length_ - 3, length_}}};
  }

  std::string write() {
    json_.object("", [&] {
      json_.object("metadata", [&] { write_times(json_, day_, 0, k_day_seconds); });
      json_.object("menstruation_data", [&] { write_data(); });
    });
    return json_.take();
  }

 private:
  std::string date_of(int cycle_day) const {
    return date_text(start_ + std::chrono::days(cycle_day - 1));
  }

  void write_data() {
    const CyclePhase& now = *std::find_if(phases_.begin(), phases_.end(),
                                          [&](const CyclePhase& p) { return today_ <= p.last; });
    json_.whole("current_phase", now.phase);
    json_.whole("day_in_cycle", today_);
    json_.whole("length_of_current_phase_days", now.last - now.first + 1);
    json_.whole("days_until_next_phase", now.last - today_ + 1);
    json_.text("period_start_date", date_of(1));
    json_.whole("period_length_days", period_);
    json_.whole("cycle_length_days", length_);
    json_.whole("predicted_cycle_length_days", length_);
    json_.boolean("is_predicted_cycle", false);
    json_.text("fertility_window_start", date_of(phases_[2].first));
    json_.text("fertility_window_end", date_of(phases_[3].last));
    json_.text("ovulation_day", date_of(phases_[3].first));
    json_.text("last_updated_time", day_.stamp(28'800 + today_ * 60));
    json_.array("menstruation_flow", [&] {
      if (today_ > period_) return;
      write_sample(json_, day_, 28'800, [&] {
        json_.whole("flow", today_ == 2 || today_ == 3 ? 4 : (today_ == period_ ? 2 : 3));
      });
    });
    json_.array("intervals", [&] {
      for (const CyclePhase& phase : phases_) write_interval(phase);
    });
  }

  void write_interval(const CyclePhase& phase) {
    const auto midnight_before = [&](int cycle_day) {
      return local_stamp(start_ + std::chrono::days(cycle_day - 1), day_.person.utc_offset);
    };
    json_.object("", [&] {
      json_.text("start_timestamp", midnight_before(phase.first));
      json_.text("end_timestamp", midnight_before(phase.last + 1));
      json_.whole("phase", phase.phase);
    });
  }

  const SampleDay& day_;
  int length_ = 0;
  int period_ = 0;
  int today_ = 0;
  LocalDate start_{};
  std::array<CyclePhase, 6> phases_{};
  JsonText json_;
};

}  // namespace

std::vector<std::string> nutrition_records(const SampleDay& day) {
  // Now and then a day is not written down.
  SampleRandom random({day_key(day.person, day.date, "diary")});
  if (random.chance(0.15)) return {};
  return {NutritionWriter(day).write()};
}

std::string menstruation_record(const SampleDay& day) {
  return CycleWriter(day).write();
}

}  // namespace terra_hook
