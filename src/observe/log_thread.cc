#include "observe/log_thread.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace weir::observe {

LogThread::LogThread(std::size_t buffers, std::size_t capacity, ErrorLog& errors)
    : capacity_(std::max(capacity, kCapacityMin)), errors_(errors), unmade_(buffers) {
  free_.reserve(buffers);
  handed_.reserve(buffers);
}

LogThread::~LogThread() { stop(); }

base::Result<std::size_t> LogThread::open(std::string_view path,
                                          const std::optional<LogOwner>& owner) {
  auto log = LogSink::open(path, owner);
  if (!log) return log.error();
  logs_.push_back(std::move(log.value()));
  return logs_.size() - 1;
}

void LogThread::start() {
  // A thread inherits its maker's mask: signals are the control thread's business.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::unique_ptr<LogBuffer> LogThread::take() {
  {
    std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto buffer = std::move(free_.back());
      free_.pop_back();
      return buffer;
    }
    if (unmade_ == 0) return nullptr;
    --unmade_;
  }
  return std::make_unique<LogBuffer>(capacity_);
}

void LogThread::give(std::size_t log, std::unique_ptr<LogBuffer> buffer) {
  {
    std::lock_guard lock(mutex_);
    if (buffer->used == 0) {
      free_.push_back(std::move(buffer));
      return;
    }
    handed_.push_back({log, std::move(buffer)});
  }
  wake_.notify_one();
}

void LogThread::reopen() {
  {
    std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  wake_.notify_one();
}

void LogThread::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void LogThread::run() {
  std::vector<Handed> writing;
  writing.reserve(handed_.capacity());
  for (bool last = false; !last;) {
    bool reopen = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !handed_.empty() || reopen_ || stopping_; });
      std::swap(writing, handed_);
      reopen = std::exchange(reopen_, false);
      last = stopping_;
    }
    write_all(writing);
    if (!reopen) continue;
    for (auto& log : logs_) {
      if (auto done = log->reopen(); !done) errors_.write(Level::kError, done.error().text);
    }
  }
}

void LogThread::write_all(std::vector<Handed>& handed) {
  for (auto& [log, buffer] : handed) {
    std::string_view lines(buffer->memory.get(), buffer->used);
    if (auto lost = logs_[log]->write(lines, stopping_, errors_); lost > 0) dropped_.add(lost);
    buffer->used = 0;
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(buffer));
  }
  handed.clear();
}

}  // namespace weir::observe
