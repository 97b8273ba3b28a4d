#include "system/prometheus/server.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/curl.h"
#include "support/patience.h"

namespace weir::prometheus {

namespace {

std::string config_for(const std::string& target) {
  return "global: {scrape_interval: 100ms, scrape_timeout: 100ms}\n"
         "scrape_configs:\n"
         "  - job_name: weir\n"
         "    static_configs: [{targets: [\"" +
         target + "\"]}]\n";
}

std::string listening_address(support::Process& process) {
  constexpr std::string_view kBefore = "msg=\"Listening on\" address=";
  std::string line = process.wait_err_line(kBefore);
  std::string address = line.substr(line.find(kBefore) + kBefore.size());
  process.wait_err_line("Server is ready to receive web requests");
  return address;
}

}  // namespace

Server::Server(const std::string& target)
    : process_({"prometheus", "--config.file=" + dir_.write("prometheus.yml", config_for(target)),
                "--storage.tsdb.path=" + dir_.path("data"), "--web.listen-address=127.0.0.1:0"}),
      address_(listening_address(process_)) {}

std::map<std::string, double> Server::ask(const std::string& query,
                                          const std::string& label) const {
  auto result = support::curl(
      {"--get", "--data-urlencode", "query=" + query, "http://" + address_ + "/api/v1/query"});
  auto answer = nlohmann::json::parse(result.body);
  if (answer.at("status") != "success") throw std::runtime_error(query + ": " + result.body);
  std::map<std::string, double> values;
  for (const auto& series : answer.at("data").at("result")) {
    std::string name = label.empty() ? "" : series.at("metric").value(label, "");
    if (!values.emplace(name, std::stod(series.at("value").at(1).get<std::string>())).second)
      throw std::runtime_error(query + ": two series for '" + name + "'");
  }
  return values;
}

double Server::value(const std::string& query) const {
  auto values = ask(query);
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : values.begin()->second;
}

void Server::wait_value(const std::string& query, double value) const {
  support::wait_until(query, [&] { return this->value(query) == value; });
}

void Server::wait_scrapes(int count) const {
  support::wait_until("scrapes",
                      [&] { return value("sum_over_time(up{job=\"weir\"}[10m])") >= count; });
}

}  // namespace weir::prometheus
