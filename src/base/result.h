#pragma once

#include <optional>
#include <string>
#include <utility>

namespace weir::base {

// A failure told in one sentence: what, where, and what to do about it. For set-up and
// configuration; the request path uses typed reasons (http/failure.h), which cost nothing to make.
struct Error {
  std::string text;
};

// A value, or the Error that took its place. Never throws; asking the wrong side aborts in debug
// builds.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

// Success without a value.
struct Done {};

}  // namespace weir::base
