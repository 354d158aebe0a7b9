// SPDX-License-Identifier: MIT
// A function on its way to another CPU, with its arguments, and its result on the way back. Each
// CPU has one, for the call that it makes. INV-IPI-6: the function runs once at most, and arguments
// and result lie here, which outlives a caller that has given up.
//
//   caller                                         target, in a handler
//   claim     Idle -> Claimed
//   fills it; post  Claimed -> Posted  ----------> start   Posted -> Running
//                                                  runs; puts the result
//   result    Done -> Idle  <--------------------  finish  Running -> Done
//   or, when time is up:
//   abandon   Posted -> Unwanted ----------------> start:  Unwanted -> Idle, dropping the arguments
//             Running -> Orphaned ---------------> finish: Orphaned -> Idle, dropping the result
#pragma once

#include <neuron/core/check.hpp>
#include <neuron/core/ids.hpp>
#include <neuron/core/plain.hpp>
#include <neuron/core/send.hpp>
#include <neuron/core/witness.hpp>

#include <array>
#include <cstddef>
#include <new>
#include <tuple>

namespace neuron::ipi {

class CallCell {
  public:
    /// What arguments, and what a result, may take.
    static constexpr std::size_t bytes = 64;

    /// Who runs and who drops what is inside; each knows its types.
    struct Steps {
        void (*run)(CallCell&, core::IrqContext&);
        void (*drop_arguments)(CallCell&);
        void (*drop_result)(CallCell&);
    };

    template <class T>
    static constexpr bool fits = sizeof(T) <= bytes && alignof(T) <= alignof(std::max_align_t);

    // Caller.
    core::CpuId target{}; ///< of the call that is out there; the caller's alone
    /// False if a call of this CPU is still out there.
    [[nodiscard]] bool claim() {
        State idle = State::Idle;
        // Acquire: pairs with serve, which may be the one that ended a call given up.
        return state_.compare_exchange(idle, State::Claimed, core::acquire, core::relaxed);
    }
    template <class Arguments, class... A>
    void fill(const Steps& steps, A&&... arguments) {
        steps_.write(&steps);
        make<Arguments>(arguments_, std::forward<A>(arguments)...);
        state_.store(State::Posted, core::relaxed); // published by the message that follows
    }
    /// It was not posted: the arguments come back.
    template <class Arguments>
    [[nodiscard]] Arguments unfill() {
        Arguments back = take<Arguments>(arguments_);
        state_.store(State::Idle, core::relaxed); // the next claim is this CPU's
        return back;
    }
    [[nodiscard]] bool is_done() const {
        return state_.load(core::acquire) == State::Done;
    } // finish
    /// Once it is done.
    template <class R>
    [[nodiscard]] R take_result() {
        R result = take<R>(result_);
        state_.store(State::Idle, core::relaxed); // the next claim is this CPU's
        return result;
    }
    /// Gives up; false if it is done after all.
    [[nodiscard]] bool abandon() {
        State seen = state_.load(core::acquire); // pairs with finish: it may be Done
        while (seen != State::Done)
            // Hands nothing over: the arguments went with the message. On failure as above.
            if (state_.compare_exchange(seen,
                                        seen == State::Posted ? State::Unwanted : State::Orphaned,
                                        core::acquire, core::acquire))
                return true;
        return false;
    }
    /// The target has left the system for good, wherever it was: that it was seen offline orders.
    void reclaim() {
        const State seen = state_.load(core::relaxed);
        if (seen == State::Posted || seen == State::Unwanted)
            steps_.read()->drop_arguments(*this);
        if (seen == State::Done)
            steps_.read()->drop_result(*this);
        state_.store(State::Idle, core::relaxed); // the next claim is this CPU's
    }

    // Target, in a handler.
    void serve(core::IrqContext& irq) {
        State seen = State::Posted;
        // Relaxed: the message that brought this here has published what fill wrote.
        if (!state_.compare_exchange(seen, State::Running, core::relaxed, core::relaxed)) {
            core::check(seen == State::Unwanted, "CallCell: a call that nobody made");
            steps_.read()->drop_arguments(*this);
            state_.store(State::Idle, core::release); // pairs with claim
            return;
        }
        const Steps* const steps = steps_.read();
        steps->run(*this, irq);
        seen = State::Running;
        // Release: pairs with is_done. On failure the caller has given up, and what is there is
        // this CPU's own.
        if (state_.compare_exchange(seen, State::Done, core::release, core::relaxed))
            return;
        steps->drop_result(*this);
        state_.store(State::Idle, core::release); // pairs with claim
    }

    /// For Steps: the arguments, moved out; the result, put in.
    template <class Arguments>
    [[nodiscard]] Arguments take_arguments() {
        return take<Arguments>(arguments_);
    }
    template <class R>
    void put_result(R result) {
        make<R>(result_, std::move(result));
    }
    template <class T>
    static void drop_arguments(CallCell& cell) {
        place<T>(cell.arguments_)->~T();
    }
    template <class T>
    static void drop_result(CallCell& cell) {
        place<T>(cell.result_)->~T();
    }

  private:
    enum class State : std::uint32_t { Idle, Claimed, Posted, Running, Done, Unwanted, Orphaned };
    using Bytes = std::array<std::byte, bytes>;

    template <class T, class... A>
    static void make(Bytes& bytes_of, A&&... from) {
        static_assert(fits<T>);
        ::new (bytes_of.data()) T(std::forward<A>(from)...);
    }
    template <class T>
    static T* place(Bytes& bytes_of) {
        static_assert(fits<T>);
        // SAFETY: aligned for every T that fits; state_ says whether a T is there.
        return std::launder(reinterpret_cast<T*>(bytes_of.data()));
    }
    template <class T>
    static T take(Bytes& bytes_of) {
        T* const there = place<T>(bytes_of);
        T value = std::move(*there);
        there->~T();
        return value;
    }

    core::Atomic<State> state_{State::Idle};
    core::Plain<const Steps*> steps_{nullptr}; ///< this and the bytes: handed over by state_
    alignas(std::max_align_t) Bytes arguments_{};
    alignas(std::max_align_t) Bytes result_{};
};

} // namespace neuron::ipi

// SAFETY: bytes and a pointer are not derived. state_ hands all of it to and fro (see the top);
// what is put in is Send (call_on).
template <>
inline constexpr bool neuron::core::unsafe_synchronized<neuron::ipi::CallCell> = true;
