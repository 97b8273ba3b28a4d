#include "observe/json_line.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/observe/documented.h"

namespace weir::observe {
namespace {

std::string line_of(const Logged& exchange, std::size_t text_max = std::string::npos) {
  JsonLine line(exchange);
  std::string memory(line.size_max(text_max), ' ');
  LogText text(memory.data(), memory.size());
  line.put(text, text_max);
  CHECK(text.size() <= memory.size());
  CHECK(text.view().ends_with("}\n"));
  return std::string(text.view());
}

bool has(const std::string& line, const std::string& part) {
  return line.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a line is an object with every field, as string, number or null") {
  Ended asked;
  asked.request.head.fields.add(asked.arena, "User-Agent", "caf\xC3\xA9 \"x\"\n\xFF");
  asked.request.peer.port = 4711;
  asked.request.record.started = 1'000'000'000;
  asked.request.record.ended = 1'005'000'000;
  std::string line = line_of(asked.logged);
  CHECK(line.starts_with("{\"time_iso8601\":\"2"));
  CHECK(has(line,
            "\"request_id\":\"0123456789abcdef0123456789abcdef\",\"remote_addr\":\"10.1.2.3\","
            "\"remote_port\":4711,\"remote_user\":null,\"scheme\":\"http\","
            "\"host\":\"shop.example.com\",\"request_method\":\"GET\","
            "\"request_uri\":\"/a?b=1\",\"server_protocol\":\"HTTP/1.1\",\"status\":200,"
            "\"body_bytes_sent\":5,\"bytes_sent\":0,\"request_length\":0,"
            "\"request_time\":0.005,\"http_referer\":null,"
            "\"http_user_agent\":\"caf\xC3\xA9 \\\"x\\\"\\n\\u00FF\","
            "\"route\":\"orders\",\"upstream\":\"api\",\"tries\":0,\"reason\":null,"
            "\"upstream_addr\":[],\"upstream_status\":[]"));
}

TEST_CASE("what each try has a value of is an array, with null for nothing") {
  Ended asked;
  asked.request.record.begin_try("10.0.0.1:80", 1'000'000'000, asked.arena);
  asked.request.record.last_try.status = 502;
  asked.request.record.last_try.ended = 1'001'000'000;
  asked.request.record.begin_try("unix:/a, \"b\"", 1'001'000'000, asked.arena);
  asked.request.record.last_try.connected = 1'001'000'000;
  asked.request.record.last_try.head = 1'002'000'000;
  asked.request.record.last_try.status = 200;
  asked.request.record.last_try.received = 77;
  asked.request.record.ended = 1'003'000'000;
  CHECK(
      has(line_of(asked.logged),
          "\"tries\":2,\"reason\":null,\"upstream_addr\":[\"10.0.0.1:80\",\"unix:/a, \\\"b\\\"\"],"
          "\"upstream_status\":[502,200],\"upstream_connect_time\":[null,0.000],"
          "\"upstream_header_time\":[null,0.001],\"upstream_response_time\":[0.001,0.002],"
          "\"upstream_bytes_received\":[0,77]}\n"));
}

TEST_CASE("a number never has leading zeros, and secrets are masked") {
  Ended asked;
  asked.request.record.status = 0;
  asked.request.head.target = "/?api_key=1";
  std::string line = line_of(asked.logged);
  CHECK(has(line, "\"status\":0,"));
  CHECK(has(line, "\"request_uri\":\"/?api_key=***\""));
}

TEST_CASE("a line that is cut is an object all the same") {
  Ended asked;
  asked.request.head.fields.add(asked.arena, "User-Agent",
                                std::string_view("\xE2\x82\xAC \x01\x02", 6));
  asked.request.record.begin_try("10.0.0.1:80", 1, asked.arena);
  std::string line = line_of(asked.logged, 2);
  CHECK(has(line, "\"http_user_agent\":\"\\u00E2\\u0082\""));
  CHECK(has(line, "\"status\":null"));
  CHECK(has(line, "\"upstream_addr\":null"));
  CHECK(has(line_of(asked.logged, 0), "\"host\":null"));
}

TEST_CASE("the fields are those of the page, in its order") {
  std::vector<std::string> names;
  for (const JsonField& field : json_fields()) names.emplace_back(field.name);
  CHECK(names == documented("json fields"));
}

}  // namespace weir::observe
