// SPDX-License-Identifier: MIT
// The rarer records (hormone, health_observation, planned_workout) and the events of laboratory
// reports and orders.
#include <algorithm>
#include <cmath>

#include "terra/sample_event.hpp"
#include "terra/sample_random.hpp"
#include "terra/sample_writers.hpp"

namespace terra_hook {
namespace {

struct Symptom {
  std::string_view type;
  std::string_view snomed;
  std::string_view display;
};

constexpr Symptom k_symptoms[] = {{"headache", "25064002", "Headache"},
                                  {"fatigue", "84229001", "Fatigue"},
                                  {"nausea", "422587007", "Nausea"},
                                  {"cough", "49727002", "Cough"}};

struct Biomarker {
  std::string_view key;
  std::string_view name;
  std::string_view loinc;
  std::string_view units;
  std::string_view ucum;
  double lower;
  double upper;
  int decimals;
  int panel;
};

constexpr Biomarker k_biomarkers[] = {
    {"hemoglobin", "Hemoglobin", "718-7", "g/dL", "g/dL", 12.0, 16.5, 1, 1},
    {"ferritin", "Ferritin", "2276-4", "µg/L", "ug/L", 30, 300, 0, 2},
    {"hdl_cholesterol", "HDL cholesterol", "2085-9", "mmol/L", "mmol/L", 1.0, 2.3, 2, 3},
    {"ldl_cholesterol", "LDL cholesterol", "13457-7", "mmol/L", "mmol/L", 1.0, 3.0, 2, 3},
    {"tsh", "Thyrotropin", "3016-3", "mIU/L", "m[IU]/L", 0.4, 4.0, 2, 4}};

struct Panel {
  int id;
  std::string_view key;
  std::string_view name;
};

constexpr Panel k_panels[] = {{1, "blood_count", "Blood count"},
                              {2, "iron", "Iron"},
                              {3, "lipids", "Lipids"},
                              {4, "thyroid", "Thyroid"}};

std::string decimal_text(double value, int decimals) {
  JsonText json;
  if (decimals == 0) {
    json.whole("", std::llround(value));
  } else {
    json.decimal("", value, decimals);
  }
  return json.take();
}

SampleRandom random_of(const Person& person, LocalDate date, std::string_view purpose) {
  return SampleRandom({day_key(person, date, purpose)});
}

/// `2026-07-01T09:12:33Z`, which laboratory events have instead of Terra's usual form.
std::string short_stamp(LocalDate date, std::int64_t second) {
  return local_stamp(date + std::chrono::seconds(second), {}).substr(0, 19) + "Z";
}

void write_source(JsonText& json, const Biomarker& marker, const std::string& value,
                  std::string_view flag, LocalDate date) {
  json.object("source", [&] {
    json.text("name", marker.name);
    json.text("value", value);
    json.text("units", marker.units);
    if (flag != "normal") json.text("flag", flag == "low" ? "L" : "H");
    json.text("reference_text", decimal_text(marker.lower, marker.decimals) + " - " +
                                    decimal_text(marker.upper, marker.decimals));
    json.text("collection_date", date_text(date));
  });
}

void write_result(JsonText& json, const Biomarker& marker, double value, LocalDate date) {
  const double shown = rounded(value, marker.decimals);
  const std::string number = decimal_text(shown, marker.decimals);
  const std::string_view flag =
      shown < marker.lower ? "low" : (shown > marker.upper ? "high" : "normal");
  json.object("", [&] {
    write_source(json, marker, number, flag, date);
    json.object("biomarker", [&] {
      json.text("key", marker.key);
      json.text("display_name", marker.name);
      json.text("loinc_code", marker.loinc);
      json.whole("panel_id", marker.panel);
    });
    json.object("measurement", [&] {
      json.text("type", "numeric");
      json.raw("numeric", number);
      json.text("units", marker.units);
      json.text("ucum_code", marker.ucum);
    });
    json.object("interpretation", [&] {
      json.text("flag", flag);
      json.text("source", "report");
    });
  });
}

struct LabIds {
  std::string event_id;
  std::string upload_id;
  std::string session_id;  ///< 64 bits, as text
};

LabIds lab_ids(SampleRandom& random) {
  return {"evt_" + random.uuid(), "upl_" + random.hex(12),
          std::to_string(random.whole(290'000'000'000'000'000, 390'000'000'000'000'000))};
}

void write_lab_head(JsonText& json, std::string_view type, const LabIds& ids, LocalDate date,
                    std::int64_t second) {
  json.text("type", type);
  json.text("event_id", ids.event_id);
  json.text("occurred_at", short_stamp(date, second));
  json.text("upload_id", ids.upload_id);
}

void write_lab_person(JsonText& json, const Person& person, const LabIds& ids) {
  json.text("session_id", ids.session_id);
  if (person.reference_id) json.text("reference_id", *person.reference_id);
}

void write_step(JsonText& json, int order, std::string_view name, int intensity, int seconds,
                int bpm) {
  json.object("", [&] {
    json.whole("type", 0);
    json.whole("order", order);
    json.text("name", name);
    json.null("description");
    json.whole("intensity", intensity);
    json.array("durations", [&] {
      json.object("", [&] {
        json.whole("duration_type", 0);
        json.whole("seconds", seconds);
      });
    });
    json.array("targets", [&] {
      json.object("", [&] {
        json.whole("target_type", 2);
        json.whole("hr_bpm_low", bpm - 8);
        json.whole("hr_bpm_high", bpm + 8);
      });
    });
    json.empty_array("steps");
  });
}

void write_order_head(JsonText& json, std::string_view type, SampleRandom& random, LocalDate date) {
  json.text("event_type", type);
  json.text("event_id", "evt_" + random.hex(16));
  const std::int64_t day = date.time_since_epoch().count();
  json.whole("timestamp", day * k_day_seconds + random.whole(28'800, 64'800));
}

}  // namespace

std::string hormone_record(const SampleDay& day) {
  SampleRandom random = random_of(day.person, day.date, "hormone");
  JsonText json;
  json.object("", [&] {
    json.text("timestamp", day.stamp(plan_night(day.person, day.date).end() + 600));
    json.decimal("lh_mIU_per_ml", std::max(0.4, random.bell(6.5, 2.5)), 1);
    json.decimal("e3g_ng_per_ml", std::max(20.0, random.bell(150, 45)), 1);
    json.decimal("pdg_ug_per_ml", std::max(0.3, random.bell(3.5, 1.6)), 1);
    json.null("hcg_mIU_per_ml");
    json.decimal("fsh_mIU_per_ml", std::max(0.8, random.bell(5.6, 1.4)), 1);
  });
  return json.take();
}

std::string observation_record(const SampleDay& day) {
  SampleRandom random = random_of(day.person, day.date, "observation");
  const Symptom& symptom = k_symptoms[static_cast<std::size_t>(random.whole(0, 3))];
  constexpr std::int64_t k_hour = 3600;
  const int second = static_cast<int>(random.whole(9 * k_hour, 21 * k_hour));
  JsonText json;
  json.object("", [&] {
    json.object("metadata", [&] {
      json.text("summary_id", record_id(day, random.next()));
      json.text("start_time", day.stamp(second));
      json.null("end_time");
      json.whole("timestamp_localization", 1);
    });
    json.object("observation_data", [&] {
      json.whole("category", 1);
      json.text("observation_type", symptom.type);
      json.array("codes", [&] {
        json.object("", [&] {
          json.text("system", "http://snomed.info/sct");
          json.text("code", symptom.snomed);
          json.text("display", symptom.display);
        });
      });
      json.object("value", [&] { json.whole("value_type", 0); });
      json.whole("severity", random.whole(2, 4));
      json.empty_array("components");
      json.whole("status", 1);
      json.null("notes");
    });
  });
  return json.take();
}

std::string planned_workout_record(const SampleDay& day) {
  SampleRandom random = random_of(day.person, day.date, "plan");
  const int repeats = static_cast<int>(random.whole(4, 8));
  const int work = static_cast<int>(random.whole(2, 5)) * 60;
  const int bpm = static_cast<int>(day.person.most_bpm * 0.7);
  const int seconds = 600 + repeats * (work + 90) + 600;
  JsonText json;
  json.object("", [&] {
    json.text("planned_workout_id", random.uuid());
    json.text("workout_id", random.uuid());
    json.text("planned_date", date_text(day.date));
    write_nulls(json, {"provider_workout_id", "coercion_warnings"});
    json.text("created_at", day.stamp(-86'400 * 3 + 36'000));
    json.text("last_updated_at", day.stamp(-86'400 + 40'000));
    json.boolean("is_external", false);
    json.object("details", [&] {
      json.object("metadata", [&] {
        json.text("name", "Intervals " + std::to_string(repeats) + " x " +
                              std::to_string(work / 60) + " min");
        json.null("description");
        json.whole("type", 8);
        json.text("planned_date", date_text(day.date));
        json.decimal("estimated_duration_seconds", seconds, 1);
        json.decimal("estimated_distance_meters", seconds * 2.7 * day.person.fitness, 1);
        json.null("estimated_tss");
      });
      json.array("steps", [&] {
        write_step(json, 0, "Warm up", 2, 600, bpm);
        json.object("", [&] {
          json.whole("type", 1);
          json.whole("order", 1);
          json.text("name", "Repeat");
          json.array("durations", [&] {
            json.object("", [&] {
              json.whole("duration_type", 9);
              json.whole("reps", repeats);
            });
          });
          json.empty_array("targets");
          json.array("steps", [&] {
            write_step(json, 0, "Fast", 1, work, bpm + 28);
            write_step(json, 1, "Easy", 0, 90, bpm);
          });
        });
        write_step(json, 2, "Cool down", 3, 600, bpm - 6);
      });
    });
  });
  return json.take();
}

std::string lab_report_event(const Person& person, LocalDate date) {
  SampleRandom random = random_of(person, date, "lab");
  const LabIds ids = lab_ids(random);
  JsonText json;
  json.object("", [&] {
    write_lab_head(json, "lab_report.completed", ids, date, random.whole(28'800, 64'800));
    json.object("data", [&] {
      write_lab_person(json, person, ids);
      json.text("report_date", date_text(date - std::chrono::days(1)));
      json.text("report_locale", "en-GB");
      json.whole("results_count", std::size(k_biomarkers));
      json.array("results", [&] {
        for (const Biomarker& marker : k_biomarkers) {
          const double middle = (marker.lower + marker.upper) / 2;
          const double value = random.bell(middle, (marker.upper - marker.lower) / 3);
          write_result(json, marker, std::max(value, marker.lower / 2),
                       date - std::chrono::days(3));
        }
      });
      json.array("panels", [&] {
        for (const Panel& panel : k_panels) {
          json.object("", [&] {
            json.whole("id", panel.id);
            json.text("key", panel.key);
            json.text("name", panel.name);
          });
        }
      });
    });
  });
  return json.take();
}

std::string lab_failure_event(const Person& person, LocalDate date) {
  SampleRandom random = random_of(person, date, "lab");
  const LabIds ids = lab_ids(random);
  JsonText json;
  json.object("", [&] {
    write_lab_head(json, "lab_report.failed", ids, date, random.whole(28'800, 64'800));
    json.object("data", [&] {
      write_lab_person(json, person, ids);
      json.object("error", [&] {
        json.text("code", "file_unreadable");
        json.text("message", "The file could not be read");
        json.boolean("retriable", false);
      });
    });
  });
  return json.take();
}

std::string old_lab_report_event(const Person& person, LocalDate date) {
  SampleRandom random = random_of(person, date, "lab");
  JsonText json;
  json.object("", [&] {
    json.text("type", "lab_report");
    json.text("status", "success");
    json.text("message", "The report was read");
    json.object("data", [&] {
      json.text("session_id", lab_ids(random).session_id);
      json.whole("results_count", std::size(k_biomarkers));
    });
  });
  return json.take();
}

std::string order_event(const Person& person, LocalDate date) {
  SampleRandom random = random_of(person, date, "order");
  JsonText json;
  json.object("", [&] {
    write_order_head(json, "order.status_changed", random, date);
    json.object("data", [&] {
      json.text("order_id", std::to_string(random.whole(1'000'000, 9'999'999)));
      json.text("status", "order.delivery_fulfilled");
      json.text("tracking_number", "TRK" + std::to_string(random.whole(10'000'000, 99'999'999)));
    });
  });
  return json.take();
}

std::string order_item_event(const Person& person, LocalDate date) {
  SampleRandom random = random_of(person, date, "order");
  JsonText json;
  json.object("", [&] {
    write_order_head(json, "order_item.results_status_change", random, date);
    json.object("data", [&] {
      json.text("order_id", std::to_string(random.whole(1'000'000, 9'999'999)));
      json.text("order_item_id", std::to_string(random.whole(1'000'000, 9'999'999)));
      json.text("variant_id", std::to_string(random.whole(10, 99)));
      json.text("results_status", "results.results_ready");
      json.object("test_taker", [&] {
        json.text("test_taker_id", std::to_string(random.whole(100'000, 999'999)));
        json.text("first_name", person.first_name);
        json.text("last_name", person.last_name);
        json.text("email", "test.taker@example.com");
        json.text("phone_number", "+44 20 7946 0" + std::to_string(random.whole(100, 999)));
      });
    });
  });
  return json.take();
}

}  // namespace terra_hook
