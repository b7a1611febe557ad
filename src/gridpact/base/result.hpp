#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gridpact {

enum class Severity { note, warning, error };

/// Where a fault stands. An empty file means that it is not about a file; line 0 means the whole
/// file.
struct Place {
  std::string file;
  int line = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// One thing to tell the user: what is wrong (or was assumed), where, and what to do about it.
struct Fault {
  Severity severity = Severity::error;
  Place place;
  std::string message;
  friend bool operator==(const Fault&, const Fault&) = default;
};

using Faults = std::vector<Fault>;

/// "file:12: error: message", the form that editors and terminals make clickable.
[[nodiscard]] std::string to_string(const Fault& fault);

[[nodiscard]] bool has_errors(const Faults& faults);

/// Orders faults by file and line (those of one place stay in their order) and removes repetitions.
void sort_by_place(Faults& faults);

/// A value, or every reason why there is none. Expected failures travel this way; exceptions are
/// for our own bugs. Notes and warnings that come *with* a value are part of that value's own type.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}        // NOLINT(google-explicit-constructor)
  Result(Faults faults) : state_(std::move(faults)) {  // NOLINT(google-explicit-constructor)
    assert(has_errors(std::get<Faults>(state_)));
  }
  Result(Fault fault) : Result(Faults{std::move(fault)}) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] const T& value() const& {
    assert(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T& value() & {
    assert(ok());
    return std::get<T>(state_);
  }
  [[nodiscard]] T&& value() && {
    assert(ok());
    return std::get<T>(std::move(state_));
  }
  [[nodiscard]] const Faults& faults() const {
    assert(!ok());
    return std::get<Faults>(state_);
  }

  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  std::variant<T, Faults> state_;
};

}  // namespace gridpact
