#include "system/strict/runner.h"

#include <exception>
#include <utility>

#include "support/escapes.h"
#include "support/raw_client.h"

namespace weir::strict {

namespace {

using support::End;
using support::escape;
using support::Fields;
using support::Message;
using support::RawClient;

using Problems = std::vector<std::string>;

const std::string kProbe = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";

std::string config(const std::string& backend, bool keepalive) {
  return "listen: \"127.0.0.1:0\"\n"
         "limits: {uri: 1k, header_size: 4k, headers: 50, body: 10k}\n"
         "upstreams:\n"
         "  app: {endpoints: [\"" +
         backend + "\"], retry: {attempts: 1}, keepalive: {idle: " + (keepalive ? "8" : "0") +
         "}}\n"
         "routes: [{path: /trace, upstream: app, trace: on}, {upstream: app}]\n";
}

bool has(const Fields& fields, const std::string& name, const std::string& value) {
  for (const std::string& one : fields.values(name)) {
    if (one == value) return true;
  }
  return false;
}

std::string interims(const Message& message) {
  std::string out;
  for (const Message& one : message.interim)
    out += (out.empty() ? "" : " ") + std::to_string(one.status());
  return out;
}

bool holds(const Check& check, const Message& message) {
  switch (check.kind) {
    case Check::Kind::kHas:
      return has(message.fields, check.name, check.value);
    case Check::Kind::kLacks:
      return !message.fields.has(check.name);
    case Check::Kind::kBody:
      return message.body == check.value;
    case Check::Kind::kTrailer:
      return has(message.trailers, check.name, check.value);
    case Check::Kind::kUntrailed:
      return !message.trailers.has(check.name);
    case Check::Kind::kInterim:
      return interims(message) == check.value;
  }
  return false;
}

std::string told(const Message& message) {
  std::string out = message.start_line;
  for (const auto& [name, value] : message.fields.all()) out += " | " + name + ": " + value;
  if (!message.body.empty()) out += " | body " + escape(message.body);
  for (const auto& [name, value] : message.trailers.all())
    out += " | trailer " + name + ": " + value;
  return out;
}

void compare(const Expected& expected, const std::string& what, const Message& message,
             Problems& to) {
  if (what != expected.what) to.push_back("not " + expected.what + " but " + told(message));
  for (const Check& check : expected.checks) {
    if (!holds(check, message))
      to.push_back("not so: '" + check.name + "' '" + escape(check.value) + "' of " +
                   told(message));
  }
}

void look_at_backend(const Row& row, const Sighting& seen, Problems& to) {
  if (!seen.problem.empty()) to.push_back("the backend got " + seen.problem);
  for (const std::string& bytes : row.forbidden) {
    if (seen.bytes.find(bytes) != std::string::npos) to.push_back("got through: " + escape(bytes));
  }
  bool too_much = (row.sight == Row::Sight::kNothing && !seen.bytes.empty()) ||
                  (row.sight == Row::Sight::kNoWhole && !seen.requests.empty());
  if (too_much) to.push_back("the backend saw " + escape(seen.bytes));
  if (row.connections != 0 && row.connections != seen.connections())
    to.push_back(std::to_string(seen.connections()) + " connections");
  if (row.sight != Row::Sight::kRequests) return;
  if (seen.requests.size() != row.requests.size())
    to.push_back("the backend saw " + std::to_string(seen.requests.size()) +
                 " requests: " + escape(seen.bytes));
  for (std::size_t i = 0; i < row.requests.size() && i < seen.requests.size(); ++i) {
    const Message& request = seen.requests[i].message;
    compare(row.requests[i], request.method() + " " + request.target(), request, to);
  }
}

void send(RawClient& client, const std::string& bytes, bool bytewise) {
  if (!bytewise) {
    client.try_send(bytes);
    return;
  }
  for (char byte : bytes) {
    if (client.try_send({&byte, 1}) == 0) return;
  }
}

// What must follow the answers.
void look_at_end(const Row& row, RawClient& client, const Message& last, Problems& to) {
  switch (row.after) {
    case Row::After::kOpen:
      if (client.ask(kProbe).status() != 200) to.emplace_back("the connection is of no use");
      return;
    case Row::After::kClosed:
      if (!last.complete) to.push_back("an answer that is not whole: " + told(last));
      if (std::string rest = client.read_to_end(); !rest.empty())
        to.push_back("behind the answer: " + escape(rest));
      if (client.end() != End::kFin) to.emplace_back("closed by a reset");
      return;
    case Row::After::kCut:
      if (last.complete) to.push_back("taken for whole: " + told(last));
      return;
    case Row::After::kNone:
      if (std::string rest = client.read_to_end(); !rest.empty())
        to.push_back("an answer: " + escape(rest));
      return;
  }
}

void talk(const Row& row, RawClient& client, Backend& backend, bool bytewise, Problems& to) {
  send(client, row.sent, bytewise);
  if (row.client == Ending::kReset) {
    if (row.sight == Row::Sight::kNoWhole) backend.wait_byte();
    return client.reset();
  }
  if (row.client == Ending::kFin) client.shut_down();
  std::string method = row.sent.substr(0, row.sent.find(' '));
  Message answer;
  for (int round = row.twice ? 2 : 1; round > 0; --round) {
    for (const Expected& expected : row.answers) {
      if (client.buffer().empty()) client.more();
      backend.client_saw();
      answer = client.response(method);
      compare(expected, std::to_string(answer.status()), answer, to);
    }
    if (round == 2) send(client, row.sent, bytewise);
  }
  look_at_end(row, client, answer, to);
}

}  // namespace

Runner::Runner(bool keepalive)
    : keepalive_(keepalive), weir_(config(backend_.address(), keepalive)) {}

Problems Runner::run(const Row& row, bool bytewise) {
  Problems problems;
  backend_.begin(row);
  try {
    RawClient client(weir_.address());
    talk(row, client, backend_, bytewise, problems);
    client.close();
    // Nothing is heard of weir where the client does not wait for it.
    if (row.client != Ending::kNone) weir_.wait_metric("weir_connections_open", 0);
    if (!keepalive_) backend_.settle();
    for (const std::string& reason : row.reasons) ++counted_[reason];
  } catch (const std::exception& error) {
    problems.emplace_back(error.what());
  }
  look_at_backend(row, backend_.sighting(), problems);
  return problems;
}

Problems Runner::miscounted() const {
  Problems problems;
  double all = 0;
  for (const auto& [reason, count] : counted_) {
    double metric = weir_.metric("weir_http_requests_rejected_total{reason=\"" + reason + "\"}");
    if (metric != count)
      problems.push_back(reason + " was counted " + std::to_string(metric) + " times, not " +
                         std::to_string(count));
    all += count;
  }
  if (weir_.metric("weir_http_requests_rejected_total") != all)
    problems.emplace_back("a reason was counted that no row names");
  return problems;
}

}  // namespace weir::strict
