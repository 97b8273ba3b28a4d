#include "support/weir_process.h"

#include <csignal>
#include <sstream>
#include <stdexcept>

#include "support/raw_client.h"

namespace weir::support {

namespace {

// Whether the file has this key at its top.
bool has_key(const std::string& config, const std::string& key) {
  return config.starts_with(key + ":") || config.find("\n" + key + ":") != std::string::npos;
}

std::string completed(std::string config) {
  if (!config.ends_with('\n')) config += '\n';
  if (!has_key(config, "admin")) config += "admin: {listen: \"127.0.0.1:0\"}\n";
  if (!has_key(config, "access_log")) config += "access_log: off\n";
  if (!has_key(config, "workers")) config += "workers: 1\n";
  return config;
}

std::string last_word(const std::string& line) { return line.substr(line.rfind(' ') + 1); }

// The labels between braces, one by one; values hold no comma here.
std::vector<std::string> labels_of(std::string_view series) {
  std::vector<std::string> labels;
  std::size_t open = series.find('{');
  if (open == std::string_view::npos) return labels;
  std::istringstream in(std::string(series.substr(open + 1, series.rfind('}') - open - 1)));
  for (std::string label; std::getline(in, label, ',');) labels.push_back(label);
  return labels;
}

bool has_labels(const std::string& line, const std::vector<std::string>& labels) {
  std::size_t open = line.find('{');
  for (const auto& label : labels) {
    std::size_t at = open == std::string::npos ? open : line.find(label, open);
    if (at == std::string::npos || (line[at - 1] != '{' && line[at - 1] != ',')) return false;
  }
  return true;
}

}  // namespace

WeirProcess::WeirProcess(const std::string& config, const std::vector<std::string>& environment)
    : process_("weir", {"-c", dir_.write("weir.yaml", completed(config))}, environment) {
  admin_ = last_word(process_.wait_err_line("weir: admin listening on "));
  // Metrics know how many listeners there are, once these are told: when weir is ready.
  wait_until("weir is ready", [this] { return RawClient(admin_).get("/readyz").status() == 200; });
  std::string text = metrics();
  constexpr std::string_view kOfEachListener = "\nweir_connections_accepted_total{";
  for (std::size_t at = 0; (at = text.find(kOfEachListener, at)) != std::string::npos; ++at)
    addresses_.push_back(last_word(process_.wait_err_line("weir: listening on ")));
}

std::string WeirProcess::reload(const std::string& config) {
  dir_.write("weir.yaml", completed(config));
  process_.signal(SIGHUP);
  std::string said;
  for (;;) {
    std::string line = process_.wait_err_line("");
    said += line + '\n';
    if (line.starts_with("weir: listening on ")) addresses_.push_back(last_word(line));
    for (std::string_view end : {"HUP: serving", "cannot be served", "HUP: not reloaded"}) {
      if (line.find(end) != std::string::npos) return said;
    }
  }
}

std::string WeirProcess::metrics() const {
  RawClient client(admin_);
  Message answer = client.get("/metrics");
  if (answer.status() != 200 || !answer.complete) throw std::runtime_error("no metrics");
  return answer.body;
}

double WeirProcess::metric(std::string_view series) const { return sum_series(metrics(), series); }

void WeirProcess::wait_metric(std::string_view series, double value) const {
  double last = 0;
  try {
    wait_until(series, [&] { return (last = metric(series)) == value; });
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string(error.what()) + " is " + std::to_string(last) +
                             " and not " + std::to_string(value));
  }
}

double sum_series(std::string_view text, std::string_view series) {
  std::string name(series.substr(0, series.find('{')));
  auto labels = labels_of(series);
  bool known = text.find("# TYPE " + name + " ") != std::string_view::npos;
  double sum = 0;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    char next = line[name.size()];
    if (next != '{' && next != ' ') continue;
    known = true;
    if (has_labels(line, labels)) sum += std::stod(last_word(line));
  }
  if (!known) throw std::runtime_error("no metric is named " + name);
  return sum;
}

}  // namespace weir::support
