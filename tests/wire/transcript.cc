#include "transcript.h"

#include <doctest/doctest.h>

#include <memory>

#include "base/arena.h"
#include "http/h1_parser.h"
#include "support/escapes.h"

namespace weir::wire {
namespace {

using http::H1Step;

std::string text(bool value) { return value ? "yes" : "no"; }

std::string framing_text(http::Framing framing, std::uint64_t length) {
  switch (framing) {
    case http::Framing::kNone:
      return "none";
    case http::Framing::kLength:
      return "length:" + std::to_string(length);
    case http::Framing::kChunked:
      return "chunked";
    case http::Framing::kUntilClose:
      return "close";
  }
  return "";
}

void copy_fields(const http::Fields& from, Event& to) {
  for (const http::Field& field : from) {
    to.fields.emplace_back(std::string(field.name), std::string(field.value));
    CHECK(field.id == http::name_of(field.name));
  }
}

Event event_of(const http::RequestHead& head) {
  Event event{"head", "", {}, {}};
  auto& to = event.attributes;
  to["method"] = head.method_text;
  to["target"] = support::escape(head.target);
  to["authority"] = head.authority;
  to["host"] = head.host;
  to["path"] = support::escape(head.path);
  to["normal"] = support::escape(head.normal_path);
  to["query"] = head.has_query ? "?" + support::escape(head.query) : "none";
  to["framing"] = framing_text(head.framing, head.content_length);
  to["version"] = head.version == http::Version::kHttp10 ? "1.0" : "1.1";
  to["rewritten"] = text(head.path_rewritten);
  to["keep"] = text(head.keep_alive);
  to["expect"] = text(head.expect_continue);
  copy_fields(head.fields, event);
  to["fields"] = std::to_string(head.fields.size());
  return event;
}

Event event_of(const http::ResponseHead& head) {
  Event event{"head", "", {}, {}};
  auto& to = event.attributes;
  to["status"] = std::to_string(head.status);
  to["reason"] = support::escape(head.reason);
  to["framing"] = framing_text(head.framing, head.content_length);
  to["version"] = head.version == http::Version::kHttp10 ? "1.0" : "1.1";
  to["keep"] = text(head.keep_alive);
  copy_fields(head.fields, event);
  to["fields"] = std::to_string(head.fields.size());
  return event;
}

class Feeder {
 public:
  Feeder(const Row& row, Side side) : row_(row), side_(side) { reset(); }

  void feed(std::string_view bytes) {
    auto copy = std::make_unique<char[]>(bytes.size());
    bytes.copy(copy.get(), bytes.size());
    base::Bytes in(copy.get(), bytes.size());
    while (!failed_ && !in.empty()) {
      std::size_t before = in.size();
      H1Step step = parser_.next(in);
      if (step == H1Step::kMore) {
        REQUIRE(in.empty());
        return;
      }
      REQUIRE((step != H1Step::kBody || in.size() < before));
      note(step);
    }
  }

  std::vector<Event> finish() {
    // A message without body ends without further bytes.
    base::Bytes none;
    while (!failed_ && !parser_.fresh()) {
      H1Step step = parser_.next(none);
      if (step == H1Step::kMore) break;
      note(step);
    }
    if (!failed_ && !parser_.fresh()) note(row_.closes ? parser_.finish() : H1Step::kMore);
    return std::move(events_);
  }

 private:
  void reset() {
    arena_.reset();
    if (side_ == Side::kRequest) {
      parser_.reset_request(arena_, row_.limits);
      return;
    }
    bool given = messages_ < row_.methods.size();
    parser_.reset_response(arena_, row_.limits,
                           given ? row_.methods[messages_] : http::Method::kGet, row_.switches);
  }

  void note(H1Step step) {
    switch (step) {
      case H1Step::kHead:
        events_.push_back(side_ == Side::kRequest ? event_of(parser_.request())
                                                  : event_of(parser_.response()));
        break;
      case H1Step::kBody:
        CHECK_FALSE(parser_.piece().empty());
        if (events_.back().kind != "body") events_.push_back({"body", "", {}, {}});
        events_.back().text += parser_.piece();
        break;
      case H1Step::kEnd:
        note_end();
        break;
      case H1Step::kError:
        failed_ = true;
        events_.push_back({"error",
                           std::to_string(parser_.failure().status) + " " +
                               std::string(http::text_of(parser_.failure().reason)),
                           {},
                           {}});
        break;
      case H1Step::kMore:
        events_.push_back({"more", "", {}, {}});
        break;
    }
  }

