// SPDX-License-Identifier: MIT
// A message, and why one comes back.
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/result.hpp>
#include <neuron/ipi/kind.hpp>

#include <concepts>
#include <string_view>
#include <utility>

namespace neuron::ipi {

enum class Reason : std::uint32_t {
    InvalidCpu,  ///< there is no such CPU
    Offline,     ///< it is not online
    MailboxFull, ///< the ring from this CPU to that one is full
    KindFull,    ///< as many messages of this kind wait there as it allows itself
    RateLimited, ///< this CPU has no token for best-effort messages now
};

constexpr std::string_view to_string(Reason reason) {
    switch (reason) {
    case Reason::InvalidCpu:
        return "InvalidCpu";
    case Reason::Offline:
        return "Offline";
    case Reason::MailboxFull:
        return "MailboxFull";
    case Reason::KindFull:
        return "KindFull";
    case Reason::RateLimited:
        return "RateLimited";
    }
    return "?";
}
constexpr std::string_view format_value(Reason reason) {
    return to_string(reason);
}

/// A message of kind K: moves, is never copied, and is gone from its sender once it is posted.
template <class K>
class [[nodiscard]] IpiMessage {
    static_assert(core::Send<Content<K>>,
                  "IpiMessage: what it carries goes to another CPU: it must be Send (no pointer, "
                  "reference or span)");

  public:
    IpiMessage()
        requires std::same_as<Content<K>, Nothing>
    = default;
    explicit IpiMessage(Content<K> content)
        requires(!std::same_as<Content<K>, Nothing>)
        : content_(std::move(content)) {}
    IpiMessage(IpiMessage&&) noexcept = default;
    IpiMessage& operator=(IpiMessage&&) noexcept = default;

    [[nodiscard]] const Content<K>& content() const { return content_; }
    /// The content, moved out.
    [[nodiscard]] Content<K> take() && { return std::move(content_); }

  private:
    Content<K> content_{};

  public:
    using neuron_members = core::Members<IpiMessage, &IpiMessage::content_>;
};

/// A message that is the object itself: whoever makes one owns the object, and hands it over.
template <LinkKind K>
class [[nodiscard]] IpiMessage<K> {
    static_assert(core::Send<Content<K>>,
                  "IpiMessage: the object goes to another CPU: its type must be Send, which a type "
                  "with a LinkNode says of itself (core::unsafe_send, with its SAFETY)");

  public:
    explicit IpiMessage(Content<K>& object) : object_(&object) {}
    IpiMessage(IpiMessage&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    IpiMessage& operator=(IpiMessage&& other) noexcept {
        object_ = std::exchange(other.object_, nullptr);
        return *this;
    }

    /// The object.
    [[nodiscard]] Content<K>& content() const {
        core::check(object_ != nullptr, "IpiMessage: it was moved from");
        return *object_;
    }

  private:
    Content<K>* object_;
};

/// The message comes back with the reason.
template <class K>
using Refusal = core::Refused<IpiMessage<K>, Reason>;
template <class K>
using Posted = core::Result<void, Refusal<K>>;

} // namespace neuron::ipi

// SAFETY: a pointer is never derived; the message stands for the object, which is handed over with
// it and is in one place at a time (INV-IPI-4): it can't be copied.
template <neuron::ipi::LinkKind K>
inline constexpr bool neuron::core::unsafe_send<neuron::ipi::IpiMessage<K>> = true;

// Consumed on receipt: never read by two.
template <class K>
inline constexpr bool neuron::core::unsafe_sync<neuron::ipi::IpiMessage<K>> = false;
