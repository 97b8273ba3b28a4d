#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace weir::base {

// A count for objects that several threads hold and nobody changes, but for their atomics. Born
// with no holder.
class Shared {
 public:
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

 protected:
  Shared() = default;
  virtual ~Shared() = default;

 private:
  friend class SharedHold;
  mutable std::atomic<std::uint32_t> count_{0};
};

// A count for objects that several objects of one thread hold. Born with no holder.
class Counted {
 public:
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 protected:
  Counted() = default;
  ~Counted() = default;

 private:
  friend class CountedHold;
  mutable std::uint32_t count_ = 0;
};

// How a SharedRef counts.
class SharedHold {
 public:
  static void enter(const Shared& object) { object.count_.fetch_add(1, std::memory_order_relaxed); }
  // True for the last holder.
  static bool leave(const Shared& object) {
    return object.count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
};

// How a Ref counts.
class CountedHold {
 public:
  static void enter(const Counted& object) { ++object.count_; }
  // True for the last holder.
  static bool leave(const Counted& object) { return --object.count_ == 0; }
};

// Holds an object that carries its own count; the last holder to leave destroys it.
template <class T, class Hold>
class HoldingRef {
 public:
  HoldingRef() = default;
  explicit HoldingRef(T* object) : object_(object) { enter(); }
  HoldingRef(const HoldingRef& other) : object_(other.object_) { enter(); }
  HoldingRef(HoldingRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // Of a derived class, or of one that may be changed.
  template <class Other, std::enable_if_t<std::is_convertible_v<Other*, T*>, int> = 0>
  HoldingRef(const HoldingRef<Other, Hold>& other)  // NOLINT(google-explicit-constructor)
      : object_(other.get()) {
    enter();
  }
  HoldingRef& operator=(HoldingRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~HoldingRef() {
    if (object_ != nullptr && Hold::leave(*object_)) delete object_;
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  void enter() {
    if (object_ != nullptr) Hold::enter(*object_);
  }
  T* object_ = nullptr;
};

// Holds a Shared object. May be passed between threads; copying costs an atomic, so the request
// path borrows instead.
template <class T>
using SharedRef = HoldingRef<T, SharedHold>;

// Holds a Counted object. All holders live on one thread, so a copy costs an addition.
template <class T>
using Ref = HoldingRef<T, CountedHold>;

// A new T with one holder on this thread.
template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

// A new T with one holder.
template <class T, class... Args>
SharedRef<T> make_shared_ref(Args&&... args) {
  return SharedRef<T>(new T(std::forward<Args>(args)...));
}

}  // namespace weir::base
