#include "backend/json_object.h"

#include <iterator>

namespace weir::backend {

void append_quoted(fmt::memory_buffer& out, std::string_view text) {
  out.push_back('"');
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void JsonObject::key(std::string_view key) {
  out_.push_back(out_.size() == 0 ? '{' : ',');
  append_quoted(out_, key);
  out_.push_back(':');
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  key(name);
  append_quoted(out_, value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::uint64_t value) {
  key(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
  key(name);
  out_.append(value.data(), value.data() + value.size());
  return *this;
}

std::string_view JsonObject::finish(base::Arena& arena) {
  if (out_.size() == 0) out_.push_back('{');
  out_.push_back('}');
  out_.push_back('\n');
  return arena.copy({out_.data(), out_.size()});
}

}  // namespace weir::backend
