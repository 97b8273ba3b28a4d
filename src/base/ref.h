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
  template <class T>
  friend class SharedRef;
  mutable std::atomic<std::uint32_t> count_{0};
};

// Holds a Shared object; the last holder to leave destroys it. May be passed between threads;
// copying costs an atomic, so the request path borrows instead.
template <class T>
class SharedRef {
 public:
  SharedRef() = default;
  explicit SharedRef(T* object) : object_(object) { hold(); }
  SharedRef(const SharedRef& other) : object_(other.object_) { hold(); }
  SharedRef(SharedRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // Of a derived class, or of one that may be changed.
  template <class Other, std::enable_if_t<std::is_convertible_v<Other*, T*>, int> = 0>
  SharedRef(const SharedRef<Other>& other)  // NOLINT(google-explicit-constructor)
      : object_(other.get()) {
    hold();
  }
  SharedRef& operator=(SharedRef other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~SharedRef() {
    if (object_ != nullptr && object_->Shared::count_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete object_;
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  void hold() {
    if (object_ != nullptr) object_->Shared::count_.fetch_add(1, std::memory_order_relaxed);
  }
  T* object_ = nullptr;
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
  template <class T>
  friend class Ref;
  mutable std::uint32_t count_ = 0;
};

// Holds a Counted object; the last holder to leave destroys it. All holders live on one thread, so
// a copy costs an addition.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) { hold(); }
  Ref(const Ref& other) : object_(other.object_) { hold(); }
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // Of a derived class, or of one that may be changed.
  template <class Other, std::enable_if_t<std::is_convertible_v<Other*, T*>, int> = 0>
  Ref(const Ref<Other>& other) : object_(other.get()) {  // NOLINT(google-explicit-constructor)
    hold();
  }
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr && --object_->Counted::count_ == 0) delete object_;
  }

  T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  void hold() {
    if (object_ != nullptr) ++object_->Counted::count_;
  }
  T* object_ = nullptr;
};

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
