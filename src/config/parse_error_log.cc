#include <string>

#include "config/sections.h"

namespace weir::config {

namespace {

using observe::ErrorLogOptions;

void read_path(Scope& scope, const KeyInfo& key, const Node& node, ErrorLogOptions& log) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (text->empty() || text->ends_with('/') || text->starts_with("syslog:") || *text == "stdout")
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(*text) + " is none of these");
  log.path = *text == "stderr" ? *text : relative_to_file(scope.files(), node);
}

constexpr std::string_view kStreams[] = {"stderr"};
constexpr Shape kPathShapes[] = {choice(kStreams), path("the path of a file")};
// In the order of observe::Level.
constexpr std::string_view kLevels[] = {"info", "warn", "error"};

constexpr Key<ErrorLogOptions> kErrorLogKeys[] = {
    {{"path", "where lines go: stderr, or a file", "stderr",
      any_of("stderr or the path of a file", kPathShapes)},
     read_path},
    {{"level", "what matters less than this is left out", "info", choice(kLevels)},
     into<&ErrorLogOptions::level>},
};

}  // namespace

Section error_log_section() { return {.name = "error_log", .keys = infos_of(kErrorLogKeys)}; }

void read_error_log(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  Scope inside = scope.inside("'error_log'");
  read_section(inside, key, node, kErrorLogKeys, draft.config.error_log);
}

}  // namespace weir::config
