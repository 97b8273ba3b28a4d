#include "app/crash.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace weir::app {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

constexpr int kFramesMax = 64;
constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

thread_local char thread_name[16] = "a thread";

// Only what is safe within a signal handler (signal-safety(7)).
void say(const char* text) {
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text, std::strlen(text));
}

void say_hex(std::uintptr_t value) {
  char digits[2 + 2 * sizeof(value) + 1];
  char* at = digits + sizeof(digits);
  *--at = '\0';
  do {
    *--at = "0123456789abcdef"[value % 16];
    value /= 16;
  } while (value != 0);
  *--at = 'x';
  *--at = '0';
  say(at);
}

const char* name_of(int number) {
  switch (number) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    default:
      return "SIGABRT";
  }
}

void on_crash(int number, siginfo_t* info, void*) {
  say("weir: ");
  say(thread_name);
  say(" crashed: ");
  say(name_of(number));
  if (number != SIGABRT) {
    say(" at ");
    say_hex(reinterpret_cast<std::uintptr_t>(info->si_addr));
  }
  say("; where, for addr2line -Cfpe weir ADDRESS:\n");
  void* frames[kFramesMax];
  int count = ::backtrace(frames, kFramesMax);
  ::backtrace_symbols_fd(frames, count, STDERR_FILENO);
  // The default is back (SA_RESETHAND): this ends the process when the handler returns.
  ::raise(number);
}

}  // namespace

void report_crashes() {
  if (kSanitized) return;
  // The first call loads a library, which must not happen in a handler.
  void* frame = nullptr;
  ::backtrace(&frame, 1);
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (int number : kSignals) ::sigaction(number, &action, nullptr);
}

CrashStack::CrashStack(const std::string& name) {
  name.copy(thread_name, sizeof(thread_name) - 1);
  thread_name[std::min(name.size(), sizeof(thread_name) - 1)] = '\0';
  ::pthread_setname_np(::pthread_self(), thread_name);
  if (kSanitized) return;
  stack_t stack{};
  stack.ss_sp = stack_.data();
  stack.ss_size = stack_.size();
  ::sigaltstack(&stack, nullptr);
}

CrashStack::~CrashStack() {
  if (kSanitized) return;
  stack_t off{};
  off.ss_flags = SS_DISABLE;
  ::sigaltstack(&off, nullptr);
}

}  // namespace weir::app
