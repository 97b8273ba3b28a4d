#include <string>

#include "config/nearest.h"
#include "config/sections.h"

namespace weir::config {

bool compile_template(Scope& scope, const KeyInfo& key, const Node& node, http::Template& made,
                      std::span<const http::Variable> variables) {
  http::TemplateFault fault;
  auto compiled = http::Template::compile(node.text, variables, &fault);
  if (compiled) {
    made = std::move(compiled.value());
    return true;
  }
  // The variable's own place, where the source shows the text as it is.
  std::string_view reference = std::string_view(node.text).substr(fault.position, fault.length);
  std::size_t within = scope.files().text(node.place).find(reference);
  Place place = node.place;
  if (within != std::string_view::npos)
    place = {static_cast<std::uint32_t>(place.offset + within),
             static_cast<std::uint32_t>(reference.size())};
  if (fault.name.empty()) {
    scope.error(place, "'$' wants the name of a variable behind it, as $host or $request_uri");
    return false;
  }
  Nearest nearest(fault.name);
  for (const http::Variable& variable : variables) nearest.offer(variable.name);
  std::string hint =
      nearest.found().empty() ? "" : "did you mean '$" + std::string(nearest.found()) + "'?";
  scope.error(
      place,
      "unknown variable " + quoted("$" + std::string(fault.name)) + " in " + quoted(key.name),
      std::move(hint));
  return false;
}

}  // namespace weir::config
