// Targets, paths and hosts: the reference's opinion, normal forms that are normal, and rewritten
// paths that are paths. An input is taken for each of these in turn.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/arena.h"
#include "fuzz/reference.h"
#include "http/host.h"
#include "http/path_rewrite.h"
#include "http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace weir::fuzz {
namespace {

using http::Reason;

void check(bool good, std::string_view what, std::string_view one, std::string_view other = {}) {
  if (good) return;
  std::fprintf(stderr, "\nfuzz: %s\n  %s\n  %s\n", std::string(what).c_str(),
               std::string(one).c_str(), std::string(other).c_str());
  std::abort();
}

void check_verdict(Reason reason, Verdict verdict, std::string_view text) {
  check(reason == Reason::kNone || verdict != Verdict::kAccept, "refused, and must be read", text,
        http::text_of(reason));
  check(reason != Reason::kNone || verdict != Verdict::kRefuse, "read, and must be refused", text);
}

void check_path(std::string_view path) {
  base::Arena arena;
  http::NormalPath normal;
  Reason reason = http::normalize_path(path, arena, normal);
  std::optional<std::string> expected = normal_path(path);
  check((reason == Reason::kNone) == expected.has_value(), "a path refused by one alone", path);
  if (!expected) return;
  check(normal.text == *expected, "another normal form", normal.text, *expected);
  check(normal.text.size() <= path.size(), "the normal form is longer", path, normal.text);
  http::NormalPath again;
  check(http::normalize_path(normal.text, arena, again) == Reason::kNone &&
            again.text == normal.text && !again.had_dots,
        "the normal form is not normal", normal.text, again.text);
}

void check_host(std::string_view text) {
  base::Arena arena;
  http::Host host;
  Reason reason = http::parse_host(text, arena, host);
  check_verdict(reason, judge_host(text), text);
  if (reason != Reason::kNone) return;
  http::Host again;
  check(text.size() >= host.host.size() + host.port.size(), "more than there was", text);
  // What has several dots at its end loses one at a time.
  if (host.host.ends_with('.')) return;
  check(http::parse_host(host.host, arena, again) == Reason::kNone && again.host == host.host &&
            again.port.empty(),
        "a host is another one when read again", host.host, again.host);
  for (char c : host.host) check(c < 'A' || c > 'Z', "a host in upper case", host.host);
}

const std::vector<http::PathRewrite>& rewrites() {
  static const std::vector<http::PathRewrite> all = [] {
    std::vector<http::PathRewrite> made;
    for (const http::RewriteOptions& options : {
             http::RewriteOptions{"/a", "", "", ""},
             http::RewriteOptions{"/a/", "/b/%2F", "", ""},
             http::RewriteOptions{"", "/b", "^/b/(.*)$", "/$1?x=$1"},
             http::RewriteOptions{"", "", "(.)(.)", "$2$1?"},
             http::RewriteOptions{"", "", "%2[0-9A-F]|/", ".$1"},
         }) {
      auto rewrite = http::PathRewrite::compile(options);
      if (rewrite) made.push_back(std::move(rewrite.value()));
    }
    return made;
  }();
  return all;
}

// A backend gets a valid target, whatever rules make of what a client sent.
void check_rewrites(const http::RequestHead& head) {
  base::Arena arena;
  for (const http::PathRewrite& rewrite : rewrites()) {
    std::string_view made = rewrite.target(head, arena);
    if (made.empty()) continue;
    check(judge_target("GET", made) != Verdict::kRefuse, "a rewritten target is none", head.target,
          made);
    check(rewrite.undo(head.normal_path, arena).starts_with('/'), "no path when undone",
          head.normal_path);
  }
}

void check_target(std::string_view method, std::string_view target) {
  base::Arena arena;
  http::RequestHead head;
  head.method = http::method_of(method);
  head.target = target;
  Reason reason = http::parse_target(head, arena);
  http::Host host;
  // Whose authority is looked at by itself.
  if (reason == Reason::kNone && !head.authority.empty()) {
    reason = http::parse_host(head.authority, arena, host);
  }
  check_verdict(reason, judge_target(method, target), target);
  if (reason != Reason::kNone || head.path == "*") return;
  std::string whole(head.path);
  if (head.has_query) whole += "?" + std::string(head.query);
  bool only_slash = head.path == "/" && !target.ends_with(whole);
  check(only_slash || target.ends_with(whole), "path and query are not the target's", target,
        whole);
  check(head.normal_path == normal_path(head.path), "another normal form", head.normal_path);
  check_rewrites(head);
}

}  // namespace
}  // namespace weir::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.starts_with('/')) weir::fuzz::check_path(text);
  weir::fuzz::check_host(text);
  weir::fuzz::check_target("GET", text);
  weir::fuzz::check_target("OPTIONS", text);
  return 0;
}
