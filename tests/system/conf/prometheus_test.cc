#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "support/weir_process.h"
#include "system/conf/setup.h"

namespace weir::conf {

TEST_CASE("promtool finds the scrape file and the alerts right") {
  Run checked = run({"promtool", "check", "config", kConf + "prometheus/prometheus.yml"});
  CHECK_MESSAGE(checked.status == 0, checked.text);
  checked = run({"promtool", "check", "rules", kConf + "prometheus/alerts.yml"});
  CHECK_MESSAGE(checked.status == 0, checked.text);
}

TEST_CASE("each alert comes when it should, and says what to look at") {
  Run tested = run({"promtool", "test", "rules",
                    std::string(WEIR_SOURCE_DIR) + "/tests/system/conf/alerts_test.yml"});
  CHECK_MESSAGE(tested.status == 0, tested.text);
}

TEST_CASE("the alerts ask for metrics that weir has") {
  support::WeirProcess weir("listen: \"127.0.0.1:0\"\nupstreams: {app: [\"127.0.0.1:9\"]}\n");
  std::string metrics = weir.metrics();
  std::string alerts = support::read_whole_file(kConf + "prometheus/alerts.yml");
  std::set<std::string> names;
  std::regex name("weir_[a-z_]+");
  for (std::sregex_iterator it(alerts.begin(), alerts.end(), name), end; it != end; ++it) {
    std::string family = it->str();
    if (family.ends_with("_bucket")) family.resize(family.size() - 7);
    names.insert(family);
  }
  CHECK(names.size() >= 8);
  for (const auto& family : names) {
    CAPTURE(family);
    CHECK(metrics.find("# TYPE " + family + " ") != std::string::npos);
  }
}

}  // namespace weir::conf
