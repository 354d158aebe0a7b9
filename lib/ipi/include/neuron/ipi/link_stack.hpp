// SPDX-License-Identifier: MIT
// Objects that are on their way to one CPU, from any CPU: each brings its own link, so none can be
// refused. The receiver takes all at once, newest first, and turns them round.
//
//   sender A            sender B             receiver
//   push: CAS head_ (release) ------------>  take_all: head_.exchange(null) (acquire)
//                       push: CAS head_ ...
#pragma once

#include <neuron/core/ids.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/send.hpp>
#include <neuron/ipi/trace.hpp>

namespace neuron::ipi {

/// Base of what can travel as a message. INV-IPI-4: it is in one message at a time; whoever hands
/// it over touches it no more.
class LinkNode {
  public:
    LinkNode() = default;
    LinkNode(const LinkNode&) = delete;
    LinkNode& operator=(const LinkNode&) = delete;

    /// What the mailbox writes on it.
    struct Label {
        core::CpuId sender;
        std::uint32_t kind = 0; ///< which of the image's link kinds
        std::uint64_t sequence = 0;
    };

  private:
    friend class LinkStack;
    core::Plain<LinkNode*> next_{nullptr}; ///< this and the label: handed over by LinkStack
    core::Plain<Label> label_;
};

class LinkStack {
  public:
    /// By any CPU. Tries again only because another CPU has just pushed or the receiver has taken.
    void push(LinkNode& node, LinkNode::Label label) {
        node.label_.write(label);
        LinkNode* seen = head_.load(core::relaxed); // a first guess
        do
            node.next_.write(seen);
        while (!head_.compare_exchange(seen, &node, core::release, core::relaxed));
        // Release pairs with take_all. On failure nothing is read but the word itself.
    }

    [[nodiscard]] bool is_empty() const {
        return head_.load(core::relaxed) == nullptr; // a hint; take_all acquires
    }

    /// By the receiver: all that are there, oldest first, as a chain for next().
    [[nodiscard]] LinkNode* take_all() {
        LinkNode* newest = head_.exchange(nullptr, core::acquire); // pairs with push
        LinkNode* chain = nullptr;
        while (newest != nullptr) {
            LinkNode* const older = newest->next_.read();
            newest->next_.write(chain);
            chain = newest;
            newest = older;
        }
        return chain;
    }

    /// By the receiver: takes the first one off a chain, with its label; the rest of the chain.
    /// After this the node is the handler's.
    [[nodiscard]] static LinkNode* next(LinkNode& first, LinkNode::Label& label) {
        label = first.label_.read();
        return first.next_.read();
    }

  private:
    core::Atomic<LinkNode*> head_{nullptr};
};

} // namespace neuron::ipi

// SAFETY: an Atomic of a pointer is not derived. A node is handed over with the pointer to it, and
// nobody else has it (INV-IPI-4); push releases, take_all acquires.
template <>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::ipi::LinkStack> = true;
