#include "observe/log_sink.h"

#include <utility>

#include "observe/log_file.h"
#include "observe/syslog_sender.h"

namespace weir::observe {

base::Result<std::unique_ptr<LogSink>> LogSink::open(std::string_view path,
                                                     const std::optional<LogOwner>& owner) {
  if (path.starts_with(SyslogSender::kPrefix)) {
    auto sender = SyslogSender::open(path.substr(SyslogSender::kPrefix.size()));
    if (!sender) return sender.error();
    return std::unique_ptr<LogSink>(std::move(sender.value()));
  }
  auto file = LogFile::open(path, owner);
  if (!file) return file.error();
  return std::unique_ptr<LogSink>(std::move(file.value()));
}

}  // namespace weir::observe
