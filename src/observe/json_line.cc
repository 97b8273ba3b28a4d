#include "observe/json_line.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "observe/log_value.h"

namespace weir::observe {
namespace {

using Kind = JsonField::Kind;

constexpr std::array<JsonField, 28> kFields = {{
    {"time_iso8601"},
    {"msec", Kind::kNumber},
    {"request_id"},
    {"remote_addr"},
    {"remote_port", Kind::kNumber},
    {"remote_user"},
    {"scheme"},
    {"host"},
    {"request_method"},
    {"request_uri"},
    {"server_protocol"},
    {"status", Kind::kNumber},
    {"body_bytes_sent", Kind::kNumber},
    {"bytes_sent", Kind::kNumber},
    {"request_length", Kind::kNumber},
    {"request_time", Kind::kNumber},
    {"http_referer"},
    {"http_user_agent"},
    {"route"},
    {"upstream"},
    {"tries", Kind::kNumber},
    {"reason"},
    {"upstream_addr"},
    {"upstream_status", Kind::kNumber},
    {"upstream_connect_time", Kind::kNumber},
    {"upstream_header_time", Kind::kNumber},
    {"upstream_response_time", Kind::kNumber},
    {"upstream_bytes_received", Kind::kNumber},
}};

constexpr std::string_view kNull = "null";

// What stands in front of each value, and the value, by field.
struct Compiled {
  std::array<std::string, kFields.size()> keys;
  std::vector<LogValue> values;
  std::size_t keys_size = 0;
};

Compiled compile() {
  Compiled made;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    auto value = LogValue::find(kFields[i].name);
    assert(value);
    made.values.push_back(*value);
    made.keys[i].append(i == 0 ? "{\"" : ",\"").append(kFields[i].name).append("\":");
    made.keys_size += made.keys[i].size();
  }
  return made;
}

const Compiled& compiled() {
  static const Compiled made = compile();
  return made;
}

void put_value(LogText& line, Kind kind, std::string_view value) {
  if (value.empty()) {
    line.raw(kNull);
  } else if (kind == Kind::kNumber) {
    // A status without three digits of its own has them all the same; JSON's numbers have not.
    while (value.size() > 1 && value[0] == '0' && base::is_digit(value[1])) value.remove_prefix(1);
    line.raw(value);
  } else {
    line.raw('"').json(value).raw('"');
  }
}

// The values of all tries as a JSON array.
std::string_view array_of(const LogValue& value, Kind kind, const Logged& exchange) {
  auto texts = value.of_tries(exchange);
  std::size_t size = 2;
  for (std::string_view text : texts) size += text.size() * LogText::kJsonGrowth + kNull.size() + 3;
  char* memory = exchange.scratch.take(size);
  LogText array(memory, size);
  array.raw('[');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) array.raw(',');
    put_value(array, kind, texts[i]);
  }
  array.raw(']');
  exchange.scratch.trim(size, array.size());
  return array.view();
}

}  // namespace

std::span<const JsonField> json_fields() { return kFields; }

JsonLine::JsonLine(const Logged& exchange)
    : values_(exchange.scratch.array<std::string_view>(kFields.size())) {
  const Compiled& all = compiled();
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    const LogValue& value = all.values[i];
    values_[i] =
        value.is_list() ? array_of(value, kFields[i].kind, exchange) : value.masked_text(exchange);
  }
}

std::size_t JsonLine::size_max(std::size_t text_max) const {
  constexpr std::size_t kQuotes = 2;
  std::size_t size = compiled().keys_size + 2;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    size += kNull.size() + kQuotes + std::min(values_[i].size(), text_max) * LogText::kJsonGrowth;
  }
  return size;
}

void JsonLine::put(LogText& line, std::size_t text_max) const {
  const Compiled& all = compiled();
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    line.raw(all.keys[i]);
    bool fits = values_[i].size() <= text_max;
    if (all.values[i].is_list()) {
      // Half of an array is none.
      line.raw(fits ? values_[i] : kNull);
    } else if (kFields[i].kind == Kind::kNumber) {
      put_value(line, Kind::kNumber, fits ? values_[i] : std::string_view());
    } else {
      put_value(line, Kind::kText, values_[i].substr(0, text_max));
    }
  }
  line.raw("}\n");
}

}  // namespace weir::observe
