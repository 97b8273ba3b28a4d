#include <string>

#include "config/nearest.h"
#include "config/sections.h"
#include "observe/log_variable.h"

namespace weir::config {

namespace {

// The variable's own place, where the source shows the text as it is.
Place place_of(const Scope& scope, const Node& node, const http::TemplateFault& fault) {
  std::string_view reference = std::string_view(node.text).substr(fault.position, fault.length);
  std::size_t within = scope.files().text(node.place).find(reference);
  if (within == std::string_view::npos) return node.place;
  return {static_cast<std::uint32_t>(node.place.offset + within),
          static_cast<std::uint32_t>(reference.size())};
}

}  // namespace

void tell_template_fault(Scope& scope, const KeyInfo& key, const Node& node,
                         std::span<const http::Variable> variables, Moment moment,
                         const http::TemplateFault& fault) {
  Place place = place_of(scope, node, fault);
  if (fault.name.empty()) {
    return scope.error(place,
                       "'$' wants the name of a variable behind it, as $host or $request_uri");
  }
  std::string name = quoted("$" + std::string(fault.name));
  if (moment == Moment::kRequest &&
      http::find_variable(observe::log_variables(), fault.name) != nullptr) {
    return scope.error(place, name + " in " + quoted(key.name) +
                                  " is known only when the answer is over: it is for access_log");
  }
  Nearest nearest(fault.name);
  for (const http::Variable& variable : variables) nearest.offer(variable.name);
  if (moment == Moment::kEnd) {
    for (const auto& variable : observe::log_variables()) nearest.offer(variable.name);
  }
  std::string hint =
      nearest.found().empty() ? "" : "did you mean '$" + std::string(nearest.found()) + "'?";
  scope.error(place, "unknown variable " + name + " in " + quoted(key.name), std::move(hint));
}

bool compile_template(Scope& scope, const KeyInfo& key, const Node& node, http::Template& made,
                      std::span<const http::Variable> variables) {
  http::TemplateFault fault;
  auto compiled = http::Template::compile(node.text, variables, &fault);
  if (!compiled) {
    tell_template_fault(scope, key, node, variables, Moment::kRequest, fault);
    return false;
  }
  made = std::move(compiled.value());
  return true;
}

}  // namespace weir::config
