#pragma once

#include <cassert>
#include <cstddef>

namespace weir::base {

template <class T, class Tag>
class List;

// A hook that makes its owner a member of at most one List<T, Tag>. Destroying the hook leaves the
// list: cancelling is destroying. Not thread-safe; hook and list belong to one thread.
template <class T, class Tag = void>
class ListHook {
 public:
  ListHook() = default;
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;
  ~ListHook() { unlink(); }

  [[nodiscard]] bool linked() const { return next_ != nullptr; }
  // Leaves the list, if in one.
  void unlink() {
    if (next_ == nullptr) return;
    next_->previous_ = previous_;
    previous_->next_ = next_;
    next_ = previous_ = nullptr;
  }

 private:
  friend class List<T, Tag>;
  ListHook* next_ = nullptr;
  ListHook* previous_ = nullptr;
};

// A doubly linked list of objects that derive from ListHook<T, Tag>. Owns nothing. Destroying the
// list unlinks all members.
template <class T, class Tag = void>
class List {
  using Hook = ListHook<T, Tag>;

 public:
  List() { root_.next_ = root_.previous_ = &root_; }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() {
    while (!empty()) root_.next_->unlink();
    root_.next_ = root_.previous_ = nullptr;
  }

  [[nodiscard]] bool empty() const { return root_.next_ == &root_; }
  T& front() {
    assert(!empty());
    return *owner(root_.next_);
  }
  T& back() {
    assert(!empty());
    return *owner(root_.previous_);
  }
  // A member of another list, or of this one, moves here.
  void push_back(T& item) {
    static_cast<Hook&>(item).unlink();  // first: it may be the last of this list
    insert(root_.previous_, item);
  }
  void push_front(T& item) {
    static_cast<Hook&>(item).unlink();
    insert(&root_, item);
  }
  T& pop_front() {
    T& item = front();
    static_cast<Hook&>(item).unlink();
    return item;
  }
  // Takes all members of `other`, behind those that are here.
  void splice(List& other) {
    if (other.empty()) return;
    Hook& first = *other.root_.next_;
    Hook& last = *other.root_.previous_;
    other.root_.next_ = other.root_.previous_ = &other.root_;
    first.previous_ = root_.previous_;
    root_.previous_->next_ = &first;
    last.next_ = &root_;
    root_.previous_ = &last;
  }
  // Calls visit(T&) on each; visit may unlink the member it is given, and no other.
  template <class Visit>
  void each(Visit visit) {
    for (Hook* hook = root_.next_; hook != &root_;) {
      Hook* next = hook->next_;
      visit(*owner(hook));
      hook = next;
    }
  }

 private:
  static T* owner(Hook* hook) { return static_cast<T*>(hook); }
  void insert(Hook* behind, T& item) {
    Hook* hook = &static_cast<Hook&>(item);
    hook->previous_ = behind;
    hook->next_ = behind->next_;
    behind->next_->previous_ = hook;
    behind->next_ = hook;
  }
  Hook root_;
};

}  // namespace weir::base
