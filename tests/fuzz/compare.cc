#include "fuzz/compare.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "fuzz/grammar.h"

namespace weir::fuzz {
namespace {

// Trailers that would frame, route, control, say who asks or how the content is to be taken
// (RFC 9110 section 6.5.1), in lower case.
constexpr std::string_view kForbidden[] = {"age",
                                           "authentication-info",
                                           "authorization",
                                           "cache-control",
                                           "cdn-cache-control",
                                           "connection",
                                           "content-encoding",
                                           "content-length",
                                           "content-location",
                                           "content-range",
                                           "content-type",
                                           "cookie",
                                           "expect",
                                           "expires",
                                           "forwarded",
                                           "host",
                                           "http2-settings",
                                           "keep-alive",
                                           "location",
                                           "max-forwards",
                                           "pragma",
                                           "proxy-authenticate",
                                           "proxy-authorization",
                                           "proxy-connection",
                                           "range",
                                           "retry-after",
                                           "set-cookie",
                                           "te",
                                           "trailer",
                                           "transfer-encoding",
                                           "upgrade",
                                           "vary",
                                           "via",
                                           "www-authenticate",
                                           "x-real-ip",
                                           "x-request-id"};

// More than any input that the fuzzers make.
constexpr Bounds kNoBounds = {1 << 24, 1 << 20, 1 << 24};

std::string readable(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    char hex[8];
    std::snprintf(hex, sizeof(hex), "\\x%02x", byte);
    bool plain = byte >= 0x20 && byte < 0x7f && c != '\\';
    out += plain ? std::string(1, c) : std::string(hex);
  }
  return out;
}

std::string show(const FieldList& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += "\n    " + readable(name) + ": " + readable(value);
  }
  return out;
}

std::string show(const Message& message) {
  std::string out;
  if (message.head) {
    out += " " + readable(message.method) + " " + readable(message.target) + " " +
           std::to_string(message.status) + " 1." + std::to_string(message.minor) +
           (message.keep_alive ? " keep" : " close") + show(message.fields);
  }
  return out + "\n    end " + std::to_string(message.end) + " body " + readable(message.body);
}

std::string_view text_of(Outcome outcome) {
  constexpr std::string_view kTexts[] = {"whole", "more", "cut", "refused"};
  return kTexts[static_cast<std::size_t>(outcome)];
}

std::string_view text_of(Verdict verdict) {
  constexpr std::string_view kTexts[] = {"accept", "either", "refuse", "more"};
  return kTexts[static_cast<std::size_t>(verdict)];
}

bool is_forbidden(std::string_view name) {
  return name.starts_with("if-") || name.starts_with("x-forwarded-") ||
         std::find(std::begin(kForbidden), std::end(kForbidden), name) != std::end(kForbidden);
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

// The trailers that may go on: not those that Connection names, either.
FieldList allowed(const Message& message) {
  std::vector<std::string> named;
  for (const auto& [name, value] : message.fields) {
    if (lower(name) != "connection") continue;
    for (std::string& option : list_of(value)) {
      if (option != "close") named.push_back(std::move(option));
    }
  }
  FieldList out;
  for (const auto& [name, value] : message.trailers) {
    std::string is = lower(name);
    bool ends = is_forbidden(is) || std::find(named.begin(), named.end(), is) != named.end();
    if (!ends) out.emplace_back(name, value);
  }
  return out;
}

// What differs of a head that both have read; empty where nothing does.
std::string_view head_difference(const Message& weir, const Message& reference, bool interim) {
  if (weir.method != reference.method) return "method";
  if (weir.target != reference.target) return "target";
  if (weir.status != reference.status) return "status";
  if (weir.minor != reference.minor) return "version";
  if (weir.fields != reference.fields) return "fields";
  if (!interim && weir.keep_alive != reference.keep_alive) return "keep alive";
  return {};
}

// What differs; empty where nothing does.
std::string_view difference(const Told& weir, const Message& reference) {
  bool more = weir.outcome == Outcome::kMore || weir.outcome == Outcome::kCut;
  if (weir.outcome == Outcome::kRefused && reference.verdict == Verdict::kAccept) {
    return "refused, and must be read";
  }
  if (weir.outcome == Outcome::kWhole && reference.verdict == Verdict::kRefuse) {
    return "read, and must be refused";
  }
  if (weir.outcome == Outcome::kWhole && reference.verdict == Verdict::kMore) {
    return "whole, and must not be yet";
  }
  if (more && reference.verdict != Verdict::kMore) return "more is waited for, and all is there";
  if (!weir.message.head || !reference.head) return {};
  std::string_view head = head_difference(weir.message, reference, weir.interim);
  if (!head.empty()) return head;
  std::string_view ours = weir.message.body;
  std::string_view theirs = reference.body;
  if (!ours.starts_with(theirs.substr(0, ours.size()))) return "bytes of the body";
  if (weir.outcome == Outcome::kRefused) return {};
  if (ours != theirs) return "body";
  if (more) return {};
  if (weir.message.end != reference.end) return "the end of the message";
  return weir.let_go == allowed(reference) ? std::string_view() : "trailers";
}

}  // namespace

std::string show(const std::vector<Told>& all) {
  std::string out;
  for (const Told& told : all) {
    out += "\n  " + std::string(text_of(told.outcome)) + " " + told.reason + show(told.message) +
           "\n    trailers" + show(told.let_go);
  }
  return out;
}

std::string show(const std::vector<Message>& all) {
  std::string out;
  for (const Message& message : all) {
    out += "\n  " + std::string(text_of(message.verdict)) + " " + message.why + show(message) +
           "\n    trailers" + show(message.trailers);
  }
  return out;
}

void disagree(std::string_view what, const std::string& one, const std::string& other) {
  std::fprintf(stderr, "\nfuzz: %s\nweir:%s\nagainst:%s\n", std::string(what).c_str(), one.c_str(),
               other.c_str());
  std::abort();
}

void compare(const std::vector<Told>& weir, const std::vector<Message>& reference) {
  for (std::size_t i = 0; i < std::max(weir.size(), reference.size()); ++i) {
    if (i < reference.size() && reference[i].blank) return;
    std::string_view problem = "the number of messages";
    if (i < weir.size() && i < reference.size()) problem = difference(weir[i], reference[i]);
    if (!problem.empty()) disagree(problem, show(weir), show(reference));
    if (weir[i].outcome == Outcome::kRefused) return;
  }
}

void compare(const std::vector<Told>& whole, const std::vector<Told>& cut) {
  std::string one = show(whole);
  std::string other = show(cut);
  if (one != other) disagree("another meaning when cut", one, other);
}

void compare_sent(const std::vector<Told>& weir) {
  for (const Told& told : weir) {
    if (!told.message.head || told.sent.empty()) continue;
    std::vector<Message> read = read_requests(told.sent, kNoBounds);
    auto problem = [&](std::string_view what) {
      disagree(what, show(weir) + "\n  sent " + readable(told.sent), show(read));
    };
    if (read.size() != 1) problem("not one request for the backend");
    bool whole = told.outcome == Outcome::kWhole;
    bool right = whole ? read[0].verdict <= Verdict::kEither && read[0].end == told.sent.size()
                       : read[0].verdict == Verdict::kMore;
    if (!right) problem("a request for the backend is not what the client's is");
    if (read[0].method != told.message.method) problem("another method for the backend");
    if (read[0].body != told.message.body) problem("another body for the backend");
    if (whole && read[0].trailers != told.let_go) problem("other trailers for the backend");
  }
}

}  // namespace weir::fuzz
