#include <string>

#include "config/nearest.h"
#include "config/sections.h"
#include "observe/log_condition.h"
#include "observe/log_format.h"
#include "observe/syslog_sender.h"

namespace weir::config {

namespace {

using observe::AccessLogOptions;
using observe::RouteLogOptions;
using observe::SyslogSender;

void read_path(Scope& scope, const KeyInfo& key, const Node& node, AccessLogOptions& log) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  if (text->starts_with(SyslogSender::kPrefix)) {
    auto address =
        SyslogSender::parse(std::string_view(*text).substr(SyslogSender::kPrefix.size()));
    if (!address)
      return scope.wants(node.place, key.name, wants_text(key.shape), address.error().text);
    log.path = *text;
    return;
  }
  bool is_stream = *text == "stdout" || *text == "stderr";
  if (text->empty() || text->ends_with('/'))
    return scope.wants(node.place, key.name, wants_text(key.shape),
                       quoted(*text) + " is none of these");
  log.path = is_stream ? *text : relative_to_file(scope.files(), node);
}

constexpr std::string_view kStreams[] = {"stdout", "stderr"};
constexpr Shape kPathShapes[] = {choice(kStreams), text("syslog:HOST:PORT", "^syslog:"),
                                 path("the path of a file")};

constexpr std::string_view kFormats[] = {"combined", "json"};
constexpr Shape kFormatShapes[] = {choice(kFormats), text("a template with $variables")};

void read_format(Scope& scope, const KeyInfo& key, const Node& node, AccessLogOptions& log) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  bool is_word = text->find('$') == std::string::npos;
  http::TemplateFault fault;
  auto compiled = observe::LogFormat::compile(*text, &fault);
  if (compiled) {
    log.format = *text;
  } else if (fault.length > 0) {
    tell_template_fault(scope, key, node, http::request_variables(), Moment::kEnd, fault);
  } else if (is_word) {
    Nearest nearest(*text);
    for (std::string_view format : kFormats) nearest.offer(format);
    scope.wants(node.place, key.name, wants_text(key.shape), "not " + quoted(*text),
                nearest.hint());
  } else {
    scope.error(node.place, compiled.error().text);
  }
}

constexpr Key<AccessLogOptions> kAccessLogKeys[] = {
    {{"path", "where lines go: stdout, stderr, a syslog server, or a file", "stdout",
      any_of("stdout, stderr, syslog:HOST:PORT or the path of a file", kPathShapes)},
     read_path},
    {{"format", "what a line holds: nginx's combined, a JSON object, or a template of $variables",
      "combined",
      any_of("combined, json or a template such as \"$remote_addr $status\"", kFormatShapes)},
     read_format},
    {{"sample", "the share of the lines that is written, drawn by lot", "100%", percent()},
     into<&AccessLogOptions::sample_percent>},
    {{"buffer", "bytes gathered by a worker before they are written", "64k", size(0, 64 * kMega)},
     into<&AccessLogOptions::buffer>},
    {{"flush", "the longest time that a line waits to be written", "1s",
      duration(1, 3'600 * kSecond)},
     into<&AccessLogOptions::flush>},
};

void read_if(Scope& scope, const KeyInfo& key, const Node& node, RouteLogOptions& log) {
  const std::string* text = read_text(scope, key.name, wants_text(key.shape), node);
  if (text == nullptr) return;
  http::TemplateFault fault;
  auto compiled = observe::LogCondition::compile(*text, &fault);
  if (compiled) {
    log.condition = *text;
  } else if (fault.length > 0) {
    tell_template_fault(scope, key, node, http::request_variables(), Moment::kEnd, fault);
  } else {
    scope.wants(node.place, key.name, wants_text(key.shape), compiled.error().text);
  }
}

constexpr Key<RouteLogOptions> kRouteLogKeys[] = {
    {{"if", "only exchanges that this holds for, asked when they are over", "null",
      text("a template, then ~, !~, = or != and a value, such as \"$status ~ ^5\"")},
     read_if},
};

}  // namespace

Section access_log_section() {
  return {.name = "access_log", .keys = infos_of(kAccessLogKeys), .switched = true};
}
Section route_log_section() {
  return {.name = "route_log", .keys = infos_of(kRouteLogKeys), .switched = true};
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

void read_route_log(Scope& scope, const KeyInfo& key, const Node& node, RouteLogOptions& log) {
  if (node.is(Node::Kind::kText)) {
    read_switch(scope, key, node, log.enabled);
    return;
  }
  Scope inside = scope.inside("'access_log' of " + scope.where());
  read_section(inside, key, node, kRouteLogKeys, log);
}

}  // namespace weir::config
