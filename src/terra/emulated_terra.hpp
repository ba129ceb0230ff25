// SPDX-License-Identifier: MIT
// A Terra of our own, for `emulate`: its REST API with validation, problem documents and rate
// limits, and what people do to their connections. Pure: calls in, answers and planned deliveries
// out; the caller brings the time and sends.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "base/time.hpp"
#include "http/response.hpp"
#include "terra/api_call.hpp"
#include "terra/api_fault.hpp"
#include "terra/day_budget.hpp"
#include "terra/emulated_event.hpp"
#include "terra/scenario.hpp"

namespace terra_hook {

struct EmulatedTerraOptions {
  std::size_t users = 5;
  int days = 400;  ///< of history, up to and with today
  Day today{};
  std::uint64_t id_seed = 0;                   ///< of trace ids, references, new users' ids
  bool with_samples = false;                   ///< the account's own switch: samples in every event
  std::chrono::milliseconds processing{2000};  ///< how long a large request is worked on
  std::string dev_id;                          ///< empty: any
  Secret api_key;                              ///< empty: any
  DayLimits limits;
  std::vector<ApiFaultRule> faults;
};

/// The records of an answer that are still to be written out.
struct DataAnswer {
  RecordSpan span;
  std::string user;
  bool is_bare = false;  ///< an array of records and nothing around it
};

struct ApiAnswer {
  HttpResponse response;  ///< complete, its body apart when there is `data`
  std::optional<DataAnswer> data;
  std::vector<Emission> emissions;
  std::vector<LargeRequest> large;
  std::optional<ApiFault> fault;  ///< timeout and drop are for the caller to carry out
  std::string remark;             ///< for people: what was asked for, or why it was refused
  std::string user_id;            ///< whom it was about; may be empty
};

/// A problem document; `detail` is also the remark.
ApiAnswer refused_call(const ApiCall& call, int status, std::string detail);

/// What a step has done.
struct StepDone {
  std::string text;  ///< for people
  std::string json;  ///< for programs: an object
  std::vector<Emission> emissions;
  std::vector<LargeRequest> large;
  std::optional<std::string> webhook;  ///< a new destination; empty: none
  std::optional<bool> uses_ping;
};

/// One thread at a time.
class EmulatedTerra {
 public:
  /// `source` must outlive it.
  EmulatedTerra(EmulatedTerraOptions options, const RecordSource& source);

  /// Where links to the emulator itself lead: `http://127.0.0.1:8080`.
  void set_base_url(std::string url) { base_url_ = std::move(url); }

  /// Of its endpoints, such as `/activity`.
  static std::vector<std::string> paths();

  /// Answers a call of the REST API or of a link that one of its answers has given.
  ApiAnswer answer(const ApiCall& call, UtcTime now);

  /// Does a step other than those that are for scripts alone. Errors: input.
  Result<StepDone> perform(const Step& step);

  /// Who there is and what is set, as a JSON object.
  std::string state_json();

 private:
  using Method = ApiAnswer (EmulatedTerra::*)(const ApiCall& call, UtcTime now);
  struct ApiRoute {
    std::string_view method;
    std::string_view path;
    Method answer;
    bool needs_credentials = true;
  };
  static const std::vector<ApiRoute>& routes();

  /// A connection that is being made.
  struct Session {
    std::string provider;  ///< empty: the person's choice
    std::optional<std::string> reference_id;
    std::string success_url, failure_url;
    bool is_widget = false;
  };

  ApiAnswer route(const ApiCall& call, UtcTime now);
  std::optional<std::string> credentials_problem(const ApiCall& call) const;

  // Data (emulated_data.cpp).
  ApiAnswer answer_data(const ApiCall& call, UtcTime now);
  ApiAnswer answer_athlete(const ApiCall& call, UtcTime now);
  ApiAnswer answer_planned_workouts(const ApiCall& call, UtcTime now);
  ApiAnswer answer_with_data(const ApiCall& call, Connection& user, const RecordSpan& span);
  ApiAnswer acknowledge(Connection& user, RecordSpan span);
  DaySpan within_history(const RecordSpan& span) const;
  Emission emit(Connection& user, RecordSpan span, const std::string& reference);
  Emission emit(EventPlan event, const std::string& reference = {});
  Emission emit_connected(const Connection& user, std::string session);
  Emission emit_cancelled(std::optional<std::string> reference_id,
                          std::optional<std::string> reason, std::string session);
  LargeRequest accept_large(Connection& user, RecordSpan span, const std::string& reference,
                            std::vector<Emission>& emissions);

  // Users and connecting (emulated_users.cpp).
  ApiAnswer answer_user_info(const ApiCall& call, UtcTime now);
  ApiAnswer answer_subscriptions(const ApiCall& call, UtcTime now);
  ApiAnswer answer_bulk_user_info(const ApiCall& call, UtcTime now);
  ApiAnswer answer_integrations(const ApiCall& call, UtcTime now);
  ApiAnswer answer_integrations_detailed(const ApiCall& call, UtcTime now);
  ApiAnswer answer_authenticate(const ApiCall& call, UtcTime now);
  ApiAnswer answer_widget(const ApiCall& call, UtcTime now);
  ApiAnswer answer_auth_token(const ApiCall& call, UtcTime now);
  ApiAnswer answer_deauthenticate(const ApiCall& call, UtcTime now);
  ApiAnswer answer_session(const ApiCall& call);
  Connection& connect(std::string_view provider, std::optional<std::string> reference_id);

  // Steps (emulated_steps.cpp).
  Result<StepDone> connect_step(const Step& step);
  Result<StepDone> sync_step(const Step& step);
  Result<StepDone> backfill_step(const Step& step);
  Result<StepDone> connection_step(const Step& step);
  Result<StepDone> settings_step(const Step& step);
  Result<Connection*> user_of(const Step& step);
  Result<Day> day_of(const Step& step, std::string_view name, Day otherwise) const;

  /// When things happen, in the emulated world: its today, at noon.
  std::string emulated_now() const;

  EmulatedTerraOptions options_;
  const RecordSource& source_;
  std::string base_url_;
  IdSource ids_;
  DayBudget budget_;
  ApiFaultPlan faults_;
  Connections connections_;
  std::size_t next_person_ = 0;
  std::map<std::string, Session, std::less<>> sessions_;
};

}  // namespace terra_hook
