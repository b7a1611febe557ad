#include "gridpact/documents/detail/fields.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gridpact/documents/number.hpp"

namespace gridpact::documents {

namespace {

void require_finite(std::string_view key, double value) {
  if (!std::isfinite(value)) {
    throw std::logic_error("'" + std::string(key) + "' is " + shortest(value) +
                           ", which no document can hold");
  }
}

std::string escaped(std::string_view key) {  // RFC 6901, JSON Pointer
  std::string out;
  for (const char c : key) {
    out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return out;
}

struct ZonedHorizon {
  std::string start, period, time_zone;
  std::uint64_t periods = 0;
};

constexpr auto horizon_fields = [](auto& io, auto& horizon) {
  io.text("start", horizon.start);
  io.text("period", horizon.period);
  io.count("periods", horizon.periods);
  io.text("time_zone", horizon.time_zone);
};

/// A day has at most 25 hours; this allows weeks in minutes and stops a typing error from asking
/// for memory.
constexpr std::uint64_t max_periods = 100'000;

}  // namespace

void FieldWriter::number(std::string_view key, double value) {
  require_finite(key, value);
  add(key, value);
}

void FieldWriter::number_or(double infinite, std::string_view key, double value) {
  if (value == infinite) {
    add(key, Json{});
  } else {
    number(key, value);
  }
}

void FieldWriter::optional(std::string_view key, const std::optional<double>& value) {
  if (value) {
    number(key, *value);
  } else {
    add(key, Json{});
  }
}

void FieldWriter::positions(std::string_view key, const std::vector<std::size_t>& values) {
  add(key, Json::Array(values.begin(), values.end()));
}

void FieldWriter::profile(std::string_view key, const std::vector<double>& values) {
  std::ranges::for_each(values, [key](double value) { require_finite(key, value); });
  add(key, Json::numbers(values));
}

void FieldWriter::matrix(std::string_view key, const Matrix& values) {
  for (std::size_t row = 0; row < values.rows(); ++row) {
    std::ranges::for_each(values.row(row), [key](double value) { require_finite(key, value); });
  }
  add(key, Json::rows(values));
}

void FieldWriter::horizon(std::string_view key, const TimeGrid& grid) {
  const ZonedHorizon zoned{format_instant(grid.start, grid.time_zone), format_duration(grid.period),
                           grid.time_zone, grid.count};
  object(key, zoned, horizon_fields);
}

void Reading::fault(const Json& at, const std::string& path, const std::string& message) {
  faults.push_back(
      {Severity::error, {file, at.line}, (path.empty() ? "document" : path) + ": " + message});
}

FieldReader::FieldReader(const Json& object, std::string path, Reading& reading)
    : json_(object),
      object_(object.get_if<Json::Object>()),
      path_(std::move(path)),
      reading_(reading) {
  if (!object_) {
    fault("expected an object, found " + std::string(object.kind()));
  }
}

std::string FieldReader::path_of(std::string_view key) const { return path_ + "/" + escaped(key); }

void FieldReader::fault(const std::string& message) { reading_.fault(json_, path_, message); }

void FieldReader::fault(const Json& at, std::string_view key, const std::string& message) {
  reading_.fault(at, path_of(key), message);
}

void FieldReader::fault_of(std::string_view key, const std::string& message) {
  if (const auto* json = json_.find(key)) {
    fault(*json, key, message);
  }
}

bool FieldReader::empty() const { return !object_ || object_->empty(); }

const Json* FieldReader::take(std::string_view key) {
  known_.push_back(key);
  const auto* json = json_.find(key);
  if (!json) {
    fault(json_, key, "missing");
  }
  return json;
}

const Json::Array* FieldReader::take_array(std::string_view key) {
  const auto* json = take(key);
  if (!json) {
    return nullptr;
  }
  const auto* array = json->get_if<Json::Array>();
  if (!array) {
    fault(*json, key, "expected a list, found " + std::string(json->kind()));
  }
  return array;
}

void FieldReader::finish() {
  for (const auto& member : *object_) {
    if (std::ranges::find(known_, member.key) == known_.end()) {
      std::string keys;
      for (const auto known : known_) {
        keys += (keys.empty() ? "" : ", ") + std::string(known);
      }
      fault(member.value, member.key, "unknown key; the keys here are " + keys);
    }
  }
}

void FieldReader::schema(std::string_view value) {
  std::string found;
  text("schema", found);
  if (found != value) {
    const auto* json = json_.find("schema");
    if (json && json->get_if<std::string>()) {
      fault(*json, "schema",
            "this version of gridpact reads \"" + std::string(value) + "\", this is \"" + found +
                "\"");
    }
    reading_.other_document = true;
  }
}

void FieldReader::text(std::string_view key, std::string& value) {
  if (const auto* json = take(key)) {
    if (const auto* text = json->get_if<std::string>()) {
      value = *text;
    } else {
      fault(*json, key, "expected a text, found " + std::string(json->kind()));
    }
  }
}

void FieldReader::flag(std::string_view key, bool& value) {
  if (const auto* json = take(key)) {
    if (const auto* flag = json->get_if<bool>()) {
      value = *flag;
    } else {
      fault(*json, key, "expected true or false, found " + std::string(json->kind()));
    }
  }
}

void FieldReader::period(std::string_view key, std::size_t& value) {
  std::uint64_t number = value;
  count(key, number);
  value = number;
  if (reading_.periods > 0 && value >= reading_.periods) {
    const auto* json = json_.find(key);
    fault(json ? *json : json_, key,
          "there is no period " + std::to_string(value) + "; they run from 0 to " +
              std::to_string(reading_.periods - 1));
  }
}

bool FieldReader::read_number(const Json& json, const std::string& path, double& value) {
  if (const auto* number = json.get_if<double>()) {
    value = *number;
  } else if (const auto* whole = json.get_if<std::uint64_t>()) {
    value = static_cast<double>(*whole);
  } else if (const auto* negative = json.get_if<std::int64_t>()) {
    value = static_cast<double>(*negative);
  } else {
    reading_.fault(json, path, "expected a number, found " + std::string(json.kind()));
    return false;
  }
  return true;
}

void FieldReader::number(std::string_view key, double& value) {
  if (const auto* json = take(key)) {
    read_number(*json, path_of(key), value);
  }
}

void FieldReader::probability(std::string_view key, double& value) {
  if (const auto* json = take(key)) {
    if (read_number(*json, path_of(key), value) && !(value >= 0.0 && value <= 1.0)) {
      fault(*json, key, "a probability lies between 0 and 1, this is " + shortest(value));
    }
  }
}

void FieldReader::number_or(double infinite, std::string_view key, double& value) {
  if (const auto* json = take(key)) {
    if (json->is_null()) {
      value = infinite;
    } else {
      read_number(*json, path_of(key), value);
    }
  }
}

void FieldReader::number_unless(double usual, std::string_view key, double& value) {
  value = usual;
  if (json_.find(key)) {
    number(key, value);
  } else {
    known_.push_back(key);
  }
}

void FieldReader::optional(std::string_view key, std::optional<double>& value) {
  if (const auto* json = take(key); json && !json->is_null()) {
    read_number(*json, path_of(key), value.emplace());
  }
}

void FieldReader::positions(std::string_view key, std::vector<std::size_t>& values) {
  const auto* array = take_array(key);
  for (std::size_t i = 0; array && i < array->size(); ++i) {
    if (const auto* count = (*array)[i].get_if<std::uint64_t>()) {
      values.push_back(*count);
    } else {
      reading_.fault((*array)[i], path_of(key) + "/" + std::to_string(i),
                     "expected a whole number that is not negative");
    }
  }
}

void FieldReader::derived(std::string_view key, double value) {
  double stated = value;
  number(key, stated);
  if (std::abs(stated - value) > 1e-6 * std::max(1.0, std::abs(value))) {
    const auto* json = json_.find(key);
    fault(*json, key,
          "is " + shortest(stated) + ", but the numbers beside it give " + shortest(value));
  }
}

void FieldReader::horizon(std::string_view key, TimeGrid& grid) {
  ZonedHorizon zoned;
  const auto before = reading_.faults.size();
  object(key, zoned, horizon_fields);
  if (reading_.faults.size() != before) {
    return;
  }
  const auto& json = *json_.find(key);
  const auto wrong = [&](const std::string& member, const std::string& message) {
    reading_.fault(*json.find(member), path_of(key) + "/" + member, message);
  };
  const auto start = parse_instant(zoned.start);
  const auto period = parse_duration(zoned.period);
  if (!start) {
    wrong("start", "expected a time with its offset, such as 2016-11-24T07:00:00+01:00");
  }
  if (!period || period->count() <= 0) {
    wrong("period", "expected a duration, such as PT1H or PT15M");
  }
  if (!is_time_zone(zoned.time_zone)) {
    wrong("time_zone", "\"" + zoned.time_zone + "\" is no time zone of the IANA database");
  }
  if (zoned.periods == 0 || zoned.periods > max_periods) {
    wrong("periods", "expected 1 to " + std::to_string(max_periods) + " periods");
  }
  if (start && period && reading_.faults.size() == before) {
    grid = {*start, *period, zoned.periods, zoned.time_zone};
    reading_.periods = grid.count;
  }
}

bool FieldReader::read_numbers(const Json& json, const std::string& path,
                               std::vector<double>& values) {
  const auto* array = json.get_if<Json::Array>();
  if (!array) {
    reading_.fault(json, path, "expected a list, found " + std::string(json.kind()));
    return false;
  }
  values.resize(array->size());
  bool good = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    good = read_number((*array)[i], path + "/" + std::to_string(i), values[i]) && good;
  }
  return good;
}

void FieldReader::profile(std::string_view key, std::vector<double>& values) {
  const auto* json = take(key);
  if (json && read_numbers(*json, path_of(key), values) && reading_.periods > 0 &&
      values.size() != reading_.periods) {
    fault(*json, key,
          "expected one number for each of the " + std::to_string(reading_.periods) +
              " periods, found " + std::to_string(values.size()));
  }
}

void FieldReader::numbers(std::string_view key, std::vector<double>& values) {
  if (const auto* json = take(key)) {
    read_numbers(*json, path_of(key), values);
  }
}

void FieldReader::profile_if_any(std::string_view key, std::vector<double>& values) {
  if (json_.find(key)) {
    profile(key, values);
  } else {
    known_.push_back(key);
  }
}

void FieldReader::matrix(std::string_view key, Matrix& values) {
  const auto* array = take_array(key);
  if (!array || array->empty()) {
    return;
  }
  std::vector<double> row;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto path = path_of(key) + "/" + std::to_string(i);
    if (!read_numbers((*array)[i], path, row)) {
      continue;
    }
    if (i == 0) {
      values = Matrix(array->size(), row.size());
    }
    if (row.size() == values.cols()) {
      std::ranges::copy(row, values.row(i).begin());
    } else {
      reading_.fault((*array)[i], path,
                     "expected " + std::to_string(values.cols()) +
                         " numbers as in the first row, found " + std::to_string(row.size()));
    }
  }
}

}  // namespace gridpact::documents
