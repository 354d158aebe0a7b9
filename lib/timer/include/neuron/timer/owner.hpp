// SPDX-License-Identifier: MIT
// Rights. Whoever arms timers is an Owner, who may cancel and move its own and no others; who holds
// the Authority may cancel anybody's and ask for more precision than the owner's class has. Both
// are values that move and are not copied.
#pragma once

#include <neuron/core/qos.hpp>
#include <neuron/core/result.hpp>
#include <neuron/core/send.hpp>
#include <neuron/timer/error.hpp>

#include <array>
#include <optional>
#include <utility>

namespace neuron::timer {

/// The right to arm CONFIG_TIMER_PER_OWNER timers at a time, on whichever CPUs, with the windows of
/// its class. One that ends without close_owner keeps its account.
class Owner {
  public:
    Owner(Owner&& other) noexcept
        : account_(std::exchange(other.account_, nobody)), qos_(other.qos_) {}
    Owner& operator=(Owner&&) = delete;

    [[nodiscard]] core::QosClass qos() const { return qos_; }

    /// What an Owner that was moved away has: nothing is armed with it.
    static constexpr std::uint32_t nobody = ~std::uint32_t{0};
    [[nodiscard]] std::uint32_t account() const { return account_; }

  private:
    template <std::size_t Count>
    friend class Accounts;
    Owner(std::uint32_t account, core::QosClass qos) : account_(account), qos_(qos) {}

    std::uint32_t account_;
    core::QosClass qos_;

  public:
    using neuron_members = core::Members<Owner, &Owner::account_, &Owner::qos_>;
};

/// There is one in an image. One that was moved away is none.
class Authority {
  public:
    Authority(Authority&& other) noexcept : is_held_(std::exchange(other.is_held_, false)) {}
    Authority& operator=(Authority&&) = delete;

    [[nodiscard]] bool is_held() const { return is_held_; }

  private:
    template <std::size_t Count>
    friend class Accounts;
    Authority() = default;
    bool is_held_ = true;

  public:
    using neuron_members = core::Members<Authority, &Authority::is_held_>;
};

/// How many timers each owner has armed. Every CPU and context. Each word stands for itself, but
/// for the last timer of an owner that is closed: its callback has returned.
template <std::size_t Count>
class Accounts {
  public:
    [[nodiscard]] core::Result<Owner, Error> open(core::QosClass qos) {
        for (std::uint32_t account = 0; account < Count; ++account) {
            std::uint32_t closed = 0;
            if (words_[account].compare_exchange(closed, is_open, core::relaxed, core::relaxed))
                return Owner(account, qos);
        }
        return std::unexpected(Error::OwnerLimit);
    }
    /// False if it has timers, and is still open.
    [[nodiscard]] bool close(Owner& owner) {
        std::uint32_t no_timers = is_open;
        if (owner.account_ == Owner::nobody ||
            // Acquire: pairs with give_back.
            !words_[owner.account_].compare_exchange(no_timers, 0, core::acquire, core::relaxed))
            return false;
        owner.account_ = Owner::nobody;
        return true;
    }

    /// One timer more; false if `most` are armed. INV-TIMER-3.
    [[nodiscard]] bool try_take(std::uint32_t account, std::uint32_t most) {
        if (account == Owner::nobody)
            return false;
        std::uint32_t seen = words_[account].load(core::relaxed);
        do
            if ((seen & ~is_open) >= most)
                return false;
        while (!words_[account].compare_exchange(seen, seen + 1, core::relaxed, core::relaxed));
        return true;
    }
    /// Once for each that was taken.
    void give_back(std::uint32_t account) {
        words_[account].fetch_sub(1, core::release); // pairs with close: its callback is over
    }
    [[nodiscard]] std::uint32_t armed(const Owner& owner) const {
        if (owner.account_ == Owner::nobody)
            return 0;
        return words_[owner.account_].load(core::relaxed) & ~is_open;
    }

    [[nodiscard]] std::optional<Authority> take_authority() {
        if (authority_taken_.exchange(1, core::relaxed) != 0)
            return {};
        return Authority();
    }

  private:
    static constexpr std::uint32_t is_open = 0x8000'0000;

    std::array<core::Atomic<std::uint32_t>, Count> words_{};
    core::Atomic<std::uint32_t> authority_taken_{0};

  public:
    using neuron_members = core::Members<Accounts, &Accounts::words_, &Accounts::authority_taken_>;
};

} // namespace neuron::timer
