#include "observe/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace weir::observe {
namespace {

using prometheus::MetricType;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Bytes of address space, and of memory that is there.
struct Memory {
  std::optional<double> whole;
  std::optional<double> resident;
};

// proc(5), /proc/pid/statm: its first two numbers, in pages.
Memory memory() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return {};
  unsigned long long size = 0;
  unsigned long long resident = 0;
  int read = std::fscanf(file, "%llu %llu", &size, &resident);
  std::fclose(file);
  if (read != 2) return {};
  auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return {static_cast<double>(size) * page, static_cast<double>(resident) * page};
}

// How many entries a folder of /proc/self has.
std::optional<double> entries_of(const char* path) {
  DIR* folder = opendir(path);
  if (folder == nullptr) return std::nullopt;
  double count = 0;
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  closedir(folder);
  return count;
}

std::optional<double> open_fds() {
  auto count = entries_of("/proc/self/fd");
  if (count) *count -= 1;  // the folder itself
  return count;
}

std::optional<double> max_fds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

void add_one(Families& families, const char* name, const char* help, MetricType type,
             std::optional<double> value) {
  if (!value) return;
  auto& family = add_family(families, name, help, type);
  if (type == MetricType::Counter) {
    add_counter(family, {}, *value);
  } else {
    add_gauge(family, {}, *value);
  }
}

void add_reloads(const ReloadCounts& reloads, Families& families) {
  auto& family =
      add_family(families, "weir_config_reloads_total",
                 "Reloads of the configuration, by what became of them.", MetricType::Counter);
  add_counter(family, {{"result", "success"}}, static_cast<double>(reloads.well.get()));
  add_counter(family, {{"result", "failure"}}, static_cast<double>(reloads.failed.get()));
  add_one(families, "weir_config_last_reload_success_timestamp_seconds",
          "When a reload last went well, since 1970; 0: never.", MetricType::Gauge,
          reloads.last_success);
  add_one(families, "weir_config_generation",
          "Which configuration is served: 1 at the start, one more with each that was taken up.",
          MetricType::Gauge, static_cast<double>(reloads.well.get() + 1));
}

}  // namespace

void add_process_metrics(const MetricsSource& source, Families& families) {
  add_reloads(source.reloads, families);
  std::uint64_t dropped = 0;
  for (const auto* counter : source.dropped_log_lines) dropped += counter->get();
  add_one(families, "weir_access_log_dropped_total",
          "Log lines that were dropped because the log did not keep up or could not be written.",
          MetricType::Counter, static_cast<double>(dropped));
  add_gauge(add_family(families, "weir_build_info", "1, with the version of the program.",
                       MetricType::Gauge),
            {{"version", source.version}}, 1);
  add_one(families, "process_cpu_seconds_total", "CPU time spent, user and system.",
          MetricType::Counter, cpu_seconds());
  Memory bytes = memory();
  add_one(families, "process_resident_memory_bytes", "Memory that is resident.", MetricType::Gauge,
          bytes.resident);
  add_one(families, "process_virtual_memory_bytes", "Address space in use.", MetricType::Gauge,
          bytes.whole);
  add_one(families, "process_threads", "Threads of the process.", MetricType::Gauge,
          entries_of("/proc/self/task"));
  add_one(families, "process_open_fds", "Descriptors that are open.", MetricType::Gauge,
          open_fds());
  add_one(families, "process_max_fds", "Descriptors that may be open.", MetricType::Gauge,
          max_fds());
  add_one(families, "process_start_time_seconds", "When the process started, since 1970.",
          MetricType::Gauge, source.start_time);
}

}  // namespace weir::observe