  void note_end() {
    if (const http::Fields* trailers = parser_.trailers(); trailers != nullptr) {
      Event event{"trailers", "", {}, {}};
      copy_fields(*trailers, event);
      events_.push_back(event);
    }
    events_.push_back({"end", "", {}, {}});
    ++messages_;
    reset();
  }

  const Row& row_;
  Side side_;
  base::Arena arena_;
  http::H1Parser parser_;
  std::vector<Event> events_;
  std::size_t messages_ = 0;
  bool failed_ = false;
};

// "head method=GET path=/": the attributes named must be so.
bool fits(const Event& event, std::string_view kind, std::string_view rest) {
  if (event.kind != kind) return false;
  if (kind == "body") return event.text == support::unescape(rest);
  if (kind != "head") return event.text == rest;
  while (!rest.empty()) {
    auto word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    auto mark = word.find('=');
    auto found = event.attributes.find(std::string(word.substr(0, mark)));
    REQUIRE_MESSAGE(found != event.attributes.end(), "no such attribute: ", std::string(word));
    if (found->second != word.substr(mark + 1)) return false;
  }
  return true;
}

bool has_field(const Event& event, std::string_view text) {
  auto colon = text.find(": ");
  REQUIRE(colon != std::string_view::npos);
  for (const auto& [name, value] : event.fields) {
    if (name == text.substr(0, colon) && value == support::unescape(text.substr(colon + 2)))
      return true;
  }
  return false;
}

}  // namespace

std::string show(const std::vector<Event>& events) {
  std::string out;
  for (const Event& event : events) {
    out += "\n  " + event.kind + " " + support::escape(event.text);
    for (const auto& [key, value] : event.attributes) out += " " + key + "=" + value;
    for (const auto& [name, value] : event.fields) {
      out += "\n    " + support::escape(name) + ": " + support::escape(value);
    }
  }
  return out;
}

std::vector<Event> run(const Row& row, Side side, const std::vector<std::size_t>& cuts) {
  Feeder feeder(row, side);
  std::string_view bytes = row.bytes;
  std::size_t at = 0;
  for (std::size_t cut : cuts) {
    feeder.feed(bytes.substr(at, cut - at));
    at = cut;
  }
  feeder.feed(bytes.substr(at));
  return feeder.finish();
}

std::string difference(const Row& row, const std::vector<Event>& events) {
  std::size_t at = 0;
  for (const std::string& line : row.expected) {
    std::string_view all = line;
    auto kind = all.substr(0, all.find(' '));
    auto rest = kind.size() == all.size() ? std::string_view() : all.substr(kind.size() + 1);
    bool good = false;
    if (kind == "nothing") {
      good = events.empty();
    } else if (kind == "field") {
      good = at > 0 && has_field(events[at - 1], rest);
    } else {
      good = at < events.size() && fits(events[at], kind, rest);
      ++at;
    }
    if (!good) return "expected '" + line + "' of:" + show(events);
  }
  return at == events.size() ? "" : "more than expected:" + show(events);
}

void check_table(std::string_view name, Side side, std::size_t at_least) {
  std::vector<Row> rows = read_table(name);
  CHECK(rows.size() >= at_least);
  for (const Row& row : rows) {
    INFO(row.file, ":", row.line, ": ", row.promise);
    REQUIRE_FALSE(row.expected.empty());
    std::string whole = difference(row, run(row, side, {}));
    CHECK_MESSAGE(whole.empty(), "whole: ", whole);
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i < row.bytes.size(); ++i) each.push_back(i);
    std::string bytewise = difference(row, run(row, side, each));
    CHECK_MESSAGE(bytewise.empty(), "byte by byte: ", bytewise);
    if (!whole.empty() || !bytewise.empty()) continue;
    // Long rows are long by repetition: their ends are as good as all of them.
    for (std::size_t cut : each) {
      if (cut > 200 && cut + 100 < row.bytes.size()) continue;
      std::string cut_once = difference(row, run(row, side, {cut}));
      REQUIRE_MESSAGE(cut_once.empty(), "cut at ", cut, ": ", cut_once);
    }
  }
}

}  // namespace weir::wire
