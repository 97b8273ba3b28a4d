#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cache/shard.h"
#include "cache/vary.h"
#include "unit/cache/fields_of.h"

namespace weir::cache {

// A stored 200 of this key and body.
inline EntryRef stored(std::string key, std::string_view body = "body",
                       const http::Fields& fields = {}, const http::Fields& request = {}) {
  http::ResponseHead head;
  head.status = 200;
  head.fields = fields;
  std::string names = varying_names(fields);
  std::string values = varying_values(request, names);
  Blocks blocks;
  blocks.push_back(base::make_shared_ref<const Block>(body));
  Terms terms;
  terms.lifetime = 60;
  return base::make_shared_ref<const Entry>(
      Identity{std::move(key), std::move(names), std::move(values)}, head, response_control(fields),
      terms, std::move(blocks));
}

inline std::string body_of(const EntryRef& entry) {
  std::string text;
  if (!entry) return "(none)";
  for (const auto& block : entry->body()) text += block->bytes();
  return text;
}

}  // namespace weir::cache
