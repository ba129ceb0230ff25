// SPDX-License-Identifier: MIT
// A value or an Error. The shape follows std::expected, which C++20 lacks, so that it can be
// swapped for it one day.
#pragma once

#include <utility>
#include <variant>

#include "base/error.hpp"

namespace terra_hook {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  /// The value; throws std::bad_variant_access when there is none.
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error; throws std::bad_variant_access when there is a value.
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Done, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_(std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace terra_hook

#define TERRA_HOOK_CONCAT_(a, b) a##b
#define TERRA_HOOK_CONCAT(a, b) TERRA_HOOK_CONCAT_(a, b)
#define TERRA_HOOK_TRY_(result, variable, expression) \
  auto result = (expression);                         \
  if (!result) return std::move(result).error();      \
  variable = *std::move(result)

/// `TRY_ASSIGN(auto x, f())`: x is f's value, or the calling function returns f's error.
#define TRY_ASSIGN(variable, expression) \
  TERRA_HOOK_TRY_(TERRA_HOOK_CONCAT(result_, __LINE__), variable, expression)

/// `TRY(f())`: the calling function returns f's error, if there is one.
#define TRY(expression) \
  if (auto failed_ = (expression); !failed_) return std::move(failed_).error()
