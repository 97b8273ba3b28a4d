#include <string>

#include "config/sections.h"

namespace weir::config {

namespace {

using observe::AccessLogOptions;

void read_path(Scope& scope, const KeyInfo& key, const Node& node, AccessLogOptions& log) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  bool is_stream = *text == "stdout" || *text == "stderr";
  if (text->empty() || text->ends_with('/') || text->starts_with("syslog:"))
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(*text) + " is none of these");
  log.path = is_stream ? *text : relative_to_file(scope.files(), node);
}

constexpr std::string_view kStreams[] = {"stdout", "stderr"};
constexpr Shape kPathShapes[] = {choice(kStreams), path("the path of a file")};

constexpr std::string_view kFormats[] = {"combined"};

void read_format(Scope& scope, const KeyInfo& key, const Node& node, AccessLogOptions&) {
  std::size_t index = 0;
  read_choice(scope, key, node, index);
}

constexpr Key<AccessLogOptions> kAccessLogKeys[] = {
    {{"path", "where lines go: stdout, stderr, or a file", "stdout",
      any_of("stdout, stderr or the path of a file", kPathShapes)},
     read_path},
    {{"format", "what a line holds: nginx's combined format", "combined", choice(kFormats)},
     read_format},
    {{"buffer", "bytes gathered by a worker before they are written", "64k", size(0, 64 * kMega)},
     into<&AccessLogOptions::buffer>},
    {{"flush", "the longest time that a line waits to be written", "1s",
      duration(1, 3'600 * kSecond)},
     into<&AccessLogOptions::flush>},
};

}  // namespace

Section access_log_section() {
  return {.name = "access_log", .keys = infos_of(kAccessLogKeys), .switched = true};
}

void read_access_log(Scope& scope, const KeyInfo& key, const Node& node, Draft& draft) {
  AccessLogOptions& log = draft.config.access_log;
  if (node.is(Node::Kind::kText)) {
    read_switch(scope, key, node, log.enabled);
    return;
  }
  Scope inside = scope.inside("'access_log'");
  read_section(inside, key, node, kAccessLogKeys, log);
}

}  // namespace weir::config
