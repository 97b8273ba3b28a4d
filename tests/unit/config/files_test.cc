#include "config/files.h"

#include <doctest/doctest.h>

namespace weir::config {

TEST_CASE("places count through all files, and lead back to the file and its line") {
  Files files;
  auto& a = files.add("weir.yaml", "ab: 1\ncd: 2\n");
  auto& b = files.add("conf.d/b.yaml", "ef: 3\n");
  auto& c = files.add("conf.d/c.yaml", "");
  CHECK(a.base == 0);
  CHECK(b.base == 13);
  CHECK(c.base == 20);
  CHECK(&files.source_of(Place{12, 0}) == &a.source);  // its end
  CHECK(&files.source_of(Place{13, 2}) == &b.source);
  CHECK(&files.source_of(Place{20, 0}) == &c.source);
  CHECK(files.text(Place{13, 2}) == "ef");
  CHECK(files.line_text(Place{6, 2}) == "weir.yaml:2");
  CHECK(files.line_text(Place{6, 2}, Place{0, 1}) == "line 2");
  CHECK(files.line_text(Place{6, 2}, Place{13, 1}) == "weir.yaml:2");
}

TEST_CASE("errors are shown file by file, with one count and one bound for all") {
  Files files;
  auto& a = files.add("a.yaml", "ab: 1\n");
  files.add("b.yaml", "cd: 2\n");
  CHECK(files.render().empty());
  files.error(Place{7, 2}, "second");
  files.error(Place{0, 2}, "first");
  CHECK(files.count() == 2);
  CHECK(files.render() ==
        "a.yaml:1:1: error: first\n    1 | ab: 1\n      | ^~\n"
        "b.yaml:1:1: error: second\n    1 | cd: 2\n      | ^~\n2 errors\n");
  for (int i = 0; i < 150; ++i) files.error(Place{0, 2}, "first");
  CHECK(files.render().ends_with("\n52 errors more\n"));
  CHECK(files.render().find("second") == std::string::npos);
  files.keep_errors_of(a);
  CHECK(files.count() == 151);
}

TEST_CASE("a path named in a file is relative to its folder") {
  CHECK(beside("/etc/weir/weir.yaml", "a.log") == "/etc/weir/a.log");
  CHECK(beside("conf/weir.yaml", "../a.log") == "conf/../a.log");
  CHECK(beside("weir.yaml", "a.log") == "a.log");
  CHECK(beside("conf/weir.yaml", "/var/log/a.log") == "/var/log/a.log");
}

}  // namespace weir::config
