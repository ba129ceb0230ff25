// SPDX-License-Identifier: MIT
// Whole bodies of Terra's events about made-up people: the envelope around records, and what Terra
// tells besides data. Every type of terra/event_type.hpp can be made. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terra/sample_day.hpp"
#include "terra/sample_person.hpp"
#include "terra/sample_records.hpp"

namespace terra_hook {

inline constexpr std::string_view k_payload_version = "2022-03-16";

/// The `user` object of every event.
std::string user_json(const Person& person);

/// True for a type whose payload is an array `data` of records, or `athlete`'s object.
bool has_sample_records(std::string_view type);

/// An event that carries records; `athlete` the first one, an empty object when there is none.
std::string data_event(std::string_view type, const Person& person,
                       std::span<const std::string> records);

/// A date's records of any type that has some: those of sample_records(), and hormone,
/// health_observation and planned_workout.
std::vector<std::string> event_records(std::string_view type, const Person& person, LocalDate date,
                                       const SampleOptions& options);

/// What an event without records tells; what is not set is made up.
struct NoticeDetails {
  LocalDate date{};                        ///< when it happens
  std::optional<std::string> reference;    ///< of large_request_*
  std::optional<std::int64_t> payloads;    ///< large_request_sending
  std::optional<std::string> url;          ///< s3_payload
  std::optional<std::int64_t> expires_in;  ///< s3_payload, seconds
  std::optional<std::string> message;
  std::optional<std::string> reason;          ///< auth_cancelled
  std::optional<std::string> session;         ///< of auth's widget, auth_cancelled's flow
  std::optional<std::string> scopes_added;    ///< permission_change
  std::optional<std::string> scopes_removed;  ///< permission_change
  const Person* old_user = nullptr;           ///< user_reauth; none: made up
  bool has_old_user = true;                   ///< user_reauth
  std::optional<std::int64_t> retry_after;    ///< processing, seconds
};

/// An event without records, such as `auth` or `large_request_sending`. A type that is not known
/// gets a message and the user.
std::string notice_event(std::string_view type, const Person& person, const NoticeDetails& details);

}  // namespace terra_hook
