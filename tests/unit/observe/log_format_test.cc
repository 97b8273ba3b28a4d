#include "observe/log_format.h"

#include <doctest/doctest.h>

namespace weir::observe {

using Kind = LogFormat::Kind;

TEST_CASE("a format is combined, json or a template") {
  CHECK(LogFormat().kind() == Kind::kCombined);
  CHECK(LogFormat::compile("combined").value().kind() == Kind::kCombined);
  CHECK(LogFormat::compile("json").value().kind() == Kind::kJson);
  auto made = LogFormat::compile("$status\t$route");
  REQUIRE(made.ok());
  CHECK(made.value().kind() == Kind::kTemplate);
  CHECK(made.value().line().parts().size() == 3);
  CHECK_FALSE(made.value().needs().sent_head);
  CHECK(LogFormat::compile("$sent_http_etag").value().needs().sent_head);
}

TEST_CASE("what is none is an error, at a place only where a variable is at fault") {
  http::TemplateFault fault;
  CHECK_FALSE(LogFormat::compile("jsn", &fault).ok());
  CHECK(fault.length == 0);
  for (std::string_view text : {"$status\n", "$status\r$route"}) {
    auto made = LogFormat::compile(text, &fault);
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().text.find("one line") != std::string::npos);
    CHECK(fault.length == 0);
  }
  CHECK_FALSE(LogFormat::compile("$status $rout", &fault).ok());
  CHECK(fault.position == 8);
  CHECK(fault.name == "rout");
}

}  // namespace weir::observe
