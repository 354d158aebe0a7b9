// SPDX-License-Identifier: MIT
// A list of objects that bring their own links, so that putting one in can't fail. One owner. The
// links are a base class, which turns back into its object by static_cast: no cast that a compiler
// can't check.
#pragma once

#include <neuron/core/check.hpp>

#include <cstddef>

namespace neuron::core {

template <class T, class Tag>
class List;

/// Base of what can stand in one List<T, Tag> at a time. It neither copies nor moves, and ends only
/// outside every list.
template <class T, class Tag = void>
class Linked {
    Linked() = default;
    friend T; // and nobody else is one

  public:
    // NOLINTNEXTLINE(bugprone-crtp-constructor-accessibility): nobody can call it
    Linked(const Linked&) = delete;
    Linked& operator=(const Linked&) = delete;
    ~Linked() { check(!is_linked(), "List: an element ends while it is in a list"); }

    [[nodiscard]] bool is_linked() const { return list_ != nullptr; }

  private:
    friend class List<T, Tag>;
    Linked* next_ = nullptr;
    Linked* previous_ = nullptr;
    const void* list_ = nullptr; ///< the list it is in
};

/// First in, first out, and out of the middle; every call is O(1). INV-CORE-9: an element is in one
/// list at most, and comes out of the one that it is in.
template <class T, class Tag = void>
class List {
    using Link = Linked<T, Tag>;

  public:
    List() = default;
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    ~List() { check(is_empty(), "List: it ends with elements in it"); }

    [[nodiscard]] bool is_empty() const { return first_ == nullptr; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// The oldest; nullptr if there is none.
    [[nodiscard]] T* front() { return object(first_); }
    /// The newest; nullptr if there is none.
    [[nodiscard]] T* back() { return object(last_); }
    /// The one behind `element`, which is in this list; nullptr at the end.
    [[nodiscard]] T* after(T& element) { return object(link(element).next_); }
    /// The one before it; nullptr at the beginning.
    [[nodiscard]] T* before(T& element) { return object(link(element).previous_); }

    void push_back(T& element) { insert(link(element), last_, nullptr); }
    void push_front(T& element) { insert(link(element), nullptr, first_); }

    /// Takes the oldest out; nullptr if there is none.
    [[nodiscard]] T* pop_front() {
        T* element = front();
        if (element != nullptr)
            remove(*element);
        return element;
    }

    /// Puts `element` in, behind all, and takes the oldest out, which there is.
    [[nodiscard]] T& rotate(T& element) {
        Link& added = link(element);
        check(!added.is_linked(), "List: the element is in a list already");
        Link& gone = *first_;
        first_ = gone.next_ != nullptr ? gone.next_ : &added;
        first_->previous_ = nullptr;
        if (gone.next_ != nullptr) {
            last_->next_ = &added;
            added.previous_ = last_;
        }
        last_ = &added;
        added.list_ = this;
        gone.next_ = nullptr;
        gone.list_ = nullptr;
        return *object(&gone);
    }

    /// Takes `element` out, which is in this list.
    void remove(T& element) {
        Link& gone = link(element);
        check(gone.list_ == this, "List: the element is not in this list");
        (gone.previous_ != nullptr ? gone.previous_->next_ : first_) = gone.next_;
        (gone.next_ != nullptr ? gone.next_->previous_ : last_) = gone.previous_;
        gone.next_ = gone.previous_ = nullptr;
        gone.list_ = nullptr;
        --size_;
    }

  private:
    static Link& link(T& element) { return element; }
    static T* object(Link* link) { return static_cast<T*>(link); }

    void insert(Link& added, Link* before, Link* behind) {
        check(!added.is_linked(), "List: the element is in a list already");
        added.previous_ = before;
        added.next_ = behind;
        added.list_ = this;
        (before != nullptr ? before->next_ : first_) = &added;
        (behind != nullptr ? behind->previous_ : last_) = &added;
        ++size_;
    }

    Link* first_ = nullptr;
    Link* last_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace neuron::core
